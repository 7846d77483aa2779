import { GomodError } from '@mirrorwatch/gomod/errors'
import { cleanText, displayUrl } from '@mirrorwatch/gomod/untrusted-text'
import { type AllowPrivateHosts, checkUrl, type Resolve } from './address-guard.ts'
import { type Pause, pause } from './pause.ts'
import { busyAnswer, type RetryPolicy, withRetries } from './retry.ts'
import { createGuardedAgent, createTransport, type Exchange, type Send } from './transport.ts'
import type { HttpClient, HttpObserver, RateLimiter } from './types.ts'

/** Attempts after the first one. */
const DEFAULT_RETRIES = 3
/** Whole exchange, redirects included, unless the caller says otherwise. */
const DEFAULT_TIMEOUT_MS = 60_000
/** Limit on redirects, as in Go, also for callers that allow more. */
const MAX_REDIRECTS = 10

export interface HttpClientOptions {
  /** Names the program and a way to reach who runs it. */
  userAgent: string
  /** Default: none. */
  allowPrivateHosts?: AllowPrivateHosts
  rateLimiter?: RateLimiter
  observer?: HttpObserver
  /** Limit on one exchange with its redirects, unless the request sets another. */
  timeoutMs?: number
  /** Attempts after the first one. */
  retries?: number
  pause?: Pause
  random?: () => number
  now?: () => number
  resolve?: Resolve
}

/** The HTTP client of everything in this package. Close it (`await using`) to drop its connections. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { allowPrivateHosts = false, timeoutMs = DEFAULT_TIMEOUT_MS, now = Date.now } = options
  const agent = createGuardedAgent(allowPrivateHosts, options.resolve)
  const policy: RetryPolicy = {
    retries: options.retries ?? DEFAULT_RETRIES,
    pause: options.pause ?? pause,
    random: options.random ?? Math.random,
  }
  const { observer } = options
  let send: Send = withUserAgent(createTransport(agent), options.userAgent)
  if (observer) send = withObserver(send, observer)
  send = withDeadline(send)
  send = withBusyErrors(send, options.rateLimiter, now)
  if (options.rateLimiter) send = withRateLimit(send, options.rateLimiter)
  send = withAddressCheck(send, allowPrivateHosts)
  send = withRedirects(send)
  return {
    request: async (url, request) => {
      const { target, headers } = splitCredentials(url, request.headers ?? {})
      const start = (): Exchange => ({
        ...request,
        url: target,
        headers,
        secretHeaders: request.secretHeaders ?? {},
        method: request.method ?? 'GET',
        budget: { leftMs: request.timeoutMs ?? timeoutMs },
      })
      let attempts = 0
      const attempt = (): ReturnType<Send> => {
        if (attempts++ > 0) observer?.retried(target.host)
        return send(start())
      }
      return withRetries(policy, attempt, request.signal)
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

function withUserAgent(send: Send, userAgent: string): Send {
  return (exchange) => send({ ...exchange, headers: { ...exchange.headers, 'user-agent': userAgent } })
}

/** Tells of each hop how it ended. */
function withObserver(send: Send, observer: HttpObserver): Send {
  return async (exchange) => {
    const { host } = exchange.url
    const started = performance.now()
    try {
      const response = await send(exchange)
      observer.answered(host, response.status, performance.now() - started)
      return response
    } catch (error) {
      observer.answered(host, null, performance.now() - started)
      throw error
    }
  }
}

/** Cuts an exchange that has spent its budget, however slowly bytes trickle: `retry-later`. */
function withDeadline(send: Send): Send {
  return async (exchange) => {
    const { budget, signal } = exchange
    const started = performance.now()
    const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(budget.leftMs)))
    try {
      return await send({ ...exchange, signal: signal ? AbortSignal.any([signal, deadline]) : deadline })
    } catch (error) {
      if (!deadline.aborted || signal?.aborted) throw error
      throw new GomodError('retry-later', `${displayUrl(exchange.url)}: timed out`, { cause: error })
    } finally {
      budget.leftMs -= performance.now() - started
    }
  }
}

