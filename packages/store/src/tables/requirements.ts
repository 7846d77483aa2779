import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import { lockModules } from './modules.ts'

/**
 * Replaces what the latest go.mod of a module requires directly, and keeps `module.dependents` of the required ones
 * right. Idempotent. The module and those that it began or ceased to require are locked in one go, in the order of paths,
 * as all do that lock modules: two go.mod files may name the same ones.
 */
export async function saveRequirements(trx: Trx, moduleId: number, paths: readonly string[]): Promise<void> {
  const { rows } = await sql<{ path: string }>`
    with wanted as (select distinct path from unnest(${paths}::text[]) as w (path)),
    known as (select path from requirement where module_id = ${moduleId})
    (select path from wanted except select path from known)
    union all (select path from known except select path from wanted)
    union all select path from module where id = ${moduleId}`.execute(trx)
  await lockModules(
    trx,
    rows.map(({ path }) => path),
  )
  await sql`
    with wanted as (select distinct path from unnest(${paths}::text[]) as w (path)),
    gone as (
      delete from requirement r
      where r.module_id = ${moduleId} and not exists (select from wanted w where w.path = r.path)
      returning r.path
    ), added as (
      insert into requirement (module_id, path)
      select ${moduleId}, w.path from wanted w
      on conflict do nothing
      returning path
    ), change as (
      select path, sum(n) as n from (select path, 1 as n from added union all select path, -1 from gone) c
      group by path
    ), locked as (
      select m.id, change.n from module m join change on change.path = m.path
      order by m.path for no key update of m
    )
    update module m set dependents = m.dependents + locked.n
    from locked where m.id = locked.id`.execute(trx)
}

/**
 * The required paths with most dependents, for choosing targets. Counts afresh: it also knows paths that the feed has
 * not brought yet.
 */
export async function mostRequired(
  db: Db,
  minDependents: number,
  limit: number,
): Promise<{ path: string; dependents: number }[]> {
  const { rows } = await sql<{ path: string; dependents: number }>`
    select path, count(*) as dependents from requirement
    group by path having count(*) >= ${minDependents}
    order by count(*) desc, path limit ${limit}`.execute(db)
  return rows
}
