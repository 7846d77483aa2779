import { type Severity, severityRank } from '@mirrorwatch/detect/severity'
import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { FindingStatus } from '../status.ts'
import type { TimeInput } from '../values.ts'
import { timeText } from '../values.ts'
import { foundByIndex } from './search.ts'

/** Everything optional: no filter lists all. */
export interface FindingFilter {
  severities?: readonly Severity[]
  statuses?: readonly FindingStatus[]
  /** Exactly this module path. */
  module?: string
  /** Exactly this target path. */
  target?: string
  /** Has a signal of one of these rules that holds. */
  rules?: readonly string[]
  /** Owner of the module, such as github.com/spf13. */
  owner?: string
  /** First element of the module path. */
  host?: string
  /** Id of the campaign. */
  campaign?: string
  /** Assignee; null: unassigned. */
  assignee?: string | null
  /** About a path of the watch list, or imitating one. */
  watched?: boolean
  /** First found at or after. */
  firstSeenSince?: TimeInput
  /** Changed at or before. */
  changedUntil?: TimeInput
  /** Module or target contains this text, letter case apart. */
  search?: string
  /** Changed at or after. */
  changedSince?: TimeInput
  /** Decided, and the severity has risen since. */
  withNewEvidence?: boolean
}

/** Returns the conditions of a filter, over `finding f`. */
export function conditionsOf(filter: FindingFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  const { severities, statuses, module, target, search, changedSince, withNewEvidence } = filter
  if (severities !== undefined) conditions.push(sql`f.severity = any(${severities}::text[])`)
  // One status alone is a plain comparison: only then does Postgres 15 read the index in the list's order.
  const [status, ...others] = statuses ?? []
  if (status !== undefined && others.length === 0) conditions.push(sql`f.status = ${status}`)
  else if (statuses !== undefined) conditions.push(sql`f.status = any(${statuses}::text[])`)
  if (module !== undefined) {
    conditions.push(sql`f.module_id = (select id from module where path = ${module})`)
  }
  if (target !== undefined) conditions.push(sql`f.target = ${target}`)
  if (search !== undefined) conditions.push(foundByIndex(search))
  if (changedSince !== undefined) {
    conditions.push(sql`f.changed_at >= ${timeText(changedSince)}::timestamptz`)
  }
  if (withNewEvidence === true) conditions.push(sql`f.new_evidence_at is not null`)
  return [...conditions, ...relationConditions(filter), ...triageConditions(filter)]
}

/** Condition that a finding is watched, by looking. Comparing its scopes with all entries at once would take most of the time. */
export const IS_WATCHED = sql`exists (
  select from finding_search s where s.finding_id = f.id and exists (
    select from unnest(s.scopes) as scope (path) where scope.path in (select path from watch_entry)))`

/** Conditions on signals and on what findings are searched by. */
function relationConditions({ rules, owner, host, campaign, watched }: FindingFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  if (rules !== undefined) {
    conditions.push(sql`exists (
      select from signal s where s.finding_id = f.id and s.rule = any(${rules}::text[]) and s.withdrawn_at is null)`)
  }
  if (campaign !== undefined) {
    conditions.push(sql`f.id in (
      select s.finding_id from signal s
      where s.rule = 'campaign' and s.withdrawn_at is null and s.evidence ->> 'id' = ${campaign})`)
  }
  if (owner !== undefined) {
    conditions.push(sql`f.id in (select finding_id from finding_search where owner = ${owner})`)
  }
  if (watched === true) {
    // The array is made first: the planner does not know how few those findings are, and would look at all in turn.
    conditions.push(sql`f.id = any(array(
      select finding_id from finding_search where scopes && array(select path::text from watch_entry)))`)
  }
  if (host !== undefined) {
    conditions.push(sql`f.id in (select finding_id from finding_search where host = ${host})`)
  }
  return conditions
}

function triageConditions({ assignee, firstSeenSince, changedUntil }: FindingFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  if (assignee === null) conditions.push(sql`f.assignee is null`)
  else if (assignee !== undefined) conditions.push(sql`f.assignee = ${assignee}`)
  if (firstSeenSince !== undefined) {
    conditions.push(sql`f.first_seen_at >= ${timeText(firstSeenSince)}::timestamptz`)
  }
  if (changedUntil !== undefined) {
    conditions.push(sql`f.changed_at <= ${timeText(changedUntil)}::timestamptz`)
  }
  return conditions
}

/** Says again what the list of severities says, in the words of the index that lists are read from. */
export function severityRange(severities: readonly Severity[]): RawBuilder<unknown> {
  if (severities.length === 0) return sql`false`
  const ranks = severities.map(severityRank)
  return sql`-f.severity_rank between ${-Math.max(...ranks)} and ${-Math.min(...ranks)}`
}

/** Returns a where clause, empty without conditions. */
export function whereAll(conditions: RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
}
