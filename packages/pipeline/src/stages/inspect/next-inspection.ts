import type { Verification } from '@mirrorwatch/detect/types'
import { isPseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import type { ScheduleState } from '@mirrorwatch/store/work/schedule'
import { HOPELESS_AFTER } from '../../work/retry.ts'

/**
 * Hours between a successful inspection and the next one, as a repository can change after the mirror's copy cannot. Most
 * rewritten tags are rewritten within hours (honest ones) or, as boltdb-go's, at any time later. The last step repeats.
 */
const STEP_HOURS = [1, 24, 7 * 24, 30 * 24] as const

const HOUR_MS = 3_600_000

/** The step from which on a version is inspected monthly. */
const MONTHLY_STEP = STEP_HOURS.length - 1

/**
 * Plans the inspection after a successful one. A repository that was given up is asked monthly; one that answers again goes on
 * at the step where it was.
 */
export function nextInspection(
  version: string,
  state: Pick<ScheduleState, 'step' | 'attempts'>,
  verdict: Verification['verdict'],
  now: Date,
): { step: number; dueAt: Date } {
  const isGone = verdict === 'repository-missing' || verdict === 'unverifiable'
  // A commit cannot change: whether the repository still has it, and a branch reaches it, is asked monthly.
  const isMonthly = isPseudoVersion(version) || (isHopeless(state) && isGone)
  const step = isMonthly ? MONTHLY_STEP : state.step
  const hours = STEP_HOURS[Math.min(step, MONTHLY_STEP)] ?? STEP_HOURS[0]
  return { step: Math.min(step + 1, STEP_HOURS.length), dueAt: new Date(now.getTime() + hours * HOUR_MS) }
}

/** Returns true once the repository has been out of reach for days: it then counts as gone. */
export function isHopeless({ attempts }: Pick<ScheduleState, 'attempts'>): boolean {
  return attempts >= HOPELESS_AFTER
}
