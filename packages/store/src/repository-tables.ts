import type { Generated } from 'kysely'
import type { Time, TimeOrNull } from './values.ts'

export type RepositoryState = 'unseen' | 'present' | 'moved' | 'gone' | 'private' | 'unreachable'

interface RepositoryTable {
  id: Generated<number>
  url: string
  state: Generated<RepositoryState>
  moved_to: string | null
  pace: Generated<number>
  due_at: TimeOrNull
  looked_at: TimeOrNull
  state_since: TimeOrNull
  attempts: Generated<number>
  last_error: string | null
  head: Buffer | null
  tags: Generated<number>
  tags_at: TimeOrNull
  dependents: Generated<number>
  baseline_at: TimeOrNull
  baseline_cursor: string | null
  baseline_retry_at: TimeOrNull
  baseline_error: string | null
}

interface RepositoryTagsTable {
  repository_id: number
  packed: Buffer
}

export type RepositoryEventKind =
  | 'tag-moved'
  | 'tag-vanished'
  | 'tag-returned'
  | 'gone'
  | 'returned'
  | 'reborn'
  | 'moved'
  | 'moved-back'

interface RepositoryEventTable {
  id: Generated<number>
  repository_id: number
  kind: RepositoryEventKind
  tag: Generated<string>
  from_value: string | null
  to_value: string | null
  last_seen_at: TimeOrNull
  first_seen_at: Time
}

/** The tables about repositories, as Kysely sees them. */
export interface RepositoryTables {
  repository: RepositoryTable
  repository_tags: RepositoryTagsTable
  repository_event: RepositoryEventTable
}
