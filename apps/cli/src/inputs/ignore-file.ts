import { readFile, stat } from 'node:fs/promises'
import { errorCode } from '@mirrorwatch/gomod/errors'
import { isSum } from '@mirrorwatch/gomod/mod/go-sum'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { type IgnoreEntry, Ignores } from '../ignores.ts'
import { CliError } from '../output/exit.ts'

/** Read from the current folder, if it is there. */
export const IGNORE_FILE = '.mirrorwatch.toml'
/** A file with a thousand entries has some 200 KiB. */
const MAX_BYTES = 1 << 20

export interface IgnoreOptions {
  /** The `--ignore` option: a file, or false for `--no-ignore`. */
  ignore?: string | false
}

/**
 * Reads the ignore file for `check` and `verify`. The service never reads one: what is scanned must not silence who scans it.
 *
 * @throws CliError if the file is not one, or an entry lacks its reason or its end
 */
export async function readIgnores({ ignore }: IgnoreOptions, now = new Date()): Promise<Ignores> {
  const file = ignore === undefined ? IGNORE_FILE : ignore
  const text = file === false ? null : await readText(file, ignore !== undefined)
  return new Ignores(file || IGNORE_FILE, text === null ? [] : await parseIgnoreFile(text, file || ''), now)
}

async function readText(file: string, isNamed: boolean): Promise<string | null> {
  try {
    if ((await stat(file)).size > MAX_BYTES) throw new CliError(`${file} is larger than 1 MiB`)
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof CliError) throw error
    if (!isNamed && errorCode(error) === 'ENOENT') return null
    throw new CliError(`${file} cannot be read`, { cause: error })
  }
}

/** Parses an ignore file. Unknown keys are refused: a misspelt one would make its entry wider. */
export async function parseIgnoreFile(untrustedText: string, file: string): Promise<IgnoreEntry[]> {
  const { parse } = await import('smol-toml')
  let table: Record<string, unknown>
  try {
    table = parse(untrustedText)
  } catch (error) {
    throw new CliError(`${file} is not TOML: ${error instanceof Error ? error.message : String(error)}`)
  }
  const { ignore = [], ...others } = table
  const [unknown] = Object.keys(others)
  if (unknown !== undefined || !Array.isArray(ignore))
    throw wrong(file, `unknown table ${unknown ?? 'ignore'}`)
  return ignore.map((entry: unknown, i) => parseEntry(entry, `${file}: entry ${i + 1}`))
}

function parseEntry(untrustedEntry: unknown, place: string): IgnoreEntry {
  if (typeof untrustedEntry !== 'object' || untrustedEntry === null) throw wrong(place, 'is not a table')
  const { module, target, rule, sum, reason, until, ...others } = untrustedEntry as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw wrong(place, `has an unknown key "${unknown}"`)
  const entry = {
    module: textOrNull(module, 'module', place),
    target: textOrNull(target, 'target', place),
    rule: textOrNull(rule, 'rule', place),
    sum: textOrNull(sum, 'sum', place),
    reason: textOrNull(reason, 'reason', place),
    until: dayOrNull(until, place),
  }
  if (entry.reason === null || entry.reason.trim() === '') throw wrong(place, 'has no reason')
  if (entry.until === null) throw wrong(place, 'has no end (until = 2027-01-31)')
  if (entry.module === null && entry.rule === null && entry.sum === null)
    throw wrong(place, 'names no module, rule or sum')
  if (entry.target !== null && entry.module === null) throw wrong(place, 'names a target without a module')
  for (const path of [entry.module, entry.target]) {
    if (path !== null && modulePathFault(path) !== null) throw wrong(place, `"${path}" is not a module path`)
  }
  if (entry.sum !== null && !isSum(entry.sum)) throw wrong(place, `"${entry.sum}" is not an h1: hash`)
  return { ...entry, reason: entry.reason, until: entry.until }
}

function textOrNull(value: unknown, key: string, place: string): string | null {
  if (value === undefined) return null
  if (typeof value === 'string' && value !== '') return value
  throw wrong(place, `${key} is not a text`)
}

/** TOML has dates; a text is taken as well. */
function dayOrNull(value: unknown, place: string): string | null {
  if (value === undefined) return null
  const text = value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value
  const isDay = typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text)
  // Date.parse takes February 30 for March 2.
  const day = isDay ? Date.parse(text) : Number.NaN
  if (isDay && !Number.isNaN(day) && new Date(day).toISOString().startsWith(text)) return text
  throw wrong(place, `until is not a day such as 2027-01-31`)
}

function wrong(place: string, fault: string): CliError {
  return new CliError(`${place} ${fault}`, {
    todo: 'Write [[ignore]] with module, target, rule or sum, and with reason and until.',
  })
}
