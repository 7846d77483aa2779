import { GomodError } from '@mirrorwatch/gomod/errors'
import { cleanText, displayUrl } from '@mirrorwatch/gomod/untrusted-text'
import { fromBuffer, type RandomAccess } from '@mirrorwatch/gomod/zip/zip-source'
import type { HttpClient, HttpRequest, HttpResponse } from '../http/types.ts'
import { readCatalog } from './catalog.ts'
import type { ProxyStore } from './proxy-store.ts'
import { refusalOf } from './refusal.ts'

/** All names and extra fields of a zip's central directory together, for 200,000 long paths. */
const MAX_ZIP_DIRECTORY_BYTES = 64 * 1024 * 1024
/** First request of a directory-only read: the largest possible end record with its comment, and a small directory. */
const ZIP_TAIL_BYTES = 72 * 1024

/** Go's public mirror. */
const PUBLIC_MIRROR = 'proxy.golang.org'
/**
 * Proxies send clients to signed addresses of a storage (the mirror to Google's, Athens and Artifactory to any, goproxy.io to
 * its own). The HTTP client checks each address, never goes from https to http, and sends no credentials to another origin.
 */
const MAX_PROXY_REDIRECTS = 5
/** Asks proxies that know it for what they have cached, so that our looking never makes them fetch anything. */
const CACHED_ONLY_HEADER = { 'disable-module-fetch': 'true' }

/** @param secretHeaders headers with credentials, for this proxy alone */
export function createHttpStore(
  http: HttpClient,
  baseUrl: URL,
  secretHeaders: Record<string, string> = {},
): ProxyStore {
  const base = cachedOnlyBase(baseUrl)
  const cachedOnly = base.endsWith('/cached-only')

  async function ask(file: string, request: HttpRequest): Promise<HttpResponse> {
    const response = await http.request(`${base}/${file}`, {
      maxRedirects: MAX_PROXY_REDIRECTS,
      ...request,
      headers: { ...CACHED_ONLY_HEADER, ...request.headers },
      secretHeaders,
    })
    if (response.status === 200 || response.status === 206) return response
    throw refusalOf(response, cachedOnly)
  }

  async function fetchFile(file: string, maxBytes: number, signal: AbortSignal | undefined): Promise<Buffer> {
    const { body } = await ask(file, { maxBytes, ...withSignal(signal) })
    return body
  }

  return {
    fetch: fetchFile,
    async openZip(file, maxBytes, signal) {
      const headers = { range: `bytes=-${ZIP_TAIL_BYTES}` }
      const response = await ask(file, { maxBytes, headers, ...withSignal(signal) })
      const zip =
        response.status === 200
          ? fromBuffer(response.body)
          : openRanges(withOwn(http, baseUrl, secretHeaders), response, signal)
      return { ...zip, [Symbol.asyncDispose]: async () => undefined }
    },
    latestFile: (escapedModule) => `${escapedModule}/@latest`,
    catalog: (signal) => readCatalog((file, maxBytes) => fetchFile(file, maxBytes, signal)),
  }
}

/** Adds the proxy's credentials to requests that go to its origin; where it redirected elsewhere, they go without. */
function withOwn(
  http: HttpClient,
  { origin, username, password }: URL,
  secretHeaders: Record<string, string>,
): Pick<HttpClient, 'request'> {
  return {
    request(url, request) {
      const target = new URL(url)
      if (target.origin !== origin) return http.request(target, request)
      target.username = username
      target.password = password
      return http.request(target, { ...request, secretHeaders })
    },
  }
}

function cachedOnlyBase(url: URL): string {
  const base = url.href.replace(/\/+$/, '')
  return url.hostname === PUBLIC_MIRROR && !base.endsWith('/cached-only') ? `${base}/cached-only` : base
}

interface Block {
  start: number
  bytes: Buffer
}

/** A zip read by range requests, each as large as the gap to what is known already: usually two in all. */
function openRanges(
  http: Pick<HttpClient, 'request'>,
  tail: HttpResponse,
  signal: AbortSignal | undefined,
): RandomAccess {
  const first = parseContentRange(tail)
  const blocks: Block[] = [{ start: first.start, bytes: tail.body }]
  let budget = MAX_ZIP_DIRECTORY_BYTES

  async function load(offset: number, length: number): Promise<Block> {
    const next = Math.min(first.total, ...blocks.map(({ start }) => start).filter((start) => start > offset))
    const end = Math.max(offset + length, next)
    budget -= end - offset
    if (budget < 0) {
      throw new GomodError(
        'too-large',
        `${displayUrl(tail.url)}: a zip directory of more than ${MAX_ZIP_DIRECTORY_BYTES} bytes`,
      )
    }
    const response = await http.request(tail.url, {
      maxBytes: end - offset,
      headers: { ...CACHED_ONLY_HEADER, range: `bytes=${offset}-${end - 1}` },
      ...withSignal(signal),
    })
    const got = response.status === 206 ? parseContentRange(response) : null
    if (got?.start !== offset || got.total !== first.total || response.body.length !== end - offset) {
      throw new GomodError(
        'bad-response',
        `${displayUrl(tail.url)}: another range than asked for (HTTP ${response.status})`,
      )
    }
    // Joined with what follows it, for a header may begin in the one and end in the other.
    const following = blocks.find(({ start }) => start === end)
    return { start: offset, bytes: Buffer.concat([response.body, following?.bytes ?? Buffer.alloc(0)]) }
  }

  return {
    size: first.total,
    async read(offset, length) {
      let block = blocks.find(
        ({ start, bytes }) => start <= offset && offset + length <= start + bytes.length,
      )
      if (!block) {
        block = await load(offset, length)
        blocks.push(block)
      }
      return block.bytes.subarray(offset - block.start, offset - block.start + length)
    },
  }
}

/** Reads `bytes 100-199/200`. Throws `bad-response` where it does not fit the body. */
function parseContentRange({ headers, body, url }: HttpResponse): { start: number; total: number } {
  const header = headers['content-range'] ?? ''
  const match = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15})$/.exec(header.trim())
  const [start = 0, end = 0, total = 0] = (match ?? []).slice(1).map(Number)
  if (match && start <= end && end < total && end - start + 1 === body.length) return { start, total }
  throw new GomodError(
    'bad-response',
    `${displayUrl(url)}: Content-Range ${JSON.stringify(cleanText(header))}`,
  )
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}
