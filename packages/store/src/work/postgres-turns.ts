import type { Turns } from '@mirrorwatch/upstream/limits/turns'
import type { Db } from '../database.ts'
import { forgetIdleHosts, pausedMs, takeTurn, throttleHost } from './turns.ts'

const FORGET_EVERY_MS = 3_600_000

/** Turns in the store, for all processes that have it open. Hosts come from module paths, so that idle ones are forgotten. */
export function createPostgresTurns(db: Db, now: () => number = () => performance.now()): Turns {
  let forgottenAt = -FORGET_EVERY_MS
  return {
    async take(request) {
      if (now() - forgottenAt >= FORGET_EVERY_MS) {
        forgottenAt = now()
        await forgetIdleHosts(db)
      }
      return takeTurn(db, request)
    },
    pausedMs: (host) => pausedMs(db, host),
    throttle: (host, pauseMs) => throttleHost(db, host, pauseMs),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
