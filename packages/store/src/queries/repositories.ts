import { sql } from 'kysely'
import type { Db } from '../database.ts'
import { type Repository, repositoryByUrl } from '../repositories/repositories.ts'
import { unpackTags } from '../repositories/tag-list.ts'
import type { RepositoryEventKind } from '../repository-tables.ts'

/** Everything known of one repository. */
export interface RepositoryFacts extends Repository {
  /** Modules that come from it, by path. */
  modules: string[]
  /** Number of all of them; `modules` has the first thousand. */
  moduleCount: number
}

/** Modules listed of one repository. */
const MAX_MODULES = 1_000

/** Returns what is known of the repository with this address; null where none is known. */
export async function repositoryState(db: Db, url: string): Promise<RepositoryFacts | null> {
  const repository = await repositoryByUrl(db, url)
  if (repository === null) return null
  const { rows } = await sql<{ modules: string[]; moduleCount: number }>`
    select array(select path from module where repository_id = ${repository.id} order by path limit ${MAX_MODULES})
      as modules, (select count(*) from module where repository_id = ${repository.id}) as "moduleCount"`.execute(
    db,
  )
  return { ...repository, modules: [], moduleCount: 0, ...rows[0] }
}

/** Returns the version tags of a repository with their commits, as the last look showed them; empty before the first. */
export async function tagsOf(db: Db, repositoryId: number): Promise<Map<string, string>> {
  const row = await db
    .selectFrom('repository_tags')
    .select('packed')
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row === undefined ? new Map() : unpackTags(row.packed)
}

/** One change of a repository or of one of its tags. */
export interface RepositoryEvent {
  id: number
  repository: string
  kind: RepositoryEventKind
  /** The tag; null for what happened to the repository itself. */
  tag: string | null
  /** Commits for tags, addresses for repositories; for `gone` what the host answered. */
  from: string | null
  to: string | null
  /** The last look that showed the state before, and the first that showed the state since. */
  lastSeenAt: string | null
  firstSeenAt: string
}

const EVENT = sql`
  e.id, r.url as repository, e.kind, nullif(e.tag, '') as tag, e.from_value as "from", e.to_value as "to",
  e.last_seen_at as "lastSeenAt", e.first_seen_at as "firstSeenAt"`

/** Returns the newest events of a repository, newest first. */
export async function repositoryEvents(
  db: Db,
  repositoryId: number,
  limit: number,
): Promise<RepositoryEvent[]> {
  const { rows } = await sql<RepositoryEvent>`
    select ${EVENT} from repository_event e join repository r on r.id = e.repository_id
    where e.repository_id = ${repositoryId} order by e.id desc limit ${limit}`.execute(db)
  return rows
}

/** Returns the newest events of all repositories, newest first, before `beforeId` where it is given. */
export async function tagEvents(
  db: Db,
  { limit, beforeId = null }: { limit: number; beforeId?: number | null },
): Promise<RepositoryEvent[]> {
  const { rows } = await sql<RepositoryEvent>`
    select ${EVENT} from repository_event e join repository r on r.id = e.repository_id
    where ${beforeId}::bigint is null or e.id < ${beforeId}::bigint
    order by e.id desc limit ${limit}`.execute(db)
  return rows
}

/** An event of a module's repository, with the module's version that the tag names; null for the repository itself. */
export interface ModuleEvent extends RepositoryEvent {
  version: string | null
}

/** Limit on the first and on the last events of one module that are read. */
const MODULE_EVENTS_EACH = 500

/**
 * Returns what happened to a module's repository and to the tags of its versions, oldest first. Of more than a thousand events the
 * middle is left out, so that moving tags all day hides neither the first changes nor the present state.
 */
export async function moduleEvents(db: Db, moduleId: number): Promise<ModuleEvent[]> {
  const { rows } = await sql<ModuleEvent>`
    with of_module as (
      select e.id, v.version, row_number() over (order by e.id) as first, row_number() over (order by e.id desc) as last
      from module m
      join repository_event e on e.repository_id = m.repository_id and (e.tag = '' or starts_with(e.tag, m.tag_prefix))
      left join version v on e.tag <> '' and v.module_id = m.id
        and v.version in (substr(e.tag, length(m.tag_prefix) + 1), substr(e.tag, length(m.tag_prefix) + 1) || '+incompatible')
      where m.id = ${moduleId} and (e.tag = '' or v.version is not null)
    )
    select ${EVENT}, o.version
    from of_module o
    join repository_event e on e.id = o.id
    join repository r on r.id = e.repository_id
    where o.first <= ${MODULE_EVENTS_EACH} or o.last <= ${MODULE_EVENTS_EACH}
    order by e.id`.execute(db)
  return rows
}

/** Returns true where a module's repository is gone or private, by the last look. */
export async function isRepositoryGone(db: Db, moduleId: number): Promise<boolean> {
  const row = await db
    .selectFrom('module')
    .innerJoin('repository', 'repository.id', 'module.repository_id')
    .select('repository.id')
    .where('module.id', '=', moduleId)
    .where('repository.state', 'in', ['gone', 'private'])
    .executeTakeFirst()
  return row !== undefined
}

/** Share of the ecosystem that is looked at, and the interval. */
export interface Coverage {
  repositories: number
  /** Seen at least once. */
  seen: number
  seenLast5Days: number
  looksLastDay: number
  overdue: number
  oldestLookAt: string | null
  gone: number
  unreachable: number
  /** The host with the most repositories, which sets how long a round takes, and how many it has. */
  largestHost: string | null
  largestHostRepositories: number
  modules: number
  /** Modules whose repository is known. */
  locatedModules: number
  /** Repositories whose versions from before the first look were checked. */
  baselines: number
}

/** Reads the view `coverage`: it scans all repositories and modules, a second or two for the whole ecosystem. */
export async function coverage(db: Db): Promise<Coverage> {
  const { rows } = await sql<Coverage>`
    select repositories, seen, seen_last_5_days as "seenLast5Days", looks_last_day as "looksLastDay", overdue,
      oldest_look_at as "oldestLookAt", gone, unreachable, largest_host as "largestHost",
      largest_host_repositories as "largestHostRepositories", modules, located_modules as "locatedModules", baselines
    from coverage`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('the view coverage has no row')
  return row
}
