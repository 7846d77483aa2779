import { GomodError } from '@mirrorwatch/gomod/errors'
import { MAX_NAME_CHARS } from '@mirrorwatch/gomod/limits'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { canonicalVersion } from '@mirrorwatch/gomod/paths/semver'
import { formatTimestamp, parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import { cleanText, displayUrl } from '@mirrorwatch/gomod/untrusted-text'
import { z } from 'zod'
import type { HttpClient, HttpResponse } from '../http/types.ts'

/** Most rows in one page of the index (https://index.golang.org). */
const FEED_PAGE_SIZE = 2000
/** From this many rows on a page counts as full: the index's maximum was once said to be 1000. */
const FULL_FEED_PAGE = 1000
/** A row averages 120 bytes, so a page 240 KiB; paths may be long. */
const MAX_FEED_PAGE_BYTES = 8 * 1024 * 1024

/** The module index (https://index.golang.org): every module version in the order in which the mirror first cached it. */

export interface FeedEntry {
  path: string
  version: string
  /** When the mirror first cached the version, in microseconds since 1970. */
  timestampMicros: bigint
}

export interface FeedPage {
  /** In the feed's order. */
  entries: FeedEntry[]
  /** Rows that are no entry: unreadable, or with a path or version that Go would refuse. They do occur. */
  skipped: number
  /** The first skipped row as visible text, or null. */
  firstSkipped: string | null
  /** Latest timestamp of all rows, skipped ones included; null for an empty page. */
  lastMicros: bigint | null
  /** True where the page has as many rows as could be had, so that there is more of the same. */
  full: boolean
  /** False where the last row was cut off. */
  complete: boolean
}

interface FeedQuery {
  /** Oldest timestamp wanted, inclusive; null for the beginning. */
  since: bigint | null
  limit?: number
  /** Also versions that the mirror no longer serves. */
  includeAll: boolean
}

export interface FeedClient {
  /**
   * One page of the feed. Throws `retry-later` also for a page that was cut off, and `bad-response` for an answer that is no
   * feed at all.
   */
  page(query: FeedQuery, signal?: AbortSignal): Promise<FeedPage>
}

const rowSchema = z.object({ Path: z.string(), Version: z.string(), Timestamp: z.string() })

/** `baseUrl`: with or without the final `/index`. */
export function createFeedClient(options: { http: HttpClient; baseUrl: string }): FeedClient {
  const base = options.baseUrl.replace(/\/+$/, '')
  const endpoint = base.endsWith('/index') ? base : `${base}/index`
  return {
    async page({ since, limit = FEED_PAGE_SIZE, includeAll }, signal) {
      const url = new URL(endpoint)
      if (since !== null) url.searchParams.set('since', formatTimestamp(since))
      url.searchParams.set('limit', String(limit))
      if (includeAll) url.searchParams.set('include', 'all')
      const response = await options.http.request(url, {
        maxBytes: MAX_FEED_PAGE_BYTES,
        maxRedirects: 3,
        ...(signal ? { signal } : {}),
      })
      return readPage(response, url, limit)
    },
  }
}

function readPage(response: HttpResponse, url: URL, limit: number): FeedPage {
  const untrustedText = response.body.toString('utf8')
  if (response.status !== 200) {
    throw notAFeed(url, `HTTP ${response.status}: ${cleanText(untrustedText)}`)
  }
  const page = parseFeedPage(untrustedText, limit)
  if (!page.complete) throw new GomodError('retry-later', `${displayUrl(url)}: the page was cut off`)
  if (page.lastMicros === null && page.skipped > 0) {
    throw notAFeed(
      url,
      `not one row of JSON with Path, Version and Timestamp, but: ${cleanText(untrustedText)}`,
    )
  }
  return page
}

/** Reads newline-delimited JSON leniently, row by row. `limit`: how many rows were asked for. */
export function parseFeedPage(untrustedText: string, limit: number = FEED_PAGE_SIZE): FeedPage {
  const rows = untrustedText.split('\n')
  const unfinished = rows.pop()?.trim() ?? ''
  const page: FeedPage = {
    entries: [],
    skipped: 0,
    firstSkipped: null,
    lastMicros: null,
    full: false,
    // A server may leave the last newline out, but half a row is no JSON. What is no object at all was not cut, it is no row.
    complete: !unfinished.startsWith('{') || parseJson(unfinished) !== undefined,
  }
  if (unfinished !== '' && page.complete) rows.push(unfinished)
  for (const untrustedRow of rows) if (untrustedRow.trim() !== '') addRow(page, untrustedRow)
  page.full = page.entries.length + page.skipped >= Math.min(limit, FULL_FEED_PAGE)
  return page
}

function addRow(page: FeedPage, untrustedRow: string): void {
  const row = rowSchema.safeParse(parseJson(untrustedRow)).data
  const timestampMicros = row ? parseTimestamp(row.Timestamp) : null
  if (timestampMicros !== null && (page.lastMicros === null || timestampMicros > page.lastMicros)) {
    page.lastMicros = timestampMicros
  }
  if (row && timestampMicros !== null && isNamed(row)) {
    page.entries.push({ path: row.Path, version: row.Version, timestampMicros })
    return
  }
  page.skipped++
  page.firstSkipped ??= cleanText(untrustedRow)
}

function isNamed({ Path, Version }: { Path: string; Version: string }): boolean {
  return (
    Path.length + Version.length <= MAX_NAME_CHARS && isVersion(Version) && modulePathFault(Path) === null
  )
}

function isVersion(version: string): boolean {
  return version !== '' && canonicalVersion(version) === version
}

/** Undefined where the text is not JSON. */
function parseJson(untrustedText: string): unknown {
  try {
    return JSON.parse(untrustedText)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function notAFeed(url: URL, what: string): GomodError {
  return new GomodError('bad-response', `${displayUrl(url)} is not a module index: ${what}`)
}
