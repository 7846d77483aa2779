import { FALLBACK_SHARE, TURN_RETRY_MS, type Turns } from './turns.ts'

/**
 * `first`, and `second` while that does not answer. Whoever uses the second goes at half the pace, because others may still
 * reach the first: all together then stay below one and a half times the limit, and below half of it where nobody does.
 * Complaints of a host go to both, so that a Retry-After is known wherever one looks.
 */
export function createFallbackTurns(
  first: Turns,
  second: Turns,
  { onFallback = () => {}, now = () => performance.now() }: FallbackOptions = {},
): Turns {
  let leftAloneUntil = -Infinity

  async function either<T>(ask: (turns: Turns, isSecond: boolean) => Promise<T>): Promise<T> {
    if (now() < leftAloneUntil) return ask(second, true)
    try {
      return await ask(first, false)
    } catch (error) {
      leftAloneUntil = now() + TURN_RETRY_MS
      onFallback(error)
      return ask(second, true)
    }
  }

  return {
    take: (request) =>
      either((turns, isSecond) =>
        turns.take(isSecond ? { ...request, spacingMs: request.spacingMs / FALLBACK_SHARE } : request),
      ),
    pausedMs: (host) => either((turns) => turns.pausedMs(host)),
    async throttle(host, pauseMs) {
      await second.throttle(host, pauseMs)
      await either((turns, isSecond) => (isSecond ? Promise.resolve() : turns.throttle(host, pauseMs)))
    },
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]()
      await second[Symbol.asyncDispose]()
    },
  }
}

export interface FallbackOptions {
  onFallback?: (error: unknown) => void
  /** Milliseconds of a clock that never goes back. */
  now?: () => number
}
