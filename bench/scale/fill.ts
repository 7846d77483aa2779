// Fills a store with as many rows as years of running leave, in statements that make the rows inside the database.

import type { Db } from '@mirrorwatch/store/database'
import { packTags } from '@mirrorwatch/store/repositories/tag-list'
import { sql } from 'kysely'
import { nameLists } from '../name-lists.ts'
import { fillFindings } from './fill-findings.ts'
import { NOW, pathSql } from './paths.ts'

export interface Scale {
  versions: number
  findings: number
}

/** Ratio of the real feed in autumn 2026: 59 million versions of 2.2 million modules. */
const VERSIONS_PER_MODULE = 27
/** Modules whose versions are watched, of all modules: candidates and targets. */
const WATCHED = 0.1
const TARGETS = 50_000
/** Rows made in one statement: a transaction that a small disk can hold. */
const STEP = 200_000

/** Fills the empty tables of `db`, and reports each step to `say`. */
export async function fill(db: Db, scale: Scale, say: (what: string) => void): Promise<void> {
  const modules = Math.ceil(scale.versions / VERSIONS_PER_MODULE)
  await modulesAndVersions(db, modules, say)
  await watched(db, Math.ceil(modules * WATCHED))
  say('targets, candidates, schedule, inspections')
  await requirements(db, modules)
  say('requirements')
  await fillFindings(db, scale.findings, modules)
  say('findings, signals, history')
  await sql`vacuum analyze`.execute(db)
  say('vacuum analyze')
}

async function modulesAndVersions(db: Db, modules: number, say: (what: string) => void): Promise<void> {
  await repositories(db, modules)
  say('repositories')
  await sql`
    insert into module (path, first_cached_at, last_cached_at, version_count, latest_version, dependents, matched_at,
                        repository_id, tag_prefix, located_at)
    select ${pathSql(sql`n`)}, t, t + interval '90 days', ${VERSIONS_PER_MODULE},
           'v1.0.26', case when n % 44 = 0 then n % 9001 else 0 end, case when n % 1000 = 0 then null else t end,
           n, '', t
    from (select n, ${NOW}::timestamptz - (n % 2700) * interval '1 day' as t
          from generate_series(1, ${modules}::int) n) s`.execute(db)
  // Added again at the end: the index of rows that arrive in order is the same, and made in one pass.
  await sql`alter table version drop constraint version_pkey`.execute(db)
  for (let from = 1; from <= modules; from += STEP) {
    const to = Math.min(modules, from + STEP - 1)
    await sql`
      insert into version (module_id, version, cached_at, zip_sum, gomod_sum)
      select m, case when k % 3 = 0 then 'v0.0.0-20210101000000-' || lpad(to_hex(m * 32 + k), 12, '0') else 'v1.0.' || k end,
             ${NOW}::timestamptz - (m % 2700) * interval '1 day' + k * interval '3 days',
             sha256(int8send(m * 64 + k)), sha256(int8send(m * 64 + k + 32))
      from generate_series(${from}::bigint, ${to}::bigint) m, generate_series(0, ${VERSIONS_PER_MODULE - 1}) k`.execute(
      db,
    )
    say(`${(to * VERSIONS_PER_MODULE).toLocaleString('en-US')} versions`)
  }
  await sql`alter table version add constraint version_pkey primary key (module_id, version)`.execute(db)
  say('the primary key of versions')
}

