import type { CapabilityKind, CapabilityUse, UnparsedFile } from '../types.ts'

/** How a file of the system's own call is opened, its flags would say: nobody calls it for reading alone. */
const WRITES =
  /^(?:syscall|golang\.org\/x\/sys\/unix)\.|\.(WriteFile|Create|OpenFile|Rename|Remove|RemoveAll|Chmod|Symlink|Link|Truncate|CopyFS|MkdirAll|Mkdir)$/

/** Whether a use creates, changes or removes files. */
export function isWrite({ kind, what }: CapabilityUse): boolean {
  return kind === 'files' && WRITES.test(what)
}

/** What code on import has to do for a finding to be high, then what only code that is not Go can do, then the rest. */
const KINDS: readonly CapabilityKind[] = [
  'process',
  'plugin',
  'network',
  'files',
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
 * Where a use stands among others: on import first, then by what it can do. A list that is cut short keeps what matters,
 * however much was put before it.
 */
export function placeOf(use: CapabilityUse): number {
  const kind = KINDS.indexOf(use.kind)
  const place = use.kind === 'files' && !isWrite(use) ? KINDS.length : kind
  return (use.onImport ? 0 : 100) + place
}

/** Whether a file could not be read for its size or depth, and not merely for its syntax or its place in the queue. */
export function isOversized({ reason }: UnparsedFile): boolean {
  return reason === 'too-large' || reason === 'too-deep' || reason === 'time'
}
