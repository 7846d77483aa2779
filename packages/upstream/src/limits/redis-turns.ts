import { Redis } from 'ioredis'
import {
  MAX_THROTTLE_LEVEL,
  THROTTLE_RECOVERY_MS,
  THROTTLE_SETTLE_MS,
  TURN_TIMEOUT_MS,
  type Turns,
} from './turns.ts'

/** Time that the first connection may take. */
const CONNECT_MS = 5_000
/** Longest wait between two attempts to reconnect. */
const MAX_RECONNECT_MS = 1_000

/**
 * What all three scripts begin with: the server's own time in microseconds, and the host's state. Times are written with
 * `%.0f`, because Lua would write them as 1.7e+15.
 */
const PROLOGUE = `
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local h = redis.call('HMGET', KEYS[1], 'free', 'paused', 'level', 'throttled')
local free, paused = tonumber(h[1]) or 0, tonumber(h[2]) or 0
local level, throttled = tonumber(h[3]) or 0, tonumber(h[4]) or 0
level = math.max(0, level - math.floor((now - throttled) / ${THROTTLE_RECOVERY_MS * 1000}))
local function expire(at)
  redis.call('PEXPIRE', KEYS[1], math.ceil((at - now) / 1000) + 86400000)
end
`

/** ARGV: spacing, requests, longest wait, pause (microseconds). The same arithmetic as in the store's \`takeTurn\`. */
const TAKE = `${PROLOGUE}
local requests = tonumber(ARGV[2])
local step = ARGV[1] * 2 ^ level
local at = math.max(now, paused, now + ARGV[4], free + step * (requests - 1))
if at - now > tonumber(ARGV[3]) then return {0, string.format('%.0f', at - now)} end
free = at + step * requests
redis.call('HSET', KEYS[1], 'free', string.format('%.0f', free))
expire(free)
return {1, string.format('%.0f', at - now)}
`

const PAUSED = `${PROLOGUE}
return string.format('%.0f', math.max(0, paused - now))
`

/** ARGV: pause (microseconds). */
const THROTTLE = `${PROLOGUE}
paused = math.max(paused, now + ARGV[1])
if now - throttled > ${THROTTLE_SETTLE_MS * 1000} then
  level = math.min(${MAX_THROTTLE_LEVEL}, level + 1)
  redis.call('HSET', KEYS[1], 'level', level, 'throttled', string.format('%.0f', now))
end
redis.call('HSET', KEYS[1], 'paused', string.format('%.0f', paused))
expire(paused)
`

/**
 * Turns in Redis: one hash a host, one script a turn. Every call fails within a second where Redis does not answer; the
 * connection is made anew by itself, for ever.
 */
export function createRedisTurns(url: string, prefix: string, onError: (error: Error) => void): Turns {
  let closing = false
  const client = new Redis(url, {
    connectTimeout: CONNECT_MS,
    commandTimeout: TURN_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => (closing ? null : Math.min(times * 200, MAX_RECONNECT_MS)),
  })
  client.on('error', onError)
  const key = (host: string): string => `${prefix}:turn:${host}`
  return {
    async take({ host, spacingMs, requests, maxWaitMs, pauseMs }) {
      const args = [micros(spacingMs), requests, micros(maxWaitMs), micros(pauseMs)]
      const answer = (await client.eval(TAKE, 1, key(host), ...args)) as [number, string]
      return { granted: answer[0] === 1, waitMs: millis(answer[1]) }
    },
    async pausedMs(host) {
      return millis((await client.eval(PAUSED, 1, key(host))) as string)
    },
    async throttle(host, pauseMs) {
      await client.eval(THROTTLE, 1, key(host), micros(pauseMs))
    },
    [Symbol.asyncDispose]() {
      closing = true
      // Not `quit`, which would wait for a Redis that is gone.
      client.disconnect()
      return Promise.resolve()
    },
  }
}

function micros(ms: number): number {
  return Math.round(ms * 1000)
}

function millis(text: string): number {
  return Math.ceil(Number(text) / 1000)
}
