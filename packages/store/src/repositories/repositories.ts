import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { RepositoryState } from '../repository-tables.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { WATCHED_AGAIN_PRIORITY } from '../work/priority.ts'

/** Repository of a module. */
export interface ModuleRepository {
  moduleId: number
  /** Address, as {@link canonicalUrl} returns it; null where the module has no git repository. */
  url: string | null
  /** Prefix of the module's tags: '' or a directory with a slash. */
  tagPrefix: string | null
}

/**
 * Returns the address under which a repository is kept, so that modules that name it differently share one row. GitHub ignores
 * case and a `.git` at the end; other hosts may answer a changed address with redirects.
 */
export function canonicalUrl(url: string): string {
  const plain = url.replace(/\/+$/, '')
  return plain.startsWith('https://github.com/') ? plain.replace(/\.git$/, '').toLowerCase() : plain
}

/**
 * Records where modules come from. A repository that is new is looked at when its turn comes; one with a version of the last
 * day, at once. A module whose repository is not known now keeps the one that it had; where it is another one, the module's
 * versions are inspected again.
 */
export async function saveModuleRepositories(
  trx: Trx,
  rows: readonly ModuleRepository[],
  now: TimeInput,
): Promise<void> {
  if (rows.length === 0) return
  const at = sql`${timeText(now)}::timestamptz`
  const urls = rows.map(({ url }) => url)
  await sql`
    insert into repository (url, due_at)
    select distinct u.url, ${at} from unnest(${urls}::text[]) as u (url)
    where u.url is not null and not exists (select from repository r where r.url = u.url)
    order by 1
    on conflict (url) do nothing`.execute(trx)
  await sql`
    with located as (
      select l.module_id, l.tag_prefix, r.id as repository_id, m.repository_id as before
      from unnest(${rows.map(({ moduleId }) => moduleId)}::bigint[], ${urls}::text[],
                  ${rows.map(({ tagPrefix }) => tagPrefix)}::text[]) as l (module_id, url, tag_prefix)
      join module m on m.id = l.module_id
      left join repository r on r.url = l.url
    ), saved as (
      update module m set repository_id = coalesce(l.repository_id, l.before),
        tag_prefix = coalesce(l.tag_prefix, m.tag_prefix), located_at = ${at}
      from located l where m.id = l.module_id
      returning m.repository_id, m.last_cached_at
    ), compared_anew as (
      update schedule s set due_at = ${at}, attempts = 0,
        priority = least(s.priority, ${sql.lit(WATCHED_AGAIN_PRIORITY)})
      from located l where s.module_id = l.module_id and l.before <> l.repository_id
    )
    update repository r set due_at = least(r.due_at, ${at}), pace = 0
    from (select repository_id from saved where last_cached_at > ${at} - interval '1 day' order by 1) young
    where r.id = young.repository_id and (r.due_at > ${at} or r.pace > 0)`.execute(trx)
}

/**
 * Records where one module comes from, if that differs from what was recorded. `asOfCaching`: it is where a version came from
 * when the mirror cached it, which says nothing about a module whose repository is known.
 */
export async function learnRepository(
  trx: Trx,
  { asOfCaching, ...learned }: ModuleRepository & { asOfCaching: boolean },
  now: TimeInput,
): Promise<void> {
  const { rows } = await sql`
    select from module m left join repository r on r.id = m.repository_id
    where m.id = ${learned.moduleId} and ((r.url, m.tag_prefix) is not distinct from
      (${learned.url}::text, ${learned.tagPrefix}::text) or (${asOfCaching} and r.id is not null))`.execute(
    trx,
  )
  if (rows.length === 0) await saveModuleRepositories(trx, [learned], now)
}

/** Returns modules of a repository whose path does not name it: their page may name another one by now. */
export async function modulesNamedByPage(db: Db, repositoryId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select m.id from module m join repository r on r.id = m.repository_id
    where r.id = ${repositoryId} and not starts_with(lower(m.path), replace(r.url, 'https://', ''))`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

export interface Repository {
  id: number
  url: string
  state: RepositoryState
  movedTo: string | null
  pace: number
  dueAt: string | null
  lookedAt: string | null
  stateSince: string | null
  attempts: number
  lastError: string | null
  /** Commit of HEAD, in hexadecimal. */
  head: string | null
  /** Number of version tags. */
  tags: number
  tagsAt: string | null
  baselineAt: string | null
}

/** Columns of a {@link Repository} `r`. */
export const REPOSITORY = sql`
  r.id, r.url, r.state, r.moved_to as "movedTo", r.pace, r.due_at as "dueAt", r.looked_at as "lookedAt",
  r.state_since as "stateSince", r.attempts, r.last_error as "lastError", encode(r.head, 'hex') as head, r.tags,
  r.tags_at as "tagsAt", r.baseline_at as "baselineAt"`

/** Returns the repository with this address, or the one that it was moved to; null where none is known. */
export async function repositoryByUrl(db: Db, url: string): Promise<Repository | null> {
  const { rows } = await sql<Repository>`
    select ${REPOSITORY} from repository r where r.url = ${canonicalUrl(url)}`.execute(db)
  return rows[0] ?? null
}
