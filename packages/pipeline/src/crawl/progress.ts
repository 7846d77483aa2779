import { formatTimestamp } from '@mirrorwatch/gomod/timestamp'
import type { CrawlProgress } from '@mirrorwatch/store/work/crawl-progress'

/** The progress of one kind of window, as a person reads it. */
export interface Pace {
  /** Name of the feed: `feed`, `feed backfill`, `checksums`, … */
  what: string
  /** A time, or `record N of M`. */
  position: string
  entries: number
  /** Entries a second; null while nothing is read. */
  perSecond: number | null
  /** 0 to 1; null without an end. */
  done: number | null
  /** Null where it cannot be told. */
  secondsLeft: number | null
}

const NAMES: Record<CrawlProgress['kind'], string> = {
  follow: 'feed',
  backfill: 'feed backfill',
  'log-follow': 'checksums',
  'log-backfill': 'checksums backfill',
  listed: 'taken-down round',
}

/** A gap to now that is no backlog: the feed is asked every minute, and may be quiet. */
const LIVE_SECONDS = 180

/**
 * What the stored figures say at `nowMs`. The time left goes by the stretch that is left and the smoothed speed, so that it is
 * a guess where some months hold more than others.
 *
 * @param logSize records in the checksum database; null where not known
 */
export function paceOf(progress: CrawlProgress, nowMs: number, logSize: bigint | null): Pace {
  const isLog = progress.kind.startsWith('log')
  const left = leftOf(progress, nowMs, logSize)
  return {
    what: progress.feed.endsWith('#listed-recent') ? 'taken-down round, recent' : NAMES[progress.kind],
    position: position(progress.position, isLog, logSize),
    entries: progress.entries,
    perSecond: progress.reading > 0 ? progress.rate : null,
    done: progress.total > 0 ? progress.covered / progress.total : null,
    secondsLeft: left === 0 ? 0 : progress.speed > 0 ? left / progress.speed : null,
  }
}

/** Positions that are still to be passed. */
function leftOf(progress: CrawlProgress, nowMs: number, logSize: bigint | null): number {
  if (progress.total > 0) return progress.total - progress.covered
  if (progress.kind === 'log-follow') return Math.max(0, Number(logSize ?? 0n) - (progress.position ?? 0))
  const caughtUp = progress.caughtUpAt === null ? 0 : Date.parse(progress.caughtUpAt)
  if (nowMs - caughtUp < LIVE_SECONDS * 1000) return 0
  return Math.max(0, nowMs * 1000 - (progress.position ?? 0))
}

function position(at: number | null, isLog: boolean, logSize: bigint | null): string {
  if (at === null) return 'not begun'
  if (isLog) return `record ${at}${logSize === null ? '' : ` of ${logSize}`}`
  return `${formatTimestamp(BigInt(at)).slice(0, 19)}Z`
}

/** One line for a person: `feed backfill: at 2021-03-04T…Z, 12345 entries, 34 %, 2100/s, 3.2 h left`. */
export function paceText({ what, position: at, entries, perSecond, done, secondsLeft }: Pace): string {
  const parts = [at, `${entries} entries`]
  if (done !== null) parts.push(`${Math.floor(done * 100)} %`)
  if (secondsLeft === 0) parts.push(done === null ? 'at the end' : 'done')
  else if (perSecond === null) parts.push('no reader')
  else
    parts.push(`${Math.round(perSecond)}/s`, secondsLeft === null ? '' : `${durationText(secondsLeft)} left`)
  return `${what}: ${parts.filter(Boolean).join(', ')}`
}

/** Formats seconds for a person: `45 s`, `3 min`, `2.5 h`, `4.1 d`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`
  return `${(seconds / 86_400).toFixed(1)} d`
}
