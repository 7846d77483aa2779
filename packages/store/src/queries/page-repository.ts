import { sql } from 'kysely'
import type { Db } from '../database.ts'
import { unpackTags } from '../repositories/tag-list.ts'
import type { RepositoryEventKind } from '../repository-tables.ts'

/** One change of a repository, or of one of its tags. */
export interface RepositoryChange {
  kind: RepositoryEventKind
  /** Null for what happened to the repository itself. */
  tag: string | null
  from: string | null
  to: string | null
  /** The last look that showed the state before, and the first that showed the state since. */
  lastSeenAt: string | null
  firstSeenAt: string
}

/** Returns the latest changes of a repository, the latest first. */
export async function repositoryChanges(
  db: Db,
  repositoryId: number,
  limit: number,
): Promise<RepositoryChange[]> {
  const { rows } = await sql<RepositoryChange>`
    select kind, nullif(tag, '') as tag, from_value as "from", to_value as "to", last_seen_at as "lastSeenAt",
      first_seen_at as "firstSeenAt"
    from repository_event where repository_id = ${repositoryId} order by id desc limit ${limit}`.execute(db)
  return rows
}

/** Returns the modules that come from a repository, by path, `limit` at most. */
export async function repositoryModules(db: Db, repositoryId: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    select path from module where repository_id = ${repositoryId} order by path limit ${limit}`.execute(db)
  return rows.map(({ path }) => path)
}

/** Returns the commits of a repository's version tags, as the last look showed them. */
export async function repositoryTags(db: Db, repositoryId: number): Promise<ReadonlyMap<string, string>> {
  const row = await db
    .selectFrom('repository_tags')
    .select('packed')
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row === undefined ? new Map() : unpackTags(row.packed)
}
