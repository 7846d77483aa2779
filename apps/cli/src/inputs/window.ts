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
  return new Option('--since <time>', 'read the feed from here on: a date, or a time in RFC 3339').argParser(
    pointInTime,
  )
}

export function untilOption(): Option {
  return new Option('--until <time>', 'read the feed up to here, exclusive').argParser(pointInTime)
}

/** Returns the part of the feed that the options name. */
export function windowOf(config: Config, options: WindowOptions, now: Date): FeedWindow {
  const sinceMicros = options.since === undefined ? null : micros(options.since)
  const untilMicros = options.until === undefined ? null : micros(options.until)
  if (sinceMicros !== null && untilMicros !== null && sinceMicros >= untilMicros) {
    throw new CliError(`--since ${options.since} is not before --until ${options.until}`, {
      todo: 'Give a start that is earlier than the end.',
    })
  }
  return feedWindow({
    feedUrl: config.feedName,
    isPublic: config.indexIsPublic,
    sinceMicros,
    untilMicros,
    nowMicros: BigInt(now.getTime()) * 1000n,
  })
}

function micros(text: string): bigint {
  const parsed = parseTimestamp(text)
  if (parsed !== null) return parsed
  throw new CliError(`"${text}" is not a time that the feed can hold`, {
    todo: 'Write 2026-11-01 or 2026-11-01T08:30:00Z.',
  })
}

/** Formats a feed position for a person, to the second. */
export function position(atMicros: bigint | null): string {
  return atMicros === null ? 'the start' : `${formatTimestamp(atMicros).slice(0, 19)}Z`
}
