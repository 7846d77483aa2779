import type { CapabilityUse } from '../types.ts'

/**
 * Calls that create, change or remove a file. Making a folder, or opening a file for reading, does none of it. Of libraries
 * for files only such members are listed.
 */
const WRITES =
  /^(?!golang\.org\/x\/)[^/]+\.[^/]+\/|^(?:syscall|golang\.org\/x\/sys\/unix)\.(?!Mkdir)\w+$|\.(WriteFile|Create|OpenFile|Rename|Remove|RemoveAll|Chmod|Symlink|Link|Truncate|CopyFS)$/
/** Devices that store no data. */
const DEVICE = /^\/dev\/(tty|null|zero|full|u?random|std(in|out|err)|fd\/\d+)( |$)/
/** A log whose name the user gives: `os.Create(os.Getenv("APP_LOG"))`. Variables that other programs set do not match. */
const USERS_LOG = /^\$(\w+_)?(LOG|LOGFILE|TRACE|DEBUG|DUMP|OUTPUT)(_\w+)?( |$)/

/** True for a use that creates, changes or removes files. */
export function isWrite({ kind, what, folded }: CapabilityUse): boolean {
  if (kind === 'persistence') return true
  if (kind !== 'files' || !WRITES.test(what)) return false
  if (folded === null || !/\.(OpenFile|Create|Open)$/.test(what)) return true
  return !DEVICE.test(folded) && !USERS_LOG.test(folded)
}
