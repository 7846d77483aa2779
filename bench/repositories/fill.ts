import type { Db } from '@mirrorwatch/store/database'
import { packTags } from '@mirrorwatch/store/repositories/tag-list'
import { sql } from 'kysely'
import { isGone, pathOf, prefixOf, tagsOf } from './synthetic.ts'

/** Rows of one statement. */
const BATCH = 4_000
const SAY_EVERY = 200_000
/** Every one of this many modules shares its repository with another: 2.2 million modules of 1.9 million repositories. */
const SHARED_EVERY = 7
/** Tags per event. */
const EVENT_EVERY = 100

/**
 * Fills the empty tables of `db` with repositories 1 to `count`, their tags and their modules, as some rounds of looks leave
 * them. Returns the number of tags.
 */
export async function fill(db: Db, count: number, say: (what: string) => void): Promise<number> {
  let tags = 0
  for (let from = 1; from <= count; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - from + 1) }, (_, i) => from + i)
    const lists = numbers.map((at) => new Map(tagsOf(at, 'filled').map(([name, commit]) => [name, commit])))
    const sizes = lists.map(({ size }) => size)
    await saveRepositories(db, numbers, sizes)
    await sql`
      insert into repository_tags select id, packed
      from unnest(${numbers}::bigint[], ${lists.map(packTags)}::bytea[]) as t (id, packed)`.execute(db)
    await saveModules(db, numbers)
    tags += sizes.reduce((sum, size) => sum + size, 0)
    if (from % SAY_EVERY === 1) say(`${from - 1} repositories`)
  }
  await saveEvents(db, count, Math.floor(tags / EVENT_EVERY))
  await sql`vacuum analyze`.execute(db)
  say(`${count} repositories, vacuum analyze`)
  return tags
}

/**
 * Looks are due in the three days before and after now. One repository in 250 had a version in the last day, one in 25 is looked
 * at daily. One in 20 has old versions to be checked.
 */
async function saveRepositories(db: Db, numbers: readonly number[], tags: readonly number[]): Promise<void> {
  const urls = numbers.map((at) => `https://${pathOf(at)}`)
  const states = numbers.map((at) => (isGone(at) ? 'gone' : 'present'))
  await sql`
    insert into repository (id, url, state, pace, due_at, looked_at, state_since, head, tags, tags_at, dependents, baseline_at)
    overriding system value
    select n, url, state, case when n % 250 = 0 then 0 when n % 25 = 0 then 1 else 2 end, due, due - interval '3 days',
      due - interval '200 days', decode(md5('head' || n) || left(md5('head' || n), 8), 'hex'), tags,
      due - interval '50 days', n % 9, case when n % 20 <> 0 then due - interval '50 days' end
    from (
      select *, now() + ((n * 7919) % 518400 - 259200) * interval '1 second' as due
      from unnest(${numbers}::bigint[], ${urls}::text[], ${tags}::integer[], ${states}::text[]) as u (n, url, tags, state)
    ) s`.execute(db)
}

async function saveModules(db: Db, numbers: readonly number[]): Promise<void> {
  await sql`
    insert into module (path, first_cached_at, last_cached_at, version_count, latest_version, dependents, matched_at,
      repository_id, tag_prefix, located_at)
    select path || suffix, now() - interval '700 days', now() - interval '90 days', 27, 'v1.0.26', n % 9, now(), n, prefix, now()
    from unnest(${numbers}::bigint[], ${numbers.map(pathOf)}::text[], ${numbers.map(prefixOf)}::text[]) as u (n, path, prefix)
    cross join (values (''), ('/v2')) as s (suffix)
    where suffix = '' or n % ${SHARED_EVERY} = 0`.execute(db)
}

async function saveEvents(db: Db, repositories: number, count: number): Promise<void> {
  await sql`
    insert into repository_event (repository_id, kind, tag, from_value, to_value, last_seen_at, first_seen_at)
    select 1 + (n * 7919) % ${repositories}::bigint, 'tag-moved', 'v1.' || n % 40 || '.0', md5('a' || n) || '00000000',
      md5('b' || n) || '00000000', now() - n * interval '1 minute', now() - n * interval '1 minute' + interval '4 days'
    from generate_series(1, ${count}::bigint) n order by n desc`.execute(db)
}
