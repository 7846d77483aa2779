import type { CapabilityKind, CapabilityUse, UnparsedFile } from '../types.ts'

/** Calls that create, change or remove a file. Making a folder, or opening a file for reading, does none of it. */
const WRITES =
  /^(?:syscall|golang\.org\/x\/sys\/unix)\.(?!Mkdir)\w+$|\.(WriteFile|Create|OpenFile|Rename|Remove|RemoveAll|Chmod|Symlink|Link|Truncate|CopyFS)$/
/** Devices that store no data. */
const DEVICE = /^\/dev\/(tty|null|zero|full|u?random|std(in|out|err)|fd\/\d+)( |$)/
/** A log whose name the user gives: `os.Create(os.Getenv("APP_LOG"))`. Variables that other programs set do not match. */
const USERS_LOG = /^\$(\w+_)?(LOG|LOGFILE|TRACE|DEBUG|DUMP|OUTPUT)(_\w+)?( |$)/

/** True for a use that creates, changes or removes files. */
export function isWrite({ kind, what, folded }: CapabilityUse): boolean {
  if (kind !== 'files' || !WRITES.test(what)) return false
  if (folded === null || !/\.(OpenFile|Create|Open)$/.test(what)) return true
  return !DEVICE.test(folded) && !USERS_LOG.test(folded)
}

/** Kinds by weight: what makes a finding high on import, then what hides from a reader of Go, then the rest. */
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
