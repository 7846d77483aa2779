import type { Denied } from '@mirrorwatch/notify/writers/deny-list'
import type { FindingStatus } from '@mirrorwatch/store/database'
import type { FindingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import type { Finding, FindingFilter } from '@mirrorwatch/store/queries/findings-list'
import type { AllowEntry } from '@mirrorwatch/store/tables/allow'
import type { HitEntry, WatchEntry } from '@mirrorwatch/store/watch/entries'
import type { FilterOptions } from '../inputs/finding-filter.ts'

export interface DeskDecision {
  status: FindingStatus
  reason: string
  /** For `allowed`: the names that go on the allow list. */
  allow?: 'pair' | 'path' | 'owner'
}

type AllowName = Pick<AllowEntry, 'kind' | 'module' | 'target' | 'reason' | 'expiresAt'>
/** An entry of the allow list, with the findings that it explains and when the last of them was seen. */
export type AllowedName = AllowEntry & { hits: number; lastHitAt: string | null }
type WatchNames = Pick<WatchEntry, 'source' | 'mail' | 'channels' | 'minSeverity' | 'reason'> & {
  paths: string[]
}

/** Source of findings and lists: the store, or a server that has it. */
export interface Desk extends AsyncDisposable {
  list(filter: FilterOptions, limit: number): Promise<{ findings: Finding[]; more: boolean }>
  show(id: number): Promise<{ finding: Finding; timeline: FindingTimeline } | null>
  /** All findings that match, for an export. `base` holds what the format filters by. */
  all(filter: FilterOptions, base: FindingFilter): AsyncIterable<Finding>
  /** The modules that a proxy should refuse, and the time of the list. */
  denied(): Promise<{ at: Date; modules: Denied[] }>
  /** @throws CliError or StoreError where there is no such finding */
  decide(id: number, decision: DeskDecision): Promise<{ changed: boolean }>
  allowed(): Promise<AllowedName[]>
  allow(name: AllowName): Promise<number>
  disallow(id: number): Promise<void>
  watched(): AsyncIterable<HitEntry>
  watch(names: WatchNames): Promise<void>
  unwatch(id: number): Promise<void>
}
