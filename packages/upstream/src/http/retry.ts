import { errorCode, isGomodError } from '@mirrorwatch/gomod/errors'
import { type Backoff, backoffMs } from './backoff.ts'
import type { Pause } from './pause.ts'

/** 0.5 s, 1 s, 2 s …, each with full jitter. */
const RETRY_BACKOFF: Backoff = { firstMs: 500, lastMs: 30_000 }
/** A Retry-After above this is not waited for here: it goes to the caller, who has a queue. */
export const MAX_RETRY_AFTER_WAIT_MS = 60_000
/** A Retry-After above a day is taken for a day. */
const MAX_RETRY_AFTER_MS = 86_400_000

/** The one retry policy of everything that speaks HTTP. */
export interface RetryPolicy {
  /** Attempts after the first one. */
  retries: number
  pause: Pause
  /** From 0 to 1, as Math.random. */
  random: () => number
}

/**
 * Runs `attempt` until it gives a value or fails in a way that waiting cannot mend. A `retry-later` error is tried again
 * after exponential back-off with full jitter, or after the wait that the upstream asked for, if that is bearable.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      const waitMs = waitBefore(error, failures, policy)
      if (waitMs === null) throw error
      await policy.pause(waitMs, signal)
    }
  }
}

function waitBefore(error: unknown, failures: number, policy: RetryPolicy): number | null {
  if (!isGomodError(error, 'retry-later') || failures >= policy.retries || isHopeless(error.cause))
    return null
  const jitteredMs = backoffMs(RETRY_BACKOFF, failures + 1) * policy.random()
  if (error.retryAfterMs === undefined) return jitteredMs
  return error.retryAfterMs > MAX_RETRY_AFTER_WAIT_MS ? null : error.retryAfterMs + jitteredMs
}

/** Failures that another attempt within seconds meets again: a name that does not exist, a certificate that is wrong. */
function isHopeless(cause: unknown): boolean {
  const code = errorCode(cause)
  return (
    code === 'ENOTFOUND' ||
    code === 'UND_ERR_DESTROYED' ||
    code === 'UND_ERR_CLOSED' ||
    /^(?:ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code)
  )
}

/** An answer that says "not now". */
export interface BusyAnswer {
  /** True where it is about how often we ask, and not about what is wrong there. */
  throttled: boolean
  retryAfterMs: number | undefined
}

/**
 * Whether an answer is one to be tried again: 429, 5xx, and the 403 by which code hosts say the same as 429 (with Retry-After,
 * or with nothing left of an allowance; GitHub's documentation, "rate limits for the REST API"). Null for every other answer.
 */
export function busyAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  now: number,
): BusyAnswer | null {
  const spent = headers['x-ratelimit-remaining']?.trim() === '0'
  const asked = parseRetryAfter(headers['retry-after'], now)
  const refusal = status === 403 && (spent || asked !== undefined)
  // 501 and 505 say "never"; they are the caller's to read.
  if (!refusal && status !== 429 && (status < 500 || status === 501 || status === 505)) return null
  const throttled = refusal || status === 429 || status === 503 || asked !== undefined
  const reset = throttled && spent ? parseReset(headers['x-ratelimit-reset'], now) : undefined
  return { throttled, retryAfterMs: asked ?? reset }
}

/** Seconds since 1970 at which an allowance is renewed, as milliseconds from `now`. */
function parseReset(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? ''
  return /^[0-9]{9,11}$/.test(value) ? bounded(Number(value) * 1000 - now) : undefined
}

/**
 * Milliseconds that a Retry-After header (seconds, or an HTTP date) asks to wait from `now`; undefined where there is none or
 * it makes no sense.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const value = header.trim()
  const ms = /^[0-9]+$/.test(value) ? Number(value) * 1000 : httpDate(value) - now
  if (Number.isNaN(ms)) return undefined
  return bounded(ms)
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}

function httpDate(value: string): number {
  // Date.parse alone also takes "1", "-5" and the like.
  return /^[A-Za-z]{3,9},? .*\d\d:\d\d:\d\d/.test(value) ? Date.parse(value) : Number.NaN
}
