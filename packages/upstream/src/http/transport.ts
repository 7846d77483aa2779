import { isIP } from 'node:net'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { errorCode, GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { cleanText, displayUrl } from '@mirrorwatch/gomod/untrusted-text'
import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import {
  type AllowPrivateHosts,
  createGuardedLookup,
  isAllowedHost,
  type Resolve,
  throwIfForbidden,
} from './address-guard.ts'
import type { HttpRequest, HttpResponse } from './types.ts'

/** Sockets to one origin at the same time; the rate limiter decides how often, this how many. */
const MAX_CONNECTIONS_PER_ORIGIN = 16

/** One request on its way: an {@link HttpRequest} with everything settled. */
export interface Exchange extends Omit<HttpRequest, 'method' | 'headers' | 'secretHeaders' | 'timeoutMs'> {
  url: URL
  method: 'GET' | 'HEAD' | 'POST'
  headers: Record<string, string>
  secretHeaders: Record<string, string>
  /** Milliseconds left for the whole exchange; each step subtracts what it took. */
  budget: { leftMs: number }
}

/** Sends one exchange; decorators wrap one Send in another. */
export type Send = (exchange: Exchange) => Promise<HttpResponse>

/** Bytes that are copied before others get their turn: a few milliseconds. */
const BYTES_PER_TURN = 16 * 1024 * 1024

const gunzipAsync = promisify(gunzip)

/** An undici Agent whose sockets reach public addresses only, except for hosts that are allowed to be private. */
export function createGuardedAgent(allow: AllowPrivateHosts, resolve?: Resolve): Agent {
  const options = { allowH2: false }
  const open = buildConnector(options)
  const guarded = buildConnector({ ...options, lookup: createGuardedLookup(resolve) })
  return new Agent({
    connections: MAX_CONNECTIONS_PER_ORIGIN,
    // The exchange's own budget bounds both.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (target, callback) => {
      const port = target.port || (target.protocol === 'https:' ? '443' : '80')
      if (isAllowedHost(allow, target.hostname, port)) return open(target, callback)
      try {
        // Sockets skip the lookup for literal addresses.
        if (isIP(target.hostname) !== 0) throwIfForbidden(target.hostname, target.hostname)
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)), null)
        return
      }
      return guarded(target, callback)
    },
  })
}

/**
 * The innermost Send: one hop, body read up to the cap. Throws `retry-later` for broken connections, `bad-response` for
 * what is not HTTP, `too-large`, `forbidden-address`, or the signal's reason.
 */
export function createTransport(agent: Dispatcher): Send {
  return async (exchange) => {
    const { url, method, headers, body, signal, maxBytes } = exchange
    try {
      const response = await request(url, {
        dispatcher: agent,
        method,
        headers: { ...headers, ...exchange.secretHeaders, 'accept-encoding': 'identity' },
        body: body ?? null,
        signal: signal ?? null,
      })
      const flat = flattenHeaders(response.headers)
      const sink = response.statusCode === 200 ? exchange.openSink?.() : undefined
      const limits = { maxBytes, url, headers: method === 'HEAD' ? {} : response.headers }
      // A compressed body is inflated as a whole.
      const direct = sink !== undefined && isPlain(flat) ? sink : undefined
      const read = await decode(await readBody(response.body, limits, direct), flat, exchange)
      if (sink === undefined) return { status: response.statusCode, headers: flat, body: read, url }
      if (read.length > 0) sink(read)
      return { status: response.statusCode, headers: flat, body: Buffer.alloc(0), url }
    } catch (error) {
      signal?.throwIfAborted()
      throw asGomodError(error, url)
    }
  }
}

interface BodyLimits {
  maxBytes: number
  url: URL
  headers: Dispatcher.ResponseData['headers']
}

/** Reads a body up to its limit. With `sink`, passes the pieces on and returns an empty buffer. */
async function readBody(
  stream: Dispatcher.ResponseData['body'],
  { maxBytes, url, headers }: BodyLimits,
  sink?: (untrustedPiece: Buffer) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(url, maxBytes)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw tooLarge(url, maxBytes)
      if (sink === undefined) chunks.push(chunk)
      else sink(chunk)
    }
  } catch (error) {
    // An unread body would keep its connection busy for ever. Its own complaint about that is not news.
    stream.on('error', () => undefined).destroy()
    throw error
  }
  return sink === undefined ? joined(chunks, size) : Buffer.alloc(0)
}

/** Joining the largest zip at once would keep everybody waiting for a fifth of a second. */
async function joined(chunks: readonly Buffer[], size: number): Promise<Buffer> {
  if (size <= BYTES_PER_TURN) return Buffer.concat(chunks, size)
  const whole = Buffer.allocUnsafeSlow(size)
  let at = 0
  let turn = BYTES_PER_TURN
  for (const chunk of chunks) {
    at += chunk.copy(whole, at)
    if (at < turn) continue
    turn = at + BYTES_PER_TURN
    await new Promise(setImmediate)
  }
  return whole
}

/** Some servers compress although they were asked not to; inflating is capped like the body itself. */
async function decode(body: Buffer, headers: Record<string, string>, exchange: Exchange): Promise<Buffer> {
  if (isPlain(headers) || body.length === 0) return body
  const encoding = encodingOf(headers)
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new GomodError(
      'bad-response',
      `${displayUrl(exchange.url)}: content encoding ${cleanText(encoding, 40)}`,
    )
  }
  try {
    return await gunzipAsync(body, { maxOutputLength: exchange.maxBytes })
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(exchange.url, exchange.maxBytes)
    throw new GomodError('bad-response', `${displayUrl(exchange.url)}: damaged gzip`, { cause: error })
  }
}

function encodingOf(headers: Record<string, string>): string {
  return headers['content-encoding']?.trim().toLowerCase() ?? ''
}

function isPlain(headers: Record<string, string>): boolean {
  return ['', 'identity'].includes(encodingOf(headers))
}

function asGomodError(error: unknown, url: URL): GomodError {
  if (isGomodError(error)) return error
  const kind = isNotHttp(error) ? 'bad-response' : 'retry-later'
  return new GomodError(kind, `${displayUrl(url)}: ${describe(error)}`, { cause: error })
}

function isNotHttp(error: unknown): boolean {
  if (error instanceof Error && error.name === 'HTTPParserError') return true
  const code = errorCode(error)
  return code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RESPONSE'
}

function describe(error: unknown): string {
  // Several addresses tried: the message stands in the parts.
  const plain: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  if (!(plain instanceof Error)) return 'failed'
  return cleanText(plain.message || errorCode(plain) || 'failed')
}

function tooLarge(url: URL, maxBytes: number): GomodError {
  return new GomodError('too-large', `${displayUrl(url)}: more than ${maxBytes} bytes`)
}

function flattenHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
