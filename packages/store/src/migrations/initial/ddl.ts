/** A column's type with its constraints, and its comment. */
type Column = [definition: string, comment: string]

interface Table {
  columns: Record<string, Column>
  /** Constraints over several columns. */
  constraints?: string[]
  /** Index names with what they index. */
  indexes?: Record<string, string>
  /** Storage parameters. */
  storage?: string
  /** Not written to the log: emptied by a crash. */
  unlogged?: boolean
}

/**
 * Storage of large tables of which a small share changes every day. Postgres' default waits for a fifth of a table to
 * change: a month's inspections of six million scheduled versions, by which time the planner's statistics are wrong.
 */
export const LARGE = 'autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.02'

/** Storage of lists of work: short, and every row comes and goes. */
export const LIST = 'autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000'

/** Returns the statements that make a table with its indexes and comments. */
export function table(name: string, comment: string, table: Table): string[] {
  const columns = Object.entries(table.columns)
  const items = [
    ...columns.map(([column, [definition]]) => `${column} ${definition}`),
    ...(table.constraints ?? []),
  ]
  const kind = table.unlogged === true ? 'unlogged table' : 'table'
  const storage = table.storage === undefined ? '' : ` with (${table.storage})`
  const indexes = Object.entries(table.indexes ?? {})
  return [
    `create ${kind} ${name} (${items.join(', ')})${storage}`,
    ...indexes.map(([index, what]) => `create index ${index} on ${name} ${what}`),
    commentOn(`table ${name}`, comment),
    ...columns.map(([column, [, text]]) => commentOn(`column ${name}.${column}`, text)),
  ]
}

/** Returns the statements that make a view. `columns` comments every column of the query, in its order. */
export function view(
  name: string,
  comment: string,
  columns: Record<string, string>,
  query: string,
): string[] {
  return [
    `create view ${name} (${Object.keys(columns).join(', ')}) as ${query}`,
    commentOn(`view ${name}`, comment),
    ...Object.entries(columns).map(([column, text]) => commentOn(`column ${name}.${column}`, text)),
  ]
}

function commentOn(object: string, text: string): string {
  return `comment on ${object} is '${text.replaceAll("'", "''")}'`
}
