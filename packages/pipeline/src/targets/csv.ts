import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { CsvError, parse } from 'csv-parse/sync'
import { MAX_TARGET_PATH_CHARS, MOST_DEPENDENTS } from './limits.ts'

export interface TargetRow {
  path: string
  /** Null where the line has a path alone. */
  dependents: number | null
}

/** A line that cannot be read; `line` counts from 1. */
export interface TargetLineFault {
  line: number
  fault: string
}

/** Says why a path cannot be a target; null if it can. */
export function targetPathFault(path: string): string | null {
  return path.length > MAX_TARGET_PATH_CHARS
    ? `longer than ${MAX_TARGET_PATH_CHARS} characters`
    : modulePathFault(path)
}

/** Positions of path and figure in a line; null if no header gave them and each line is examined. */
interface Columns {
  path: number
  dependents: number | null
}

/**
 * Reader of targets, line by line: `path`, or `path` and a figure in either order, separated by commas or tabs. A first line
 * without a module path is a header; if it names both columns, they are taken from any number of columns. Skips empty lines and
 * lines that begin with `#`.
 */
export class TargetLines {
  #line = 0
  #isFirst = true
  #columns: Columns | null = null

  /** Returns the row of the next line, null if it has none, or its fault. */
  next(untrustedLine: string): TargetRow | TargetLineFault | null {
    this.#line++
    const text = this.#line === 1 ? untrustedLine.replace(/^\uFEFF/, '') : untrustedLine
    if (text.trim() === '' || text.startsWith('#')) return null
    const fields = splitFields(text)
    if (typeof fields === 'string') return { line: this.#line, fault: fields }
    const isFirst = this.#isFirst
    this.#isFirst = false
    if (isFirst && isHeader(fields)) {
      this.#columns = namedColumns(fields)
      return null
    }
    const row = parseFields(fields, this.#columns)
    return typeof row === 'string' ? { line: this.#line, fault: row } : row
  }
}

function parseFields(fields: readonly string[], columns: Columns | null): TargetRow | string {
  const at = columns ?? placesOf(fields)
  const path = fields[at.path] ?? ''
  const figure = at.dependents === null ? '' : (fields[at.dependents] ?? '')
  const fault = targetPathFault(path)
  if (fault !== null) return `"${path.slice(0, 100)}" is not a module path (${fault})`
  if (figure === '') return { path, dependents: null }
  const dependents = Number(figure)
  if (/^\d{1,15}$/.test(figure) && dependents <= MOST_DEPENDENTS) return { path, dependents }
  return `"${figure.slice(0, 100)}" is not a number of dependents`
}

/** Returns the columns: path first, unless the line is a figure and then a path. */
function placesOf([first = '', second = '']: readonly string[]): Columns {
  const isTurned = /^\d+$/.test(first) && modulePathFault(second) === null
  return isTurned ? { path: 1, dependents: 0 } : { path: 0, dependents: 1 }
}

/** Returns true for a header: no field of it is a module path or a number. */
function isHeader(fields: readonly string[]): boolean {
  return fields.every((field) => /^[\w .()-]+$/.test(field) && !/^\d+$/.test(field) && !/\.\w/.test(field))
}

const PATH_COLUMN = /^(?:module|package|import)?[ _-]?(?:path|name)$|^(?:module|package|project)$/i
const FIGURE_COLUMN = /dependents|dependants|importers|imported|imports|count|usages?$/i

function namedColumns(fields: readonly string[]): Columns | null {
  const path = fields.findIndex((field) => PATH_COLUMN.test(field))
  const dependents = fields.findIndex((field, at) => at !== path && FIGURE_COLUMN.test(field))
  return path === -1 || dependents === -1 ? null : { path, dependents }
}

/** Returns the fields of a line, or the fault in its quotes. Separates at tabs if the line has any, else at commas. */
function splitFields(line: string): string[] | string {
  const delimiter = line.includes('\t') ? '\t' : ','
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim())
  try {
    const [fields = []] = parse(line, { delimiter, trim: true })
    return fields
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return `its quotes cannot be read (${error.code})`
  }
}
