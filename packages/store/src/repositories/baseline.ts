import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { MAX_ERROR_CHARS } from '../work/due.ts'
import { BASELINE_PRIORITY } from '../work/priority.ts'
import { scheduleVersions, type VersionKey } from '../work/schedule.ts'

/**
 * The check of versions from before the first look at their repository: a tag may have been rewritten before. It goes through
 * the versions of one repository after another, the most depended-on first, and keeps its place.
 */

/** Returns repositories whose old versions wait to be checked, the most depended-on and then the youngest first. */
export async function dueBaselines(db: Db, now: TimeInput, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from repository
    where baseline_at is null and tags_at is not null and state in ('present', 'moved')
      and (baseline_retry_at is null or baseline_retry_at <= ${timeText(now)}::timestamptz)
    order by dependents desc, id desc limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

export interface Baseline {
  url: string
  /** Its packed tags. */
  packed: Buffer
  /** The version checked last; null before the first. */
  cursor: VersionKey | null
}

/** Returns where the check of a repository stands; null where it is done or cannot begin. */
export async function readBaseline(db: Db, id: number): Promise<Baseline | null> {
  const { rows } = await sql<{ url: string; packed: Buffer; cursor: string | null }>`
    select coalesce(r.moved_to, r.url) as url, t.packed, r.baseline_cursor as cursor
    from repository r join repository_tags t on t.repository_id = r.id
    where r.id = ${id} and r.baseline_at is null`.execute(db)
  const [row] = rows
  if (row === undefined) return null
  const [moduleId, version] = row.cursor?.split(' ') ?? []
  const cursor =
    moduleId === undefined || version === undefined ? null : { moduleId: Number(moduleId), version }
  return { ...row, cursor }
}

export interface UncheckedVersion extends VersionKey {
  path: string
  /** The tag that names it, without `refs/tags/`. */
  tag: string
  /** When the index first listed it; null where that is an estimate. */
  listedAt: string | null
}

/** Returns versions with a tag that no inspection has seen, after `cursor`, by module and version. */
export async function uncheckedVersions(
  db: Db,
  repositoryId: number,
  cursor: VersionKey | null,
  limit: number,
): Promise<UncheckedVersion[]> {
  const after = cursor ?? { moduleId: 0, version: '' }
  const { rows } = await sql<UncheckedVersion>`
    select v.module_id as "moduleId", v.version, m.path, m.tag_prefix || replace(v.version, '+incompatible', '') as tag,
      case when v.logged_only then null else v.cached_at end as "listedAt"
    from module m
    join version v on v.module_id = m.id
    left join schedule s on s.module_id = v.module_id and s.version = v.version
    where m.repository_id = ${repositoryId} and (v.module_id, v.version) > (${after.moduleId}, ${after.version}::text collate "C")
      and s.last_inspected_at is null
    order by v.module_id, v.version limit ${limit}`.execute(db)
  return rows
}

/** Result of a part of the check, with its last position. */
export interface BaselineStep {
  /** Versions whose tag names something else than what was cached. */
  suspicious: readonly VersionKey[]
  /** The version checked last; null where none was. */
  cursor: VersionKey | null
  /** True where no version is left. */
  done: boolean
  failure: { message: string; retryAt: TimeInput } | null
}

/** Saves a part of the check, and has suspicious versions inspected. */
export async function saveBaseline(trx: Trx, id: number, step: BaselineStep, now: TimeInput): Promise<void> {
  const { cursor, done, failure } = step
  const due = step.suspicious.map((key) => ({ ...key, dueAt: now, priority: BASELINE_PRIORITY }))
  await scheduleVersions(trx, due)
  await trx
    .updateTable('repository')
    .set({
      ...(cursor === null ? {} : { baseline_cursor: `${cursor.moduleId} ${cursor.version}` }),
      ...(done ? { baseline_at: now } : {}),
      baseline_retry_at: failure?.retryAt ?? null,
      baseline_error: failure?.message.slice(0, MAX_ERROR_CHARS) ?? null,
    })
    .where('id', '=', id)
    .execute()
}
