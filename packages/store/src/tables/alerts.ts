import { SEVERITIES, type Severity, severityRank } from '@mirrorwatch/detect/severity'
import { sql } from 'kysely'
import type { Db, Trx } from '../database.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'

/** An open finding that has not been alerted at its present severity. */
export interface Unalerted {
  id: number
  module: string
  target: string | null
  severityRank: number
  /** When the finding first was as severe as it is now: further evidence does not renew it. */
  reachedAt: string
  /** Id of the campaign that it belongs to. */
  campaign: string | null
}

/** Limit of findings per round. The next round takes the rest. */
const MAX_UNALERTED = 5_000

/**
 * Returns open findings of `severity` or above that changed at or after `since`, the most severe first. Those of
 * `watchedSeverity` or above come too where an entry of the watch list has recipients for them.
 */
export async function unalertedFindings(
  db: Db,
  severity: Severity,
  since: TimeInput,
  watchedSeverity: Severity = severity,
): Promise<Unalerted[]> {
  const lowest = Math.max(severityRank(severity), severityRank(watchedSeverity))
  const { rows } = await sql<Unalerted>`
    select f.id, m.path as module, f.target, f.severity_rank as "severityRank",
      coalesce((select min(h.at) from finding_history h
        where h.finding_id = f.id and h.kind in ('created', 'severity')
          and h.to_value = any((${[...SEVERITIES]}::text[])[1 : f.severity_rank + 1])), f.changed_at) as "reachedAt",
      (select s.evidence ->> 'id' from signal s
       where s.finding_id = f.id and s.rule = 'campaign' and s.withdrawn_at is null
       order by s.version limit 1) as campaign
    from finding f join module m on m.id = f.module_id
    where f.status = 'open'
      and -f.severity_rank between ${-lowest} and 0
      and (f.severity_rank <= ${severityRank(severity)} or exists (
        select from finding_search s join watch_entry w on w.path = any(s.scopes)
        where s.finding_id = f.id and cardinality(w.mail) + cardinality(w.channels) > 0
          and f.severity_rank < array_position(${[...SEVERITIES]}::text[], w.min_severity)))
      and f.changed_at >= ${timeText(since)}::timestamptz
      and not exists (
        select from alert_finding a where a.finding_id = f.id and a.severity_rank <= f.severity_rank)
    order by -f.severity_rank desc, f.changed_at, f.id limit ${MAX_UNALERTED}`.execute(db)
  return rows
}

/** Only one process plans alerts at a time; the others wait for its transaction to end. */
export async function lockAlerts(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('mirrorwatch-alerts'))`.execute(trx)
}

export interface LastAlert {
  key: string
  severityRank: number
  createdAt: string
}

/** The last alert of each group. */
export async function lastAlerts(db: Db, keys: readonly string[]): Promise<Map<string, LastAlert>> {
  const { rows } = await sql<LastAlert>`
    select distinct on (group_key) group_key as key, severity_rank as "severityRank", created_at as "createdAt"
    from alert where group_key = any(${keys}::text[]) order by group_key, created_at desc`.execute(db)
  return new Map(rows.map((row) => [row.key, row]))
}

/** Records an alert and the findings that it speaks of; returns its id. */
export async function recordAlert(
  trx: Trx,
  key: string,
  findings: readonly Pick<Unalerted, 'id' | 'severityRank'>[],
  now: TimeInput,
): Promise<number> {
  const rank = Math.min(...findings.map(({ severityRank }) => severityRank))
  const { id } = await trx
    .insertInto('alert')
    .values({ group_key: key, severity_rank: rank, created_at: now })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into alert_finding (finding_id, severity_rank, alert_id)
    select finding_id, severity_rank, ${id}::bigint
    from unnest(${findings.map((f) => f.id)}::bigint[], ${findings.map((f) => f.severityRank)}::smallint[])
      as t (finding_id, severity_rank)
    on conflict do nothing`.execute(trx)
  return id
}

export interface StoredAlert {
  id: number
  key: string
  createdAt: string
  /** Number of findings in the alert. */
  count: number
  /** The most severe of them, at most as many as asked for. */
  findingIds: number[]
}

export async function alertById(db: Db, id: number, limit: number): Promise<StoredAlert | null> {
  const { rows } = await sql<StoredAlert>`
    select a.id, a.group_key as key, a.created_at as "createdAt",
      (select count(*) from alert_finding where alert_id = a.id) as count,
      array(select finding_id from alert_finding where alert_id = a.id order by severity_rank, finding_id limit ${limit})
        as "findingIds"
    from alert a where a.id = ${id}`.execute(db)
  return rows[0] ?? null
}
