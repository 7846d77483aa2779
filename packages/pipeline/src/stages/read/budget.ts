import { type ReadAmount, readSince } from '@mirrorwatch/store/code/readings'
import type { Db } from '@mirrorwatch/store/database'
import { READ_PRIORITY } from '@mirrorwatch/store/work/priority'

/**
 * Share of a day's bytes from which on a priority is not read any more: what others require can wait, and must not use up
 * what a new module needs that appears in the evening.
 */
const LAST_SHARE: readonly [priority: number, share: number][] = [
  [READ_PRIORITY.newOwner, 1],
  [READ_PRIORITY.newModule, 0.9],
  [READ_PRIORITY.target, 0.75],
  [READ_PRIORITY.required, 0.5],
  [READ_PRIORITY.oldModule, 0.4],
]

/** Returns the least urgent priority that may still be read today (UTC); null where the day's bytes are used up. */
export function allowedPriority({ bytes }: Pick<ReadAmount, 'bytes'>, bytesPerDay: number): number | null {
  const allowed = LAST_SHARE.filter(([, share]) => bytes < bytesPerDay * share)
  return allowed.at(-1)?.[0] ?? null
}

/** Returns the same for what was read today. */
export async function priorityToday(db: Db, now: Date, bytesPerDay: number): Promise<number | null> {
  const midnight = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS)
  return allowedPriority(await readSince(db, midnight), bytesPerDay)
}

const DAY_MS = 86_400_000
