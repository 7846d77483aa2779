import { GomodError } from '@mirrorwatch/gomod/errors'
import { type Pause, pause } from '../http/pause.ts'
import { MAX_RETRY_AFTER_WAIT_MS } from '../http/retry.ts'
import type { RateLimiter } from '../http/types.ts'
import { LATE_MS, RECHECK_AFTER_MS, spacingFor, type Turns } from './turns.ts'

export interface SharedLimiterOptions {
  turns: Turns
  /** Requests a second to a host, all workers together; null: not limited. */
  perSecond: (host: string) => number | null
  /** A turn further away than this is refused: the caller has a queue. */
  maxWaitMs?: number
  pause?: Pause
  /** Milliseconds of a clock that never goes back. */
  now?: () => number
}

/** Those of this process that wait for one host, in the order in which they came. */
interface Line {
  length: number
  /** Resolves when the last of them has gone. */
  last: Promise<void>
}

/**
 * A rate limiter whose turns are shared by all workers. Only the first of a process's waiters asks for a turn, so that what
 * was taken and is not used (a killed process, an aborted job) is one turn at the most, and a host that asks for silence
 * while others wait is heard by all of them.
 */
export function createSharedLimiter(options: SharedLimiterOptions): RateLimiter {
  const { turns, maxWaitMs = MAX_RETRY_AFTER_WAIT_MS } = options
  const { pause: wait = pause, now = () => performance.now() } = options
  const lines = new Map<string, Line>()
  const pauses = createPauses(now)

  async function acquire(untrustedHost: string, signal?: AbortSignal, requests = 1): Promise<void> {
    const host = hostKey(untrustedHost)
    const perSecond = options.perSecond(host)
    if (perSecond === null) return
    const spacingMs = spacingFor(perSecond)
    const line = lines.get(host) ?? { length: 0, last: Promise.resolve() }
    if (line.length * spacingMs > maxWaitMs) throw askedTooOften(host, line.length * spacingMs)
    lines.set(host, line)
    line.length++
    const before = line.last
    const gone = Promise.withResolvers<void>()
    line.last = gone.promise
    try {
      await orAborted(before, signal)
      await turn({ host, spacingMs, requests }, signal)
    } finally {
      // An aborted waiter leaves, but those behind it still have those before it to wait for.
      void before.then(gone.resolve)
      if (--line.length === 0) lines.delete(host)
    }
  }

  async function turn(what: Asked, signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      const askedAt = now()
      const { granted, waitMs } = await ask(() =>
        turns.take({ ...what, maxWaitMs, pauseMs: pauses.leftMs(what.host) }),
      )
      if (!granted) throw askedTooOften(what.host, waitMs)
      if (waitMs > 0) await wait(waitMs, signal)
      if (now() - askedAt - waitMs > LATE_MS) continue
      if (pauses.leftMs(what.host) > 0) continue
      if (waitMs > RECHECK_AFTER_MS && (await ask(() => turns.pausedMs(what.host))) > 0) continue
      return
    }
  }

  return {
    acquire,
    async throttled(untrustedHost, retryAfterMs = 0) {
      const host = hostKey(untrustedHost)
      pauses.add(host, retryAfterMs)
      if (options.perSecond(host) !== null) await ask(() => turns.throttle(host, retryAfterMs))
    },
  }
}

interface Asked {
  host: string
  spacingMs: number
  requests: number
}

/** `example.com.` is the same host as `example.com`. */
function hostKey(untrustedHost: string): string {
  return untrustedHost.toLowerCase().replace(/\.(?=$|:)/, '')
}

function askedTooOften(host: string, waitMs: number): GomodError {
  return new GomodError('retry-later', `${host} is asked too often`, { retryAfterMs: Math.ceil(waitMs) })
}

const UNREADABLE_RETRY_MS = 1_000

/** Without an answer it is not known whose turn it is: the request is made later. */
async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    throw new GomodError('retry-later', 'the rate limits cannot be read now', {
      cause: error,
      retryAfterMs: UNREADABLE_RETRY_MS,
    })
  }
}

/** Hosts come from module paths: from this many on, those whose pause is over are forgotten at once. */
const MANY_PAUSES = 1_000

/** The pauses that hosts asked this process for: if the shared ones are lost, they are written again. */
function createPauses(now: () => number) {
  const until = new Map<string, number>()
  return {
    add(host: string, ms: number): void {
      if (until.size >= MANY_PAUSES) for (const [known, at] of until) if (at <= now()) until.delete(known)
      if (ms > 0) until.set(host, Math.max(until.get(host) ?? 0, now() + ms))
    },
    leftMs(host: string): number {
      const left = (until.get(host) ?? 0) - now()
      if (left <= 0) until.delete(host)
      return Math.max(0, left)
    },
  }
}

function orAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    void promise.then(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}
