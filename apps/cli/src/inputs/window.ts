import { formatTimestamp, parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import type { Config } from '@mirrorwatch/pipeline/config/config'
import { type FeedWindow, feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { Option } from 'commander'
import { CliError } from '../output/exit.ts'
import { pointInTime } from './options.ts'

export interface WindowOptions {
  since?: string
  until?: string
}

export function sinceOption(): Option {
  return new Option('--since <time>', 'start of the stretch of the feed, RFC 3339 or a date').argParser(
    pointInTime,
  )
}

export function untilOption(): Option {
  return new Option('--until <time>', 'end of it; what the mirror cached from then on is left out').argParser(
    pointInTime,
  )
}

/** The stretch of the feed that was asked for. */
export function windowOf(config: Config, options: WindowOptions, now: Date): FeedWindow {
  const sinceMicros = options.since === undefined ? null : micros(options.since)
  const untilMicros = options.until === undefined ? null : micros(options.until)
  if (sinceMicros !== null && untilMicros !== null && sinceMicros >= untilMicros) {
    throw new CliError(`--since ${options.since} is not before --until ${options.until}`)
  }
  return feedWindow({
    feedUrl: config.indexUrl,
    isPublic: config.indexIsPublic,
    sinceMicros,
    untilMicros,
    nowMicros: BigInt(now.getTime()) * 1000n,
  })
}

function micros(text: string): bigint {
  const parsed = parseTimestamp(text)
  if (parsed === null) throw new CliError(`"${text}" is not a time that the feed could have`)
  return parsed
}

/** A feed position for a person: to the second. */
export function position(atMicros: bigint | null): string {
  return atMicros === null ? 'nowhere yet' : `${formatTimestamp(atMicros).slice(0, 19)}Z`
}
