// Findings with everything that belongs to them: signals, history, decisions, what they are searched by, and the two lists.

import type { Db } from '@mirrorwatch/store/database'
import { copyOf, usesOf } from '@mirrorwatch/testing/findings/findings'
import { sql } from 'kysely'
import { NOW, pathSql } from './paths.ts'

/** Findings made in one statement. */
const STEP = 200_000
/** Decided findings that one decision covers, most of the time. */
const FINDINGS_PER_DECISION = 5
const WATCHED_PATHS = 2_000
const ALLOWED_NAMES = 500
/** Lines of the difference that a near-copy quotes. */
const DIFF_LINES = 120

/** Adds `count` findings, the first on the first module. With fewer modules than findings, each has several. */
export async function fillFindings(db: Db, count: number, modules: number): Promise<void> {
  const decisions = Math.max(1, Math.floor(count / 4 / FINDINGS_PER_DECISION))
  await sql`
    insert into decision (at, author, via, action, findings, reason, kind)
    select ${NOW}::timestamptz - (${decisions} - n) * interval '40 minutes', 'person' || n % 12, 'page',
           case when n % 3 = 0 then 'confirmed' else 'dismissed' end, ${FINDINGS_PER_DECISION}, 'looked at it',
           case when n % 3 = 0 then null else 'fork' end
    from generate_series(1, ${decisions}::int) n`.execute(db)
  for (let from = 1; from <= count; from += STEP) {
    await findings(db, from, Math.min(count, from + STEP - 1), modules, decisions)
  }
  await search(db)
  await history(db)
  await signals(db)
  await lists(db)
}

async function findings(db: Db, from: number, to: number, modules: number, decisions: number): Promise<void> {
  // One target in fifty findings is the same one: much imitated. The others have some hundreds each.
  await sql`
    insert into finding (module_id, target, severity, status, summary, because, first_seen_at, last_seen_at, changed_at,
                         decided_by, decided_at, decision_reason, decision_id, decided_severity, assignee, new_evidence_at)
    select 1 + (n - 1) % ${modules}::int, ${pathSql(sql`case when n % 50 = 0 then 3990 + (n - 1) / ${modules}::int else 1 + (n * 13) % 3989 + (n - 1) / ${modules}::int * 4000 end`)},
      severity, status, 'resembles its target', '[]', t, t, t,
      case when decided then 'person' || n % 12 end, case when decided then t + interval '2 days' end,
      case when decided then 'looked at it' end, case when decided then 1 + n / 20 % ${decisions}::int end,
      case when decided then severity end, case when status = 'investigating' then 'person' || n % 12 end,
      case when decided and n % 91 = 0 then t + interval '9 days' end
    from (
      select n, ${NOW}::timestamptz - (n::bigint * 7919 % 60480000) * interval '1 second' as t,
        case when n % 1000 = 0 then 'critical' when n % 100 = 0 then 'high' when n % 20 = 0 then 'medium'
             when n % 3 = 0 then 'low' else 'info' end as severity,
        case when n % 7 = 0 then 'dismissed' when n % 197 = 0 then 'confirmed' when n % 997 = 0 then 'allowed'
             when n % 501 = 0 then 'investigating' else 'open' end as status,
        n % 7 = 0 or n % 197 = 0 or n % 997 = 0 as decided
      from generate_series(${from}::int, ${to}::int) n) s`.execute(db)
}

