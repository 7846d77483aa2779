import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import { type TimeInput, timeText } from '../values.ts'

/** Progress in reading a service's list of most used modules. */
export interface TargetRefresh {
  /** Base URL of the service. */
  service: string
  minDependents: number
  /** The last page that was saved, counted from 1. */
  page: number
  /** Modules on all pages so far. */
  modules: number
  startedAt: string
  updatedAt: string
  /** Null while there is more to read. */
  finishedAt: string | null
}

/** Null where the service was never read. */
export async function readTargetRefresh(db: Db, service: string): Promise<TargetRefresh | null> {
  const row = await db
    .selectFrom('target_refresh')
    .selectAll()
    .where('service', '=', service)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    service,
    minDependents: row.min_dependents,
    page: row.page,
    modules: row.modules,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at,
  }
}

/** Records a page; in the transaction that saves its modules, so that a kill loses neither without the other. */
export async function saveTargetRefresh(
  trx: Trx,
  refresh: Pick<TargetRefresh, 'service' | 'minDependents' | 'page' | 'modules'> & { startedAt: TimeInput },
  now: TimeInput,
): Promise<void> {
  const { service, minDependents, page, modules } = refresh
  await sql`
    insert into target_refresh (service, min_dependents, page, modules, started_at, updated_at)
    values (${service}, ${minDependents}, ${page}, ${modules}, ${timeText(refresh.startedAt)}::timestamptz,
      ${timeText(now)}::timestamptz)
    on conflict (service) do update
    set min_dependents = excluded.min_dependents, page = excluded.page, modules = excluded.modules,
      started_at = excluded.started_at, updated_at = excluded.updated_at, finished_at = null`.execute(trx)
}

/** Records that there is no further page. */
export async function finishTargetRefresh(db: Db, service: string, now: TimeInput): Promise<void> {
  await sql`
    update target_refresh set finished_at = ${timeText(now)}::timestamptz where service = ${service}`.execute(
    db,
  )
}
