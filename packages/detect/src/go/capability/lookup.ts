import type { CapabilityKind } from '../types.ts'
import { isReplaceable, isSetter } from './globals.ts'
import { libraryCapability } from './modules.ts'
import { standardCapability } from './standard.ts'

/** Capability of naming a member of a package; null where it has none. `replaced`: the code assigns to it. */
export function capabilityOf(path: string, member: string, replaced: boolean): CapabilityKind | null {
  if ((replaced && isReplaceable(path, member)) || isSetter(path, member)) return 'global'
  return standardCapability(path, member) ?? libraryCapability(path, member)
}

/** True for kinds that are recorded once per file: the import says it all. */
export function oncePerFile(kind: CapabilityKind): boolean {
  return kind === 'unsafe' || kind === 'reflection'
}
