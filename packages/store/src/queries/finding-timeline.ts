import type { Db } from '../database.ts'
import { type Finding, findingHistory, type HistoryEntry } from './findings-list.ts'
import { type VerdictChange, type VersionRow, verdictChanges, versionRowsOf } from './page-module.ts'
import { type ModuleEvent, moduleEvents } from './repositories.ts'

/** Everything that happened to what a finding is about, each list oldest first. */
export interface FindingTimeline {
  /** Changes of the finding itself, decisions among them. */
  history: HistoryEntry[]
  /** Changes of the module's repository and of its tags, as looks saw them. */
  events: Omit<ModuleEvent, 'id'>[]
  /** When the versions that signals speak of were cached. */
  cached: Pick<VersionRow, 'version' | 'cachedAt' | 'loggedOnly'>[]
  /** Results of the inspections of these versions. */
  verdicts: VerdictChange[]
}

/** Outcomes of inspections that are read. */
const MAX_VERDICTS = 60

export async function findingTimeline(
  db: Db,
  { id, moduleId, signals }: Pick<Finding, 'id' | 'moduleId' | 'signals'>,
): Promise<FindingTimeline> {
  const versions = [...new Set(signals.flatMap(({ version }) => version ?? []))]
  const [history, events, rows, verdicts] = await Promise.all([
    findingHistory(db, id),
    moduleEvents(db, moduleId),
    versionRowsOf(db, moduleId, versions),
    verdictChanges(db, moduleId, versions, MAX_VERDICTS),
  ])
  const cached = rows.map(({ version, cachedAt, loggedOnly }) => ({ version, cachedAt, loggedOnly }))
  return { history, events, cached: cached.toReversed(), verdicts }
}
