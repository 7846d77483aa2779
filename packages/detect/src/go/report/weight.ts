import { isWrite } from '../capability/writes.ts'
import type { CapabilityKind, CapabilityUse, UnparsedFile } from '../types.ts'

/** Kinds by weight: what makes a finding high on import, then what hides from a reader of Go, then the rest. */
const KINDS: readonly CapabilityKind[] = [
  'process',
  'plugin',
  'network',
  'files',
  'persistence',
  'interpreter',
  'native',
  'global',
  'secrets',
  'cgo',
  'assembly',
  'linkname',
  'syscall',
  'unsafe',
  'environment',
  'reflection',
  'build-tag',
  'generate',
  'embed',
]

/**
 * Returns the place of a use among others: on import first, then by what it can do, so that a list that is cut short keeps
 * what matters.
 */
export function placeOf(use: CapabilityUse): number {
  const kind = KINDS.indexOf(use.kind)
  const place = use.kind === 'files' && !isWrite(use) ? KINDS.length : kind
  return (use.onImport ? 0 : 100) + place
}

/** True for a file that was too large, deep or slow to read; not for one with a syntax error or beyond the budget. */
export function isOversized({ reason }: UnparsedFile): boolean {
  return reason === 'too-large' || reason === 'too-deep' || reason === 'time'
}
