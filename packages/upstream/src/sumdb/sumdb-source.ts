import { isUtf8 } from 'node:buffer'
import { GomodError } from '@mirrorwatch/gomod/errors'
import { escapePath, escapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import { cleanText, displayUrl } from '@mirrorwatch/gomod/untrusted-text'
import type { HttpClient, HttpResponse } from '../http/types.ts'
import type { SumdbCache } from './sumdb-cache.ts'
import { MAX_NOTE_BYTES } from './sumdb-note.ts'
import { type FetchTile, HASH_TILE_BYTES } from './sumdb-tiles.ts'

/** 256 records of two lines; Go's own client caps a record at about 1 KiB in practice, paths may be long. */
const MAX_DATA_TILE_BYTES = 4 * 1024 * 1024

/** The answers of a checksum database, unchecked. */
export interface SumdbSource {
  latest(signal?: AbortSignal): Promise<string>
  lookup(module: string, version: string, signal?: AbortSignal): Promise<string>
  tile: FetchTile
}

/** Creates a source that asks the server. */
export function createSource({ http, baseUrl }: { http: HttpClient; baseUrl: string }): SumdbSource {
  const base = baseUrl.replace(/\/+$/, '')
  const get = (path: string, maxBytes: number, signal: AbortSignal | undefined): Promise<HttpResponse> =>
    http.request(`${base}/${path}`, {
      maxBytes,
      maxRedirects: 3,
      allowRedirect: (from, to) => to.origin === from.origin,
      ...(signal ? { signal } : {}),
    })
  return {
    latest: async (signal) => textOf(await get('latest', MAX_NOTE_BYTES, signal)),
    lookup: async (module, version, signal) =>
      textOf(await get(`lookup/${escapePath(module)}@${escapeVersion(version)}`, MAX_NOTE_BYTES, signal)),
    tile: async (path, signal) => {
      const maxBytes = path.startsWith('tile/8/data/') ? MAX_DATA_TILE_BYTES : HASH_TILE_BYTES
      const response = await get(path, maxBytes, signal)
      if (isMissing(response)) return null
      return expectOk(response).body
    },
  }
}

function textOf(response: HttpResponse): string {
  if (!isMissing(response)) return decodeUtf8(expectOk(response).body, displayUrl(response.url))
  throw new GomodError('not-found', describe(response))
}

function isMissing({ status }: HttpResponse): boolean {
  return status === 404 || status === 410
}

function expectOk(response: HttpResponse): HttpResponse {
  if (response.status === 200) return response
  throw new GomodError('bad-response', describe(response))
}

function describe({ url, status, body }: HttpResponse): string {
  return `${displayUrl(url)}: HTTP ${status}: ${cleanText(body.toString('utf8'))}`
}

/** Hashes and signatures are over bytes: text that cannot be turned back into them is refused. */
export function decodeUtf8(bytes: Buffer, what: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new GomodError('bad-response', `checksum database: ${what} is not UTF-8`)
}

/** Returns the source with a cache before it. A fresh answer that `isFresh` requires replaces what is cached. */
export function cachedSource(
  source: SumdbSource,
  cache: SumdbCache,
  options: { isFresh: boolean },
): SumdbSource {
  const read = async (name: string): Promise<Buffer | null> => (options.isFresh ? null : cache.read(name))
  return {
    latest: (signal) => source.latest(signal),
    async lookup(module, version, signal) {
      const name = `lookup/${escapePath(module)}@${escapeVersion(version)}`
      const kept = await read(name)
      if (kept !== null) return decodeUtf8(kept, `the cached ${name}`)
      const answer = await source.lookup(module, version, signal)
      await cache.write(name, Buffer.from(answer))
      return answer
    },
    async tile(path, signal) {
      const kept = await read(path)
      if (kept !== null) return kept
      const tile = await source.tile(path, signal)
      if (tile !== null) await cache.write(path, tile)
      return tile
    },
  }
}
