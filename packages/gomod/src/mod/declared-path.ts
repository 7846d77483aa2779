import { MAX_NAME_CHARS } from '../limits.ts'

/**
 * What a go.mod declares, as it is kept: a declared path need not be valid, and may be all of the 16 MB that a go.mod may have.
 * One that is cut equals no module path all the same.
 */
export function keptDeclaredPath(untrustedPath: string | null): string | null {
  return untrustedPath === null || untrustedPath.length <= MAX_NAME_CHARS
    ? untrustedPath
    : `${untrustedPath.slice(0, MAX_NAME_CHARS)}…`
}
