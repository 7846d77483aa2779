import { containmentOf } from '@mirrorwatch/detect/prints/containment'
import { modulesWithin } from '@mirrorwatch/store/code/prints'
import type { Db } from '@mirrorwatch/store/database'
import { sql } from 'kysely'
import { random } from './random.ts'

/** Questions of each kind. */
const QUESTIONS = 500
/** Pieces of other code next to a copy: some 1,500 lines. */
const OTHER_PIECES = 1_500
/** Pieces that many programs have, and the share of them in a program. */
const COMMON_PIECES = 5_000
const COMMON_SHARE = 0.03

/**
 * The question "what is this made of?" over as many modules in Postgres. They are synthetic, with the proportions of Debian's: a
 * median of three packages with 40 pieces, a long tail of both, one piece in thirty from a pool that many programs have.
 */
export async function measureCodeIndex(db: Db, modules: number): Promise<void> {
  await fill(db, modules)
  const { rows } = await sql<{ name: string; bytes: number; count: number }>`
    select relname as name, pg_total_relation_size(oid) as bytes, reltuples::bigint as count from pg_class
    where relname in ('code_package', 'code_print') order by relname`.execute(db)
  for (const { name, bytes, count } of rows)
    console.log(
      `${name}: ${count} rows, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${(bytes / modules).toFixed(0)} bytes a module, indexes included`,
    )
  for (const kept of [0.8, 0.5, 0.2]) await askAboutCopies(db, modules, kept)
  await askAboutOthers(db, modules)
}

async function fill(db: Db, modules: number): Promise<void> {
  await sql`select setseed(0.5)`.execute(db)
  await sql`
    insert into module (path, first_cached_at, last_cached_at)
    select 'code.example/' || m, now(), now() from generate_series(1, ${modules}::integer) as m`.execute(db)
  // Box–Muller: log-normal numbers of packages and of pieces. A print is among the smallest 24 of its package's pieces.
  await sql`
    insert into code_package (module_id, version, folder, pieces, prints)
    select p.id, 'v1.0.0', p.folder, p.pieces, (
      select array_agg(distinct print order by print) from (
        select case when random() < ${COMMON_SHARE} then floor(random() ^ 3 * ${COMMON_PIECES})::bigint * 1000003
          else (random() * 4503599627370496 * least(1, 24.0 / p.pieces))::bigint end as print
        from generate_series(1, least(24, p.pieces)) as s where p.id is not null
      ) x)
    from (
      select m.id, 'p' || k as folder,
        greatest(4, least(20000, 40 * exp(1.4 * sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random()))))::integer as pieces
      from (
        select id, greatest(1, least(400, 3 * exp(1.1 * sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random()))))::integer as packages
        from module where path like 'code.example/%'
      ) m cross join lateral generate_series(1, m.packages) as k
    ) p`.execute(db)
  await sql`
    insert into code_print select print, id from code_package cross join lateral unnest(prints) as u (print)
    order by 1, 2`.execute(db)
  await sql`analyze code_package, code_print, module`.execute(db)
}

interface Original {
  id: number
  packages: { pieces: number; prints: number[] }[]
}

async function anyModule(db: Db, modules: number, next: () => number): Promise<Original> {
  const path = `code.example/${1 + Math.floor(next() * modules)}`
  const { rows } = await sql<{ id: number; pieces: number; prints: number[] }>`
    select m.id, p.pieces, p.prints from code_package p join module m on m.id = p.module_id
    where m.path = ${path} order by p.id`.execute(db)
  return { id: rows[0]?.id ?? 0, packages: rows }
}

/** Pieces of other code, of which some are in many programs. */
function otherPieces(count: number, next: () => number): number[] {
  return Array.from({ length: count }, () =>
    next() < COMMON_SHARE
      ? Math.floor(next() ** 3 * COMMON_PIECES) * 1_000_003
      : Math.floor(next() * 2 ** 52),
  )
}

async function ask(db: Db, pieces: readonly number[]): Promise<{ ms: number; likely: number[] }> {
  const started = performance.now()
  const matches = await modulesWithin(db, { pieces, moduleId: 0, limit: 100 })
  const likely = matches.filter(({ found, total }) => containmentOf(found, total).isLikely)
  return { ms: performance.now() - started, likely: likely.map(({ moduleId }) => moduleId) }
}

/** A copy that kept a share of the original's pieces, next to other code. */
async function askAboutCopies(db: Db, modules: number, kept: number): Promise<void> {
  const next = random(Math.round(kept * 100))
  const times: number[] = []
  let [found, others, asked] = [0, 0, 0]
  for (let i = 0; i < QUESTIONS; i++) {
    const { id, packages } = await anyModule(db, modules, next)
    const prints = packages.flatMap((each) => each.prints).filter(() => next() < kept)
    const rest = packages.reduce((sum, each) => sum + each.pieces, 0) * kept - prints.length
    const pieces = [
      ...new Set([...prints, ...otherPieces(Math.max(0, Math.round(rest)) + OTHER_PIECES, next)]),
    ]
    const { ms, likely } = await ask(
      db,
      pieces.toSorted((a, b) => a - b),
    )
    times.push(ms)
    asked++
    if (likely.includes(id)) found++
    others += likely.filter((each) => each !== id).length
  }
  console.log(
    `copies with ${kept * 100} % of the original's pieces: ${found} of ${asked} found, ${others} others named; ${timesText(times)}`,
  )
}

async function askAboutOthers(db: Db, modules: number): Promise<void> {
  const next = random(9)
  const times: number[] = []
  let named = 0
  for (let i = 0; i < QUESTIONS; i++) {
    const { packages } = await anyModule(db, modules, next)
    const size = packages.reduce((sum, each) => sum + each.pieces, 0)
    const { ms, likely } = await ask(
      db,
      [...new Set(otherPieces(size, next))].toSorted((a, b) => a - b),
    )
    times.push(ms)
    named += likely.length
  }
  console.log(`unrelated modules: ${named} named in ${QUESTIONS} questions; ${timesText(times)}`)
}

function timesText(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
}
