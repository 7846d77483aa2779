import { GomodError } from './errors.ts'
import type { HttpClient, HttpRequest, HttpResponse } from './http-types.ts'
import { MAX_ZIP_BYTES } from './limits.ts'
import type { ProxyTransport } from './proxy.ts'
import { cleanText, displayUrl } from './untrusted-text.ts'
import { fromBuffer, type RandomAccess } from './zip-source.ts'

/** The public mirror; its `/cached-only` paths answer without ever fetching from an origin. */
const PUBLIC_PROXY = 'proxy.golang.org'
/** Where the public mirror keeps zips; it redirects there. */
const PUBLIC_STORAGE = 'storage.googleapis.com'
/** Says the same to a proxy that knows the header instead of the path. */
const CACHED_ONLY = { 'disable-module-fetch': 'true' }
/** Read at once when a zip is opened: the directory of most modules is in it. */
const TAIL_BYTES = 16_384

/** A proxy that answers over HTTP. */
export function createProxyServer(http: HttpClient, baseUrl: string): ProxyTransport {
  const base = new URL(baseUrl)
  base.pathname = base.pathname.replace(/\/+$/, '')
  if (base.hostname === PUBLIC_PROXY && base.pathname === '') base.pathname = '/cached-only'
  const cachedOnly = base.pathname.endsWith('/cached-only')

  async function ask(path: string, request: HttpRequest): Promise<HttpResponse> {
    const url = `${base.href.replace(/\/+$/, '')}/${path}`
    const response = await http.request(url, {
      ...request,
      headers: { ...CACHED_ONLY, ...request.headers },
      maxRedirects: 3,
      allowRedirect,
    })
    if (response.status === 200 || response.status === 206 || response.status === 416) return response
    throw faultOf(response, url, cachedOnly)
  }

  return {
    async get(path, maxBytes, signal) {
      const response = await ask(path, { maxBytes, ...(signal === undefined ? {} : { signal }) })
      return response.body
    },
    open: (path, signal) =>
      openRange((headers) =>
        ask(path, { maxBytes: MAX_ZIP_BYTES, headers, ...(signal === undefined ? {} : { signal }) }),
      ),
  }
}

/** A module path must not send us anywhere else than the proxy's own host, or the public mirror's storage. */
function allowRedirect(from: URL, to: URL): boolean {
  return to.origin === from.origin || (to.protocol === 'https:' && to.hostname === PUBLIC_STORAGE)
}

function faultOf({ status, body }: HttpResponse, url: string, cachedOnly: boolean): GomodError {
  const said = cleanText(body.toString('utf8'))
  const message = `${displayUrl(url)}: HTTP ${status}${said === '' ? '' : `: ${said}`}`
  if (status === 403) return new GomodError('blocked', message)
  if (status !== 404 && status !== 410) return new GomodError('bad-response', message)
  // The mirror tried and ran out of time: it may have it the next time.
  if (said.includes('fetch timed out')) return new GomodError('retry-later', message)
  return new GomodError(cachedOnly ? 'not-cached' : 'not-found', message)
}

type AskRange = (headers: Record<string, string>) => Promise<HttpResponse>

/** Asks for the end first. A server without ranges answers with the whole, which then serves all reads. */
async function openRange(ask: AskRange): Promise<RandomAccess> {
  const last = await ask({ range: `bytes=-${TAIL_BYTES}` })
  if (last.status === 200) return fromBuffer(last.body)
  const size = totalSize(last)
  const tailStart = size - last.body.length
  return {
    size,
    async read(offset, length) {
      if (offset >= tailStart) return last.body.subarray(offset - tailStart, offset - tailStart + length)
      if (length === 0) return Buffer.alloc(0)
      const part = await ask({ range: `bytes=${offset}-${offset + length - 1}` })
      const bytes = part.status === 200 ? part.body.subarray(offset, offset + length) : part.body
      if (bytes.length === length) return bytes
      throw new GomodError('bad-response', 'the proxy answered a range request with another length')
    },
  }
}

function totalSize({ status, headers, body }: HttpResponse): number {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '')
  const [from, to, total] = (match?.slice(1) ?? []).map(Number)
  if (status === 206 && from !== undefined && to !== undefined && total !== undefined) {
    if (to === total - 1 && to - from + 1 === body.length && total <= MAX_ZIP_BYTES) return total
    if (total > MAX_ZIP_BYTES) throw new GomodError('too-large', `the zip has ${total} bytes`)
  }
  throw new GomodError('bad-response', 'the proxy answered a range request with something else')
}
