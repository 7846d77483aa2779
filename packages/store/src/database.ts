import type { Generated, Kysely, Transaction } from 'kysely'
import type { FindingTables } from './finding-tables.ts'
import type { RepositoryTables } from './repository-tables.ts'
import type { Json, Time, TimeOrNull } from './values.ts'

export type { FindingStatus } from './status.ts'

interface ModuleTable {
  id: Generated<number>
  path: string
  first_cached_at: Time
  last_cached_at: Time
  version_count: Generated<number>
  latest_version: string | null
  dependents: Generated<number>
  matched_at: TimeOrNull
  declared_path: string | null
  blocked_at: TimeOrNull
  repository_id: number | null
  tag_prefix: string | null
  located_at: TimeOrNull
  printed_version: string | null
}

interface VersionTable {
  module_id: number
  version: string
  cached_at: Time
  zip_sum: Buffer | null
  gomod_sum: Buffer | null
  taken_down_at: TimeOrNull
  logged_only: Generated<boolean>
}

interface FeedCursorTable {
  feed: string
  position_micros: number
  seen_at_position: string[]
  entries: number
  pages: number
  updated_at: Time
}

export type WindowKind = 'follow' | 'backfill' | 'log-follow' | 'log-backfill' | 'listed'

interface FeedWindowTable {
  name: string
  feed: string
  kind: WindowKind
  since_position: number
  until_position: number | null
  rate: number | null
  speed: number | null
  caught_up_at: TimeOrNull
  finished_at: TimeOrNull
}

interface LogHeadTable {
  log: string
  size: number
  hash: Buffer
  note: string
  accepted_at: Time
}

export type LogAlarmKind = 'signature' | 'fork' | 'went-back' | 'records' | 'two-sums'

interface LogAlarmTable {
  id: Generated<number>
  log: string
  kind: LogAlarmKind
  message: string
  known_note: string | null
  seen: Buffer
  seen_sha256: Buffer
  first_seen_at: Time
  last_seen_at: Time
  times: Generated<number>
}

interface TargetTable {
  path: string
  dependents: number
  source: string
  added_at: Time
  updated_at: Time
  matched_backwards_at: TimeOrNull
  matched_dependents: number | null
}

interface TargetRefreshTable {
  service: string
  min_dependents: number
  page: number
  modules: number
  started_at: Time
  updated_at: Time
  finished_at: TimeOrNull
}

interface RequirementTable {
  module_id: number
  path: string
}

interface InstallationTable {
  only_one: Generated<boolean>
  id: Generated<string>
  created_at: Generated<string>
}

interface LeaseTable {
  name: string
  holder: string
  taken_at: Time
  until: Time
}

interface UpstreamTurnTable {
  host: string
  turn_at: Generated<Time>
  free_at: Generated<Time>
  paused_until: Generated<Time>
  granted: Generated<boolean>
  level: Generated<number>
  throttled_at: Generated<Time>
}

export interface CandidateTable {
  module_id: number
  target: string
  rule: string
  strength: 'strong' | 'medium' | 'weak' | 'candidate'
  distance: number | null
  reason: string
  first_seen_at: Time
}

interface ScheduleTable {
  module_id: number
  version: string
  priority: number
  due_at: TimeOrNull
  step: Generated<number>
  attempts: Generated<number>
  last_error_code: string | null
  last_error: string | null
  last_inspected_at: TimeOrNull
  asked: Generated<number>
}

interface InspectionTable {
  id: Generated<number>
  module_id: number
  version: string
  first_seen_at: Time
  last_seen_at: Time
  times: Generated<number>
  verdict: string
  expected_sum: string | null
  repository_sum: string | null
  repository: string | null
  commit_id: string | null
  reason: string
  files: Json<unknown>
  notes: Json<unknown>
  observations: Json<unknown>
}

interface ComparisonTable {
  module_id: number
  version: string
  target: string
  target_version: string
  result: Json<unknown>
  compared_at: Time
}

interface FingerprintTable {
  module_id: number
  version: string
  files: number
  bytes: number
  listing: Buffer
  taken_at: Time
}

interface FingerprintFeatureTable {
  feature: number
  module_id: number
}

interface CodeReadingTable {
  module_id: number
  version: string
  priority: number
  due_at: TimeOrNull
  attempts: Generated<number>
  last_error: string | null
  read_at: TimeOrNull
  bytes: number | null
  pieces: Buffer | null
  report: Json<unknown> | null
  unusual: Json<unknown> | null
}

interface CodePackageTable {
  id: Generated<number>
  module_id: number
  version: string
  folder: string
  pieces: number
  prints: number[]
}

interface CodePrintTable {
  print: number
  package_id: number
}

/** Stages whose work is a row of `due_work`. */
export type DueStage = 'require' | 'locate' | 'copies' | 'assess'

interface DueWorkTable {
  stage: DueStage
  module_id: number
  version: Generated<string>
  due_at: Time
  attempts: Generated<number>
  last_error: string | null
  ticket: Generated<number>
  passed_on: Generated<boolean>
}

interface MaliciousEntryTable {
  source: string
  id: string
  module: string
  summary: string
  affected: Json<unknown>
  published_at: TimeOrNull
  withdrawn_at: TimeOrNull
  imported_at: Time
}

interface KnownRefreshTable {
  source: string
  etag: string | null
  read_at: Time
}

interface WebSessionTable {
  id_hash: Buffer
  name: string
  role: 'reader' | 'triage'
  via: 'link' | 'token' | 'oidc'
  token_id: string | null
  created_at: Time
  expires_at: Time
}

interface TokenUseTable {
  token_id: string
  name: string
  last_used_at: Time
}

/** The tables, as Kysely sees them. What each column means is in the migrations and in schema.sql. */
export interface Database extends RepositoryTables, FindingTables {
  module: ModuleTable
  version: VersionTable
  feed_cursor: FeedCursorTable
  feed_window: FeedWindowTable
  log_head: LogHeadTable
  log_alarm: LogAlarmTable
  target: TargetTable
  target_refresh: TargetRefreshTable
  requirement: RequirementTable
  installation: InstallationTable
  candidate: CandidateTable
  schedule: ScheduleTable
  inspection: InspectionTable
  comparison: ComparisonTable
  fingerprint: FingerprintTable
  code_reading: CodeReadingTable
  code_package: CodePackageTable
  code_print: CodePrintTable
  fingerprint_feature: FingerprintFeatureTable
  due_work: DueWorkTable
  malicious_entry: MaliciousEntryTable
  known_refresh: KnownRefreshTable
  upstream_turn: UpstreamTurnTable
  lease: LeaseTable
  web_session: WebSessionTable
  token_use: TokenUseTable
}

export type Db = Kysely<Database>
export type Trx = Transaction<Database>
