import type { AssessDeps } from '../stages/assess/assess.ts'
import type { CopiesDeps } from '../stages/copies/copies.ts'
import type { InspectDeps } from '../stages/inspect/inspect.ts'
import type { MatchDeps } from '../stages/match/match.ts'
import type { RequireDeps } from '../stages/require/require.ts'
import type { TargetsDeps } from '../stages/targets/targets.ts'

/** What all stages together touch; each names only its own part. Built in one place, `runtime.ts`. */
export interface StageDeps extends RequireDeps, TargetsDeps, MatchDeps, InspectDeps, CopiesDeps, AssessDeps {
  /** Inspections that one process runs at once. */
  inspectConcurrency: number
}
