import type { RequireDeps } from './stages/2-require.ts'
import type { TargetsDeps } from './stages/3-targets.ts'
import type { MatchDeps } from './stages/4-match.ts'
import type { InspectDeps } from './stages/5-inspect.ts'
import type { CopiesDeps } from './stages/6-copies.ts'
import type { AssessDeps } from './stages/7-assess.ts'

/** What all stages together touch; each names only its own part. Built in one place, `runtime.ts`. */
export interface StageDeps extends RequireDeps, TargetsDeps, MatchDeps, InspectDeps, CopiesDeps, AssessDeps {
  /** Inspections that one process runs at once. */
  inspectConcurrency: number
}
