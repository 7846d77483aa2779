import { parseVersionTag } from '@mirrorwatch/gomod/tree/version-tag'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { RepositoryEventKind } from '../repository-tables.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { askForAssessment, askForRepositories } from '../work/due.ts'
import { CHANGED_TAG_PRIORITY } from '../work/priority.ts'
import { scheduleVersions, type VersionKey } from '../work/schedule.ts'
import { modulesNamedByPage } from './repositories.ts'

/** A tag that names another commit than at the look before; `to` null: it vanished. */
export interface TagChange {
  kind: Extract<RepositoryEventKind, `tag-${string}`>
  /** Without `refs/tags/`. */
  tag: string
  from: string | null
  to: string | null
}

/** When the state before was last seen, and the state since was first seen. */
export interface Between {
  lastSeenAt: TimeInput | null
  firstSeenAt: TimeInput
}

/**
 * Saves the changes of tags that known versions use, has these versions inspected at once, and their modules assessed. Returns
 * them. Changes of other tags are not kept: the mirror never cached what they named.
 */
export async function saveTagChanges(
  trx: Trx,
  repositoryId: number,
  changes: readonly TagChange[],
  between: Between,
): Promise<VersionKey[]> {
  const parsed = changes.flatMap((change) => {
    const tag = parseVersionTag(`refs/tags/${change.tag}`)
    return tag === null ? [] : [{ ...change, ...tag, prefix: tag.codeDir === '' ? '' : `${tag.codeDir}/` }]
  })
  if (parsed.length === 0) return []
  const { rows } = await sql<VersionKey>`
    with changed as (
      select * from unnest(
        ${parsed.map(({ kind }) => kind)}::text[], ${parsed.map(({ tag }) => tag)}::text[],
        ${parsed.map(({ prefix }) => prefix)}::text[], ${parsed.map(({ version }) => version)}::text[],
        ${parsed.map(({ from }) => from)}::text[], ${parsed.map(({ to }) => to)}::text[]
      ) as c (kind, tag, prefix, version, from_value, to_value)
    ), used as (
      select c.kind, c.tag, c.from_value, c.to_value, v.module_id, v.version
      from module m
      join changed c on c.prefix = m.tag_prefix
      join version v on v.module_id = m.id and v.version in (c.version, c.version || '+incompatible')
      where m.repository_id = ${repositoryId}
    ), saved as (
      insert into repository_event (repository_id, kind, tag, from_value, to_value, last_seen_at, first_seen_at)
      select distinct ${repositoryId}::bigint, kind, tag, from_value, to_value,
        ${between.lastSeenAt === null ? null : timeText(between.lastSeenAt)}::timestamptz,
        ${timeText(between.firstSeenAt)}::timestamptz
      from used order by tag
    )
    select distinct module_id as "moduleId", version from used order by 1, 2`.execute(trx)
  const due = rows.map((row) => ({ ...row, dueAt: between.firstSeenAt, priority: CHANGED_TAG_PRIORITY }))
  await scheduleVersions(trx, due)
  await askForAssessment(trx, [...new Set(rows.map(({ moduleId }) => moduleId))], between.firstSeenAt)
  return rows
}

/** Saves what happened to a repository itself, and has all its modules assessed. */
export async function saveRepositoryEvent(
  trx: Trx,
  event: {
    repositoryId: number
    kind: Exclude<RepositoryEventKind, `tag-${string}`>
    from: string | null
    to: string | null
  },
  between: Between,
): Promise<void> {
  await trx
    .insertInto('repository_event')
    .values({
      repository_id: event.repositoryId,
      kind: event.kind,
      from_value: event.from,
      to_value: event.to,
      last_seen_at: between.lastSeenAt,
      first_seen_at: between.firstSeenAt,
    })
    .execute()
  // Where the repository was missing, nothing has compared it since.
  if (event.kind === 'returned' || event.kind === 'reborn')
    await sql`
      update schedule s set due_at = ${timeText(between.firstSeenAt)}::timestamptz, attempts = 0, asked = s.asked + 1,
        priority = least(s.priority, ${sql.lit(CHANGED_TAG_PRIORITY)})
      from module m where m.repository_id = ${event.repositoryId} and s.module_id = m.id`.execute(trx)
  if (event.kind === 'gone')
    await askForRepositories(trx, await modulesNamedByPage(trx, event.repositoryId), between.firstSeenAt)
  const modules = await trx
    .selectFrom('module')
    .select('id')
    .where('repository_id', '=', event.repositoryId)
    .execute()
  await askForAssessment(
    trx,
    modules.map(({ id }) => id),
    between.firstSeenAt,
  )
}

/** Returns the last look that showed a repository before it was found gone; null where none did. */
export async function lastSeenBefore(db: Db, repositoryId: number): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`
    select last_seen_at as at from repository_event
    where repository_id = ${repositoryId} and tag = '' and kind = 'gone' order by id desc limit 1`.execute(db)
  return rows[0]?.at ?? null
}

/** Commits that tags named when they vanished, by tag: of those among `tags` whose last event says so. */
export async function vanishedTags(
  db: Db,
  repositoryId: number,
  tags: readonly string[],
): Promise<Map<string, string>> {
  if (tags.length === 0) return new Map()
  const { rows } = await sql<{ tag: string; commit: string }>`
    select tag, from_value as commit from (
      select distinct on (tag) tag, kind, from_value from repository_event
      where repository_id = ${repositoryId} and tag = any(${tags}::text[]) order by tag, id desc
    ) last where kind = 'tag-vanished' and from_value is not null`.execute(db)
  return new Map(rows.map(({ tag, commit }) => [tag, commit]))
}
