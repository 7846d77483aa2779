import type { AllowedName } from './index/allow-table.ts'

/** An entry of an allow list: what is allowed, and who said so, when and why. */
export interface AllowEntry extends AllowedName {
  author: string
  /** ISO date. */
  date: string
  reason: string
}

/** A fault of an allow list, for the message. `line` counts from 1. */
export interface AllowFault {
  line: number
  fault: string
}

const PATH = /^[a-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9.-]+(?:\/[A-Za-z0-9._~-]+)*$/

/**
 * Parses an allow list. Each line has, separated by blanks: `path MODULE`, `owner HOST/OWNER` or `pair MODULE TARGET`, then
 * the date, who, and why:
 *
 *     pair github.com/a/cli github.com/b/cli 2026-11-24 alice both are ours
 *
 * Empty lines and lines that begin with `#` are remarks. Returns the first fault instead of throwing.
 */
export function parseAllowList(untrustedText: string): AllowEntry[] | AllowFault {
  const entries: AllowEntry[] = []
  for (const [index, line] of untrustedText.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const entry = parseEntry(line.trim().split(/\s+/))
    if (typeof entry === 'string') return { line: index + 1, fault: entry }
    entries.push(entry)
  }
  return entries
}

function parseEntry(words: readonly string[]): AllowEntry | string {
  const [kind, module = ''] = words
  if (kind !== 'path' && kind !== 'owner' && kind !== 'pair') return 'begins with none of path, owner, pair'
  const target = kind === 'pair' ? (words[2] ?? '') : null
  const [date = '', author = '', ...reason] = words.slice(kind === 'pair' ? 3 : 2)
  if (!PATH.test(module)) return `"${module}" is neither a module path nor host/owner`
  if (target !== null && !PATH.test(target)) return `"${target}" is not a module path`
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return `"${date}" is not a date, such as 2026-11-24`
  if (author === '' || reason.length === 0) return 'does not say who allowed it, and why'
  return { kind, module, target, date, author, reason: reason.join(' ') }
}
