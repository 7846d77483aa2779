// Fills a store with as many rows as years of running leave, in statements that make the rows inside the database.

import type { Db } from '@mirrorwatch/store/database'
import { sql } from 'kysely'

export interface Scale {
  versions: number
  findings: number
}

/** Ratio of the real feed in autumn 2026: 59 million versions of 2.2 million modules. */
const VERSIONS_PER_MODULE = 27
/** The time that the synthetic store was last written. */
export const NOW = '2026-11-24T20:00:00Z'
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
  await findings(db, scale.findings)
  say('findings, signals, history')
  await sql`vacuum analyze`.execute(db)
  say('vacuum analyze')
}

async function modulesAndVersions(db: Db, modules: number, say: (what: string) => void): Promise<void> {
  await sql`
    insert into module (path, first_cached_at, last_cached_at, version_count, latest_version, dependents, matched_at)
    select 'github.com/owner' || n % 450001 || '/repository-' || n, t, t + interval '90 days', ${VERSIONS_PER_MODULE},
           'v1.0.26', case when n % 44 = 0 then n % 9001 else 0 end, case when n % 1000 = 0 then null else t end
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
  await sql`
    insert into target (path, dependents, source, added_at, updated_at, matched_backwards_at, matched_dependents)
    select path, 1 + id % 9001, 'crawl', ${NOW}::timestamptz, ${NOW}::timestamptz, ${NOW}::timestamptz, 1 + id % 9001
    from module order by id desc limit ${TARGETS}`.execute(db)
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
      select distinct m, 'github.com/owner' || n % 450001 || '/repository-' || n
      from generate_series(${from}::bigint, ${Math.min(modules, from + STEP * 5 - 1)}::bigint) m
      cross join lateral (select 1 + (m * k * k * 7919) % ${modules}::bigint as n from generate_series(1, 5) k) s`.execute(
      db,
    )
  }
}

async function findings(db: Db, count: number): Promise<void> {
  await sql`
    insert into finding (module_id, target, severity, status, summary, first_seen_at, last_seen_at, changed_at)
    select id, 'github.com/target/' || id % 997,
      case when id % 1000 = 0 then 'critical' when id % 100 = 0 then 'high' when id % 20 = 0 then 'medium'
           when id % 3 = 0 then 'low' else 'info' end,
      case when id % 7 = 0 then 'dismissed' when id % 11 = 0 then 'confirmed' else 'open' end, 'resembles its target',
      t, t, t
    from (select id, ${NOW}::timestamptz - (id % 700) * interval '1 day' as t from module order by id limit ${count}) m
  `.execute(db)
  await sql`
    insert into finding_search (finding_id, text, owner, host, scopes)
    select f.id, lower(m.path || E'\\n' || coalesce(f.target, '')), regexp_replace(m.path, '/[^/]*$', ''), 'github.com',
      array['github.com', regexp_replace(m.path, '/[^/]*$', ''), m.path, 'github.com/target', f.target]
    from finding f join module m on m.id = f.module_id`.execute(db)
  await sql`
    insert into finding_history (finding_id, at, kind, to_value)
    select id, first_seen_at, 'created', severity from finding`.execute(db)
  await sql`
    insert into signal (finding_id, rule, version, evidence, first_seen_at, last_seen_at)
    select id, rule, '', jsonb_build_object('id', 'c' || id % 333, 'kind', 'copy'), first_seen_at, first_seen_at
    from finding
    cross join lateral (values ('name-medium'), (case when id % 50 = 0 then 'campaign' when id % 70 = 1 then 'cache-differs'
      else 'near-copy' end)) r (rule)`.execute(db)
}
