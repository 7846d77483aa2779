import { type AssessDeps, assessStage } from './stages/assess/assess.ts'
import { type BaselineDeps, baselineStage } from './stages/baseline/baseline.ts'
import { type CopiesDeps, copiesStage } from './stages/copies/copies.ts'
import { type InspectDeps, inspectStage } from './stages/inspect/inspect.ts'
import { type LocateDeps, locateStage } from './stages/locate/locate.ts'
import { type LookDeps, lookStage } from './stages/look/look.ts'
import { type MatchDeps, matchStage } from './stages/match/match.ts'
import { type ReadDeps, readStage } from './stages/read/read.ts'
import { type RequireDeps, requireStage } from './stages/require/require.ts'
import { type TargetsDeps, targetsStage } from './stages/targets/targets.ts'
import type { Stage } from './work/stage.ts'

/** Dependencies of all stages; each stage names only its own part. */
export type StageDeps = RequireDeps &
  TargetsDeps &
  MatchDeps &
  LocateDeps &
  LookDeps &
  BaselineDeps &
  InspectDeps &
  ReadDeps &
  CopiesDeps &
  AssessDeps

/**
 * The table of contents. What happens to a module path, in order; stage 1, ingest, is the crawler's own loop
 * (`crawl/`), because a feed is read by one reader at a time.
 *
 *     1 ingest    a page of the feed            → modules, versions
 *     2 require   the latest go.mod             → requirements, declared path
 *     3 targets   counted requirements          → targets, candidates of what is known already
 *     4 match     new module paths              → candidates
 *     5 locate    new modules                   → repositories
 *     6 look      one due repository            → its tags, events, versions to inspect
 *     7 baseline  the old versions of one       → versions to inspect
 *     8 inspect   one due version               → inspection, comparisons, fingerprint
 *     9 read      a new or required version     → fingerprint of its code
 *    10 copies    one new fingerprint           → candidates and comparisons by content alone
 *    11 assess    all that is known of a module → signals, finding
 */
export const STAGES: readonly Stage<StageDeps>[] = [
  requireStage,
  targetsStage,
  matchStage,
  locateStage,
  lookStage,
  baselineStage,
  inspectStage,
  readStage,
  copiesStage,
  assessStage,
]

/**
 * Order of stages in a scan: each group ends before the next begins. A running service does not wait. A scan inspects every
 * version, so it needs no baseline.
 */
export const SCAN_ORDER: readonly (readonly Stage<StageDeps>[])[] = [
  [requireStage],
  [targetsStage],
  [matchStage],
  // Repeated, because the look-alikes and targets whose go.mod files are read may be known only now.
  [requireStage],
  [locateStage],
  [lookStage],
  [inspectStage],
  // Repeated, because an inspection may find out that a module comes from another repository.
  [lookStage],
  [readStage],
  [copiesStage],
  [assessStage],
]
