import { PACE_SECONDS, type RepositoryToLook } from '@mirrorwatch/store/repositories/looks'

const DAY_MS = 86_400_000

/** Age of a tagged version until which its repository is looked at hourly: most honest re-tags happen within hours. */
const HOURLY_MS = DAY_MS
/** Age of a module until which its repository is looked at daily. */
const DAILY_MS = 30 * DAY_MS
/** A repository that was deleted by mistake or is being renamed comes back within days. */
const GONE_DAILY_MS = 7 * DAY_MS
const GONE_MS = 30 * DAY_MS

export type Pace = 0 | 1 | 2

/** Returns the interval between looks at a repository, by what is known of its modules. */
export function paceOf({ watched, youngestModuleAt, youngestVersionAt }: RepositoryToLook, now: Date): Pace {
  if (isYounger(youngestVersionAt, HOURLY_MS, now)) return 0
  return watched || isYounger(youngestModuleAt, DAILY_MS, now) ? 1 : 2
}

/** Returns when a repository that has answered is due again. */
export function nextLook(pace: Pace, now: Date): Date {
  return new Date(now.getTime() + PACE_SECONDS[pace] * 1000)
}

/** Returns when a repository that was found gone is due again: daily for a week, then monthly. */
export function nextLookAtGone(goneSince: string | null, now: Date): Date {
  const isNews = goneSince === null || isYounger(goneSince, GONE_DAILY_MS, now)
  return new Date(now.getTime() + (isNews ? DAY_MS : GONE_MS))
}

function isYounger(time: string | null, ageMs: number, now: Date): boolean {
  return time !== null && now.getTime() - Date.parse(time) < ageMs
}
