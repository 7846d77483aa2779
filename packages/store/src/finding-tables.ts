import type { Severity } from '@mirrorwatch/detect/severity'
import type { ColumnType, Generated } from 'kysely'
import type { FindingStatus } from './status.ts'
import type { Json, Time, TimeOrNull } from './values.ts'

interface FindingTable {
  id: Generated<number>
  module_id: number
  target: string | null
  severity: Severity
  severity_rank: ColumnType<number, never, never>
  status: Generated<FindingStatus>
  summary: string
  search_text: Generated<string>
  /** JSON text of detect's reasons on the way in; parsed, and not yet checked, on the way out. */
  because: ColumnType<unknown, string | undefined, string>
  first_seen_at: Time
  last_seen_at: Time
  changed_at: Time
  decided_by: string | null
  decided_at: TimeOrNull
  decision_reason: string | null
  decision_kind: string | null
  decision_until: TimeOrNull
  assignee: string | null
  decision_id: number | null
  decided_severity: Severity | null
  new_evidence_at: TimeOrNull
}

interface SignalTable {
  finding_id: number
  rule: string
  version: string
  evidence: Json<unknown>
  first_seen_at: Time
  last_seen_at: Time
  withdrawn_at: TimeOrNull
}

export type HistoryKind =
  | 'created'
  | 'severity'
  | 'signal-added'
  | 'signal-withdrawn'
  | 'status'
  | 'summary'
  | 'note'

interface FindingHistoryTable {
  id: Generated<number>
  finding_id: number
  at: Time
  kind: HistoryKind
  from_value: string | null
  to_value: string | null
  author: string | null
  reason: string | null
  decision_id: number | null
  before: ColumnType<unknown, string | null | undefined, never>
}

interface FindingSearchTable {
  finding_id: number
  module: string
  text: string
  owner: string
  host: string
  scopes: string[]
}

interface WatchEntryTable {
  id: Generated<number>
  path: string
  source: string | null
  mail: string[]
  channels: Generated<string[]>
  min_severity: Severity
  reason: string
  author: string
  created_at: Time
}

export type DecisionVia = 'page' | 'api' | 'command line'
export type DecisionAction =
  | FindingStatus
  | 'note'
  | 'undo'
  | 'allow-add'
  | 'allow-remove'
  | 'watch-add'
  | 'watch-remove'

interface DecisionTable {
  id: Generated<number>
  at: Time
  author: string
  via: DecisionVia
  action: DecisionAction
  subject: string | null
  findings: Generated<number>
  reason: string
  kind: string | null
  until: TimeOrNull
  undoes: number | null
  undone_by: number | null
}

interface IdempotencyKeyTable {
  author: string
  key: string
  request_hash: Buffer
  answer: Json<unknown>
  at: Time
}

export interface AllowEntryTable {
  id: Generated<number>
  kind: 'pair' | 'owner' | 'path'
  module: string
  target: string | null
  reason: string
  author: string
  decision_id: number | null
  created_at: Time
  expires_at: TimeOrNull
  ended_at: TimeOrNull
}

export type DeliveryKind = 'report' | 'alert'
export type DeliveryChannel = 'mail' | 'slack' | 'webhook'

interface DeliveryTable {
  id: Generated<number>
  kind: DeliveryKind
  subject: string
  channel: DeliveryChannel
  recipient: string
  message_id: string
  state: Generated<'due' | 'sent' | 'failed'>
  attempts: Generated<number>
  due_at: Time
  created_at: Time
  sent_at: TimeOrNull
  last_error: string | null
}

interface AlertTable {
  id: Generated<number>
  group_key: string
  severity_rank: number
  created_at: Time
}

interface AlertFindingTable {
  finding_id: number
  severity_rank: number
  alert_id: number
}

/** The tables of findings, and of what people decide and receive. */
export interface FindingTables {
  finding: FindingTable
  signal: SignalTable
  finding_history: FindingHistoryTable
  finding_search: FindingSearchTable
  decision: DecisionTable
  watch_entry: WatchEntryTable
  idempotency_key: IdempotencyKeyTable
  allow_entry: AllowEntryTable
  delivery: DeliveryTable
  alert: AlertTable
  alert_finding: AlertFindingTable
}
