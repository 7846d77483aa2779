import { MAX_NAME_CHARS } from '../limits.ts'

/**
 * Returns the module path that a go.mod declares, in the form that is stored. A declared path may be invalid and may fill the
 * 16 MB that a go.mod can have. A truncated path still equals no module path.
 */
export function keptDeclaredPath(untrustedPath: string | null): string | null {
  return untrustedPath === null || untrustedPath.length <= MAX_NAME_CHARS
    ? untrustedPath
    : `${untrustedPath.slice(0, MAX_NAME_CHARS)}…`
}