/** The first `count` modules are watched: each resembles a target, and all its versions are inspected again and again. */
async function watched(db: Db, count: number): Promise<void> {
  // Names as real targets have them: what a comparison costs depends on how many resemble each other.
  const { targets } = await nameLists(0, TARGETS)
  await sql`
    insert into target (path, dependents, source, added_at, updated_at, matched_backwards_at, matched_dependents)
    select path, dependents, 'crawl', ${NOW}::timestamptz, ${NOW}::timestamptz, ${NOW}::timestamptz, dependents
    from unnest(${targets.map(({ path }) => path)}::text[], ${targets.map(({ dependents }) => dependents)}::bigint[])
      as t (path, dependents)`.execute(db)
  await sql`
    insert into candidate (module_id, target, rule, strength, reason, first_seen_at)
    select m.id, t.path, 'same-repository-name', 'candidate', 'has the repository name of its target', m.first_cached_at
    from module m
    join (select path, row_number() over (order by path) as n from target) t
      on t.n = 1 + m.id % (select count(*) from target)
    where m.id <= ${count}`.execute(db)
  await sql`
    insert into schedule (module_id, version, priority, due_at, step, last_inspected_at, last_error_code)
    select v.module_id, v.version, 1 + v.module_id % 7,
           case when v.module_id % 50 = 0 then null
                else ${NOW}::timestamptz + ((v.module_id * 7919 + length(v.version)) % 2592000 - 3600) * interval '1 second' end,
           5, case when v.module_id % 20 = 0 then null else ${NOW}::timestamptz - interval '9 days' - v.module_id % 86400 * interval '1 second' end,
           case when v.module_id % 500 = 0 then 'retry-later' end
    from version v where v.module_id <= ${count}`.execute(db)
  await sql`
    insert into inspection (module_id, version, first_seen_at, last_seen_at, verdict, expected_sum, repository, reason,
                            files, notes, observations)
    select module_id, version, last_inspected_at, last_inspected_at, 'same', 'h1:' || md5(version), 'https://example.org',
           'the tag shows what is cached', '[]', '[]', '{}'
    from schedule where last_inspected_at is not null`.execute(db)
  await sql`
    insert into comparison (module_id, version, target, target_version, result, compared_at)
    select c.module_id, 'v1.0.26', c.target, 'v1.0.26', '{"shared": 12, "changed": []}', ${NOW}::timestamptz - interval '9 days' - c.module_id % 86400 * interval '1 second'
    from candidate c`.execute(db)
  await sql`
    insert into due_work (stage, module_id, version, due_at)
    select 'copies', id, 'v1.0.26', ${NOW}::timestamptz from module where id % 1000 = 0`.execute(db)
  await sql`
    insert into due_work (stage, module_id, due_at)
    select 'require', id, ${NOW}::timestamptz + (id % 7200 - 3600) * interval '1 second' from module where id % 70 = 0`.execute(
    db,
  )
  await sql`
    insert into due_work (stage, module_id, due_at)
    select 'assess', id, ${NOW}::timestamptz from module where id % 2000 = 0`.execute(db)
}

async function requirements(db: Db, modules: number): Promise<void> {
  for (let from = 1; from <= modules; from += STEP * 5) {
    await sql`
      insert into requirement (module_id, path)
      select distinct m, ${pathSql(sql`n`)}
      from generate_series(${from}::bigint, ${Math.min(modules, from + STEP * 5 - 1)}::bigint) m
      cross join lateral (select 1 + (m * k * k * 7919) % ${modules}::bigint as n from generate_series(1, 5) k) s`.execute(
      db,
    )
  }
}

/** Module `n` comes from repository `n`. In one of a hundred repositories, tags were moved. */
async function repositories(db: Db, modules: number): Promise<void> {
  await sql`
    insert into repository (url, state, state_since, looked_at, due_at, tags, tags_at)
    select 'https://' || ${pathSql(sql`n`)}, 'present', ${NOW}::timestamptz - interval '90 days',
           ${NOW}::timestamptz - interval '1 day', ${NOW}::timestamptz + interval '3 days', 26, ${NOW}::timestamptz
    from generate_series(1, ${modules}::int) n order by n`.execute(db)
  await sql`
    insert into repository_event (repository_id, kind, tag, from_value, to_value, first_seen_at)
    select id, 'tag-moved', 'v1.0.' || k, md5(k::text) || '01234567', md5(k::text) || '89abcdef', looked_at
    from repository cross join generate_series(1, 12) k where id % 100 = 0`.execute(db)
  const tags = packTags(new Map(Array.from({ length: 26 }, (_, at) => [`v1.0.${at}`, 'ab'.repeat(20)])))
  await sql`
    insert into repository_tags (repository_id, packed) select id, ${tags} from repository where id % 100 = 0`.execute(
    db,
  )
}