/** Turns what says "not now" into `retry-later`, with the wait that the upstream asks for; tells the rate limiter too. */
function withBusyErrors(send: Send, limiter: RateLimiter | undefined, now: () => number): Send {
  return async (exchange) => {
    const response = await send(exchange)
    const { status } = response
    const busy = busyAnswer(status, response.headers, now())
    if (busy === null) return response
    const { throttled, retryAfterMs } = busy
    if (throttled) await limiter?.throttled(exchange.url.host, retryAfterMs)
    const text = cleanText(response.body.toString('utf8'))
    throw new GomodError(
      'retry-later',
      `${displayUrl(exchange.url)}: HTTP ${status}${text === '' ? '' : `: ${text}`}`,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    )
  }
}

/** Time spent waiting for one's turn is not taken off the exchange's budget. */
function withRateLimit(send: Send, limiter: RateLimiter): Send {
  return async (exchange) => {
    await limiter.acquire(exchange.url.host, exchange.signal)
    return send(exchange)
  }
}

function withAddressCheck(send: Send, allow: AllowPrivateHosts): Send {
  return async (exchange) => {
    checkUrl(exchange.url, allow)
    return send(exchange)
  }
}

/** Follows as many redirects as the request allows, and returns the last answer, even a 3xx. */
function withRedirects(send: Send): Send {
  return async (exchange) => {
    const { maxRedirects = 0, allowRedirect = isNoDowngrade } = exchange
    let current = exchange
    for (let hops = 0; ; hops++) {
      const response = await send(current)
      const next = redirectTarget(response.status, response.headers.location, current.url)
      if (next === null || hops >= Math.min(maxRedirects, MAX_REDIRECTS)) return response
      if (!allowRedirect(current.url, next)) {
        throw new GomodError(
          'forbidden-address',
          `${displayUrl(current.url)}: redirect to ${displayUrl(next)} is not allowed`,
        )
      }
      current = follow(current, next, response.status)
    }
  }
}

function redirectTarget(status: number, untrustedLocation: string | undefined, from: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status) || untrustedLocation === undefined) return null
  const target = URL.parse(untrustedLocation, from.href)
  if (target) return target
  throw new GomodError('bad-response', `${displayUrl(from)}: redirect to ${cleanText(untrustedLocation)}`)
}

/** The next hop: no credentials travel to another origin, and 303 turns a POST into a GET. */
function follow(exchange: Exchange, next: URL, status: number): Exchange {
  const target = withoutUser(next)
  const isSameOrigin = target.origin === exchange.url.origin
  const headers = isSameOrigin ? exchange.headers : withoutCredentials(exchange.headers)
  const secretHeaders = isSameOrigin ? exchange.secretHeaders : {}
  if (status !== 303 || exchange.method !== 'POST')
    return { ...exchange, url: target, headers, secretHeaders }
  const { body: _, ...rest } = exchange
  return { ...rest, url: target, headers, secretHeaders, method: 'GET' }
}

function isNoDowngrade(from: URL, to: URL): boolean {
  return from.protocol !== 'https:' || to.protocol === 'https:'
}

/** User and password of a configured URL become an Authorization header, so that no message can show them. */
function splitCredentials(
  url: URL | string,
  headers: Record<string, string>,
): { target: URL; headers: Record<string, string> } {
  const parsed = URL.parse(String(url))
  if (!parsed) throw new GomodError('malformed', `not a URL: ${cleanText(String(url))}`)
  const target = withoutUser(parsed)
  if (parsed.username === '' && parsed.password === '') return { target, headers }
  const pair = `${unescapePercent(parsed.username)}:${unescapePercent(parsed.password)}`
  return { target, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}`, ...headers } }
}

/** Like decodeURIComponent, but a `%` that escapes nothing stays. */
function unescapePercent(text: string): string {
  return Buffer.from(
    text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')
}

function withoutUser(url: URL): URL {
  const target = new URL(url)
  target.username = ''
  target.password = ''
  return target
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  const secret = new Set(['authorization', 'cookie', 'proxy-authorization'])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.has(name.toLowerCase())))
}
