import type { Config } from '@mirrorwatch/pipeline/config/config'
import { readSince, unreadByPriority } from '@mirrorwatch/store/code/readings'
import type { Db } from '@mirrorwatch/store/database'
import { type Check, note, ok } from './check.ts'

const DAY_MS = 86_400_000
/** Up to which number the waiting versions of one priority are counted. */
const COUNT_UP_TO = 10_000

/** Says what was read in full in the last day, and what waits for lack of budget. */
export async function readingCheck(db: Db, { readBytesPerDay }: Config, now: Date): Promise<Check> {
  const { versions, bytes } = await readSince(db, new Date(now.getTime() - DAY_MS))
  const waiting = await unreadByPriority(db, now, COUNT_UP_TO)
  const count = waiting.reduce((sum, each) => sum + each.count, 0)
  const atLeast = waiting.some((each) => each.count >= COUNT_UP_TO) ? 'at least ' : ''
  const done = `${versions} versions (${megabytes(bytes)} of ${megabytes(readBytesPerDay)} MB) read in full in a day`
  const says = `${done}, ${atLeast}${count} wait`
  const hasUrgent = waiting.some(({ oldestAt }) => now.getTime() - Date.parse(oldestAt) > DAY_MS)
  return hasUrgent
    ? note(
        'full readings',
        says,
        'Raise MIRRORWATCH_READ_MB_PER_DAY, or accept that copies among them are missed.',
      )
    : ok('full readings', says)
}

function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1_000_000))
}
