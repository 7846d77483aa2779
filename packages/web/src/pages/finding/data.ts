import { type EvidenceOf, signalsOf } from '@mirrorwatch/detect/finding'
import { type Difference, differencesOf } from '@mirrorwatch/notify/blocks/differences'
import { type FindingBlocks, findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Db } from '@mirrorwatch/store/database'
import { findingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import { type Finding, findingById, type HistoryEntry } from '@mirrorwatch/store/queries/findings-list'
import {
  type Dependents,
  dependentsOf,
  type VersionRow,
  versionRows,
  versionRowsOf,
} from '@mirrorwatch/store/queries/page-module'
import { targetByPath } from '@mirrorwatch/store/queries/page-target'
import { type Module, moduleById } from '@mirrorwatch/store/tables/modules'
import { type WatchEntry, watchersOf } from '@mirrorwatch/store/watch/entries'
import { type Marks, markIds, marksOf } from '../diff/marks.ts'

/** Everything that the page of a finding shows. */
export interface FindingData {
  finding: Finding
  blocks: FindingBlocks
  history: HistoryEntry[]
  module: Module | null
  target: { path: string; dependents: number } | null
  dependents: Dependents
  campaigns: EvidenceOf<'campaign'>[]
  /** Entries of the watch list that it touches. */
  watchers: readonly WatchEntry[]
  /** Versions that signals speak of, then the latest others. */
  versions: VersionRow[]
  marks: Marks
  differences: Difference[]
}

/** Versions that the page lists; the module's page has them all. */
const MAX_VERSIONS = 12

/** Reads a finding with its data; null if it does not exist. */
export async function findingData(db: Db, id: number): Promise<FindingData | null> {
  const finding = await findingById(db, id)
  if (finding === null) return null
  const holding = finding.signals.filter(({ withdrawnAt }) => withdrawnAt === null)
  const ofSignals = [...new Set(holding.flatMap(({ version }) => version ?? []))]
  const [happened, module, target, dependents, marked, latest, watchers] = await Promise.all([
    findingTimeline(db, finding),
    moduleById(db, finding.moduleId),
    finding.target === null ? null : targetByPath(db, finding.target),
    dependentsOf(db, finding.module),
    versionRowsOf(db, finding.moduleId, ofSignals),
    versionRows(db, finding.moduleId, { limit: MAX_VERSIONS }),
    watchersOf(db, [id]),
  ])
  const blocks = findingBlocks(finding, happened)
  const marks = marksOf(blocks.signals)
  return {
    finding,
    blocks,
    history: happened.history,
    module,
    target,
    dependents,
    watchers: watchers.get(id) ?? [],
    campaigns: signalsOf(holding, 'campaign').map(({ evidence }) => evidence),
    versions: [...marked, ...latest.filter(({ version }) => !ofSignals.includes(version))].slice(
      0,
      MAX_VERSIONS,
    ),
    marks,
    differences: differencesOf(finding.signals, markIds(marks)).map((each) => ({
      ...each,
      version: visibleLine(each.version),
    })),
  }
}
