import type { Stage } from './stage.ts'
import type { StageDeps } from './stage-deps.ts'
import { requireStage } from './stages/2-require.ts'
import { targetsStage } from './stages/3-targets.ts'
import { matchStage } from './stages/4-match.ts'
import { inspectStage } from './stages/5-inspect.ts'
import { copiesStage } from './stages/6-copies.ts'
import { assessStage } from './stages/7-assess.ts'

/**
 * The table of contents. What happens to a module path, in order; stage 1, ingest, is the crawler's own loop
 * (`crawl.ts`), because a feed is read by one reader at a time.
 *
 *     1 ingest    a page of the feed            → modules, versions
 *     2 require   the latest go.mod             → requirements, declared path
 *     3 targets   counted requirements          → targets, candidates of what is known already
 *     4 match     new module paths              → candidates
 *     5 inspect   one due version               → inspection, comparisons, fingerprint
 *     6 copies    one new fingerprint           → candidates and comparisons by content alone
 *     7 assess    all that is known of a module → signals, finding
 */
export const STAGES: readonly Stage<StageDeps>[] = [
  requireStage,
  targetsStage,
  matchStage,
  inspectStage,
  copiesStage,
  assessStage,
]

/** What has to be done before the next group begins, where a scan has an end. A running service does not wait. */
export const SCAN_ORDER: readonly (readonly Stage<StageDeps>[])[] = [
  [requireStage],
  [targetsStage],
  [matchStage],
  // Again: where only the go.mod files of look-alikes and targets are read, these are known only now.
  [requireStage],
  [inspectStage],
  [copiesStage],
  [assessStage],
]
