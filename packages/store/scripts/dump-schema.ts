// Writes schema.sql: what all migrations together make, so that a change of the schema shows as a diff.
// With --check it compares instead, shows what differs and exits 1.

import { readFileSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { migrate } from '../src/connect/migrate.ts'
import type { Database, Db } from '../src/database.ts'

const SCHEMA_FILE = new URL('../schema.sql', import.meta.url)

const HEADER = `-- The tables of mirrorwatch, as the migrations make them. Written by scripts/dump-schema.ts; read, never run.
-- Times are UTC. The migrations in src/migrations change the schema; regenerate this file after each one.
`

interface Column {
  table: string
  name: string
  type: string
  collation: string | null
  required: boolean
  identity: boolean
  generated: boolean
  expression: string | null
  comment: string | null
}

interface Named {
  table: string
  definition: string
}

async function columns(db: Db): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
           case when l.collname <> 'default' then l.collname end as collation, a.attnotnull as required,
           a.attidentity <> '' as identity, a.attgenerated <> '' as generated,
           pg_get_expr(d.adbin, d.adrelid) as expression, col_description(c.oid, a.attnum) as comment
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    left join pg_collation l on l.oid = a.attcollation
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'kysely%'
    order by c.relname, a.attnum`.execute(db)
  return rows
}

async function constraints(db: Db): Promise<Named[]> {
  const { rows } = await sql<Named>`
    select c.relname as "table", 'constraint ' || o.conname || ' ' || pg_get_constraintdef(o.oid) as definition
    from pg_constraint o join pg_class c on c.oid = o.conrelid
    where c.relnamespace = 'public'::regnamespace and c.relname not like 'kysely%' and o.contype <> 'n'
    order by c.relname, o.contype <> 'p', o.conname`.execute(db)
  return rows
}

async function indexes(db: Db): Promise<Named[]> {
  const { rows } = await sql<Named>`
    select t.relname as "table", pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
    where t.relnamespace = 'public'::regnamespace and t.relname not like 'kysely%'
      and not exists (select from pg_constraint o where o.conindid = i.indexrelid)
    order by t.relname, c.relname`.execute(db)
  return rows
}

async function tableFacts(db: Db): Promise<Map<string, { comment: string | null; options: string | null }>> {
  const { rows } = await sql<{ table: string; comment: string | null; options: string | null }>`
    select c.relname as "table", obj_description(c.oid) as comment, array_to_string(c.reloptions, ', ') as options
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'`.execute(db)
  return new Map(rows.map((row) => [row.table, row]))
}

function columnText(column: Column): string {
  const words = [column.name, column.type]
  if (column.collation !== null) words.push(`collate "${column.collation}"`)
  if (column.required) words.push('not null')
  if (column.identity) words.push('generated always as identity')
  if (column.expression !== null) {
    const expression = column.expression.replaceAll(/\s+/g, ' ')
    words.push(column.generated ? `generated always as (${expression}) stored` : `default ${expression}`)
  }
  return words.join(' ')
}

async function dump(db: Db): Promise<string> {
  const facts = await tableFacts(db)
  const allColumns = Map.groupBy(await columns(db), (column) => column.table)
  const allConstraints = Map.groupBy(await constraints(db), (each) => each.table)
  const allIndexes = Map.groupBy(await indexes(db), (each) => each.table)
  const tables = [...allColumns].map(([table, own]) => {
    const { comment, options } = facts.get(table) ?? { comment: null, options: null }
    const items = [
      ...own.map((column) => ({ text: columnText(column), comment: column.comment })),
      ...(allConstraints.get(table) ?? []).map(({ definition }) => ({ text: definition, comment: null })),
    ]
    const lines = items.map(({ text, comment }, at) => {
      const note = comment === null ? '' : `  -- ${comment}`
      return `  ${text}${at === items.length - 1 ? '' : ','}${note}`
    })
    const close = options === null ? ');' : `) with (${options});`
    const after = (allIndexes.get(table) ?? []).map(({ definition }) => `${definition};`)
    return [`-- ${comment ?? ''}`, `create table ${table} (`, ...lines, close, ...after].join('\n')
  })
  return `${HEADER}\n${tables.join('\n\n')}\n`
}

/** The lines of one text that the other lacks, marked. */
function differences(committed: string, made: string): string[] {
  const before = committed.split('\n')
  const after = made.split('\n')
  const removed = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`)
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)
  return [...removed, ...added]
}

const engine = await PGlite.create({ extensions: { pg_trgm } })
const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: engine }) })
await migrate(db, 'memory')
const made = await dump(db)
await db.destroy()

if (!process.argv.includes('--check')) {
  writeFileSync(SCHEMA_FILE, made)
} else {
  const committed = readFileSync(SCHEMA_FILE, 'utf8')
  if (committed !== made) {
    console.error('packages/store/schema.sql is not what the migrations make:')
    console.error(differences(committed, made).join('\n'))
    console.error('Run: node packages/store/scripts/dump-schema.ts')
    process.exitCode = 1
  }
}