async function search(db: Db): Promise<void> {
  // Made in one pass at the end: a million rows, one after the other, take minutes.
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = 'finding_search' and indexname <> 'finding_search_pkey'`.execute(db)
  for (const { name } of rows) await sql`drop index ${sql.ref(name)}`.execute(db)
  await sql`
    insert into finding_search (finding_id, module, text, owner, host, scopes)
    select f.id, m.path, lower(m.path || E'\\n' || coalesce(f.target, '')), regexp_replace(m.path, '/[^/]*$', ''),
      split_part(m.path, '/', 1),
      array(select distinct p from unnest(array[split_part(m.path, '/', 1), regexp_replace(m.path, '/[^/]*$', ''), m.path,
        split_part(f.target, '/', 1), regexp_replace(f.target, '/[^/]*$', ''), f.target]) p)
    from finding f join module m on m.id = f.module_id`.execute(db)
  for (const { definition } of rows) await sql.raw(definition).execute(db)
  await sql`update finding f set search_text = s.text from finding_search s where s.finding_id = f.id`.execute(
    db,
  )
}

async function history(db: Db): Promise<void> {
  await sql`
    insert into finding_history (finding_id, at, kind, to_value)
    select id, first_seen_at, 'created', severity from finding`.execute(db)
  await sql`
    insert into finding_history (finding_id, at, kind, from_value, to_value, author, reason, decision_id)
    select id, decided_at, 'status', 'open', status, decided_by, decision_reason, decision_id
    from finding where decision_id is not null order by decision_id`.execute(db)
}

async function signals(db: Db): Promise<void> {
  await addSignals(
    db,
    'name-medium',
    sql`true`,
    sql`jsonb_build_object('nameRule', 'owner-affix', 'target', target,
    'distance', 1, 'reason', 'the owner has an affix', 'targetDependents', 9)`,
  )
  await addSignals(
    db,
    'campaign',
    sql`id % 50 = 0`,
    sql`jsonb_build_object('id', 'content:c' || id % 333, 'kind', 'content',
    'owners', 6, 'modules', 60, 'others', '[]'::jsonb)`,
  )
  await addSignals(
    db,
    'honest-allowed',
    sql`status = 'allowed'`,
    sql`jsonb_build_object('kind', 'path', 'target', null,
    'who', 'person1', 'why', 'partner', 'when', ${NOW}::text)`,
  )
  const diff = [
    '--- original/db.go',
    '+++ lookalike/db.go',
    `@@ -1,${DIFF_LINES / 2} +1,${DIFF_LINES} @@`,
    ...Array.from({ length: DIFF_LINES }, (_, at) =>
      at % 2 === 0
        ? `+\tvalue${at} := exec.Command("sh", "-c", name${at}).Run()`
        : ` \tname${at} := "unchanged"`,
    ),
  ].join('\n')
  const copy = copyOf({ diff, compared: [{ path: 'db.go', relation: 'changed' }] })
  await addSignals(db, 'near-copy', sql`severity_rank <= 2`, sql`${JSON.stringify(copy)}::jsonb`)
  const uses = usesOf(...Array.from({ length: 20 }, (_, at) => ({ line: 1 + 2 * at })))
  await addSignals(db, 'import-process', sql`severity_rank <= 1`, sql`${JSON.stringify(uses)}::jsonb`)
}

type Sql = ReturnType<typeof sql>

async function addSignals(db: Db, rule: string, where: Sql, evidence: Sql): Promise<void> {
  await sql`
    insert into signal (finding_id, rule, version, evidence, first_seen_at, last_seen_at)
    select id, ${rule}, '', ${evidence}, first_seen_at, first_seen_at from finding where ${where}`.execute(db)
}

/** The two lists of names. A watched path is a module, an owner, or a dependency that many imitate. */
async function lists(db: Db): Promise<void> {
  await sql`
    insert into watch_entry (path, min_severity, reason, author, created_at)
    select distinct on (path) path, 'high', 'ours', 'person1', ${NOW}::timestamptz from (
      select ${pathSql(sql`n * 37`)} as path from generate_series(1, ${WATCHED_PATHS}::int) n
      union all select 'github.com/owner' || n from generate_series(1, 50) n) s`.execute(db)
  await sql`
    insert into allow_entry (kind, module, reason, author, created_at)
    select 'path', m.path, 'partner', 'person1', ${NOW}::timestamptz
    from finding f join module m on m.id = f.module_id where f.status = 'allowed' order by f.id limit ${ALLOWED_NAMES}
    on conflict do nothing`.execute(db)
}
