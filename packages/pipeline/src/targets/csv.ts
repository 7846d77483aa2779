import { modulePathFault } from '@mirrorwatch/gomod/module-path'
import { PipelineError } from '../errors.ts'

export interface TargetRow {
  path: string
  /** Null where the line has a path alone. */
  dependents: number | null
}

/** What a file of targets says of itself, for messages. */
export interface TargetSource {
  name: string
}

/**
 * Parses targets, one a line: `path`, `path,count` or `path<TAB>count` (further columns are ignored, quotes around a field
 * are taken off). A first line without a module path in it is a header. A path alone has no figure.
 *
 * @throws PipelineError `bad-input`, naming the file and the line
 */
export function parseTargets(untrustedText: string, source: TargetSource): TargetRow[] {
  const rows: TargetRow[] = []
  const lines = untrustedText.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const row = parseLine(line)
    if (typeof row !== 'string') rows.push(row)
    else if (index > 0 || !isHeader(line)) throw malformed(source, index + 1, row)
  }
  return rows
}

function parseLine(line: string): TargetRow | string {
  const [path = '', count = ''] = line.split(/[\t,]/).map(unquote)
  const fault = modulePathFault(path)
  if (fault !== null) return `"${path.slice(0, 100)}" is not a module path (${fault})`
  if (count === '') return { path, dependents: null }
  if (!/^\d{1,15}$/.test(count)) return `"${count.slice(0, 100)}" is not a number of dependents`
  return { path, dependents: Number(count) }
}

function unquote(field: string): string {
  const trimmed = field.trim()
  return trimmed.startsWith('"') && trimmed.endsWith('"') && trimmed.length > 1
    ? trimmed.slice(1, -1).replaceAll('""', '"')
    : trimmed
}

/** A header names columns: no field of it looks like a module path or a number. */
function isHeader(line: string): boolean {
  return line.split(/[\t,]/).every((field) => /^["\w -]+$/.test(field.trim()) && !/^\d+$/.test(field.trim()))
}

function malformed(source: TargetSource, line: number, what: string): PipelineError {
  return new PipelineError('bad-input', `${source.name}, line ${line}: ${what}`, {
    todo: 'A line is a module path, or a module path, a comma and a number of dependents.',
  })
}
