import { GomodError } from '@mirrorwatch/gomod/errors'
import { displayUrl } from '@mirrorwatch/gomod/untrusted-text'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { z } from 'zod'
import { PUBLIC_ECOSYSTEMS } from '../config/variables.ts'
import { targetPathFault } from './csv.ts'
import { MOST_DEPENDENTS } from './limits.ts'

/** One page of modules, most depended on first. */
export interface EcosystemsPage {
  /** Counted from 1. */
  page: number
  rows: { path: string; dependents: number }[]
  /** Entries that are no module paths, or have no figure that could be true. */
  skipped: number
}

export interface EcosystemsQuery {
  http: HttpClient
  /** Default: the public service. */
  baseUrl?: string
  /** First page to ask for; to go on after an interruption, the one after the last that was kept. */
  fromPage?: number
  /** Number of dependents below which the list ends. */
  minDependents?: number
  signal?: AbortSignal
}

export const DEFAULT_MIN_DEPENDENTS = 10

/** Entries per page: each has some 5 KB, so that a page arrives in seconds. The service allows 1,000. */
const PER_PAGE = 100
/** A page of {@link PER_PAGE} entries with long descriptions and metadata. */
const MAX_PAGE_BYTES = 32 << 20
/** Limit on pages: 500,000 modules, more than have any dependents. Stops at a service whose list never ends. */
const MOST_PAGES = 5_000

/** The fields used of a package: https://packages.ecosyste.ms/docs */
const packages = z.array(z.object({ name: z.string(), dependent_packages_count: z.number().nullish() }))
type Packages = z.infer<typeof packages>

/**
 * Pages through the Go modules that ecosyste.ms knows, most depended on first, down to the requested number of dependents.
 * Sends one request at a time; the client spaces them and respects Retry-After. Each page can be saved on arrival, and the next
 * run can start after it.
 *
 * @throws GomodError `bad-response` if the answer violates the API (no list, not in order, the same page again, no end), or
 *   errors of the client
 */
export async function* mostDependedOn(query: EcosystemsQuery): AsyncGenerator<EcosystemsPage> {
  const least = query.minDependents ?? DEFAULT_MIN_DEPENDENTS
  let before = ''
  for (let page = query.fromPage ?? 1; ; page++) {
    const url = pageUrl(query.baseUrl ?? PUBLIC_ECOSYSTEMS, page)
    if (page > MOST_PAGES) throw bad(url, `has no end: ${MOST_PAGES} pages were read`)
    const entries = await readPage(query, url)
    const names = JSON.stringify(entries.map(({ name }) => name))
    if (entries.length > 0 && names === before) throw bad(url, 'answered the page before it again')
    before = names
    const rows = entries.flatMap(plausible)
    throwIfUnsorted(rows, url)
    const enough = rows.filter(({ dependents }) => dependents >= least)
    if (enough.length > 0) yield { page, rows: enough, skipped: entries.length - rows.length }
    // A page may be shorter than requested; only an empty one is certainly behind the last.
    if (entries.length === 0 || enough.length < rows.length) return
  }
}

function plausible({ name, dependent_packages_count: dependents }: Packages[number]): EcosystemsPage['rows'] {
  const isFigure = Number.isInteger(dependents) && Number(dependents) >= 0
  if (!isFigure || Number(dependents) > MOST_DEPENDENTS || targetPathFault(name) !== null) return []
  return [{ path: name, dependents: Number(dependents) }]
}

/** Throws if rows are not sorted. A figure marks the end of the list, so most of an unsorted list would be lost silently. */
function throwIfUnsorted(rows: EcosystemsPage['rows'], url: URL): void {
  const wrong = rows.findIndex(({ dependents }, i) => dependents > (rows[i - 1] ?? { dependents }).dependents)
  if (wrong === -1) return
  throw bad(url, `is not in the order of dependents (${rows[wrong]?.path} has more than the one before it)`)
}

function pageUrl(baseUrl: string, page: number): URL {
  const url = new URL(baseUrl)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/registries/proxy.golang.org/packages`
  const query = { page, per_page: PER_PAGE, sort: 'dependent_packages_count', order: 'desc' }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  return url
}

async function readPage(query: EcosystemsQuery, url: URL): Promise<Packages> {
  const { status, body } = await query.http.request(url, {
    maxBytes: MAX_PAGE_BYTES,
    maxRedirects: 3,
    headers: { accept: 'application/json' },
    ...(query.signal === undefined ? {} : { signal: query.signal }),
  })
  if (status !== 200) throw bad(url, `answered ${status}`)
  const parsed = packages.safeParse(parseJson(body.toString('utf8'), url))
  if (parsed.success) return parsed.data
  throw bad(url, 'answered something else than a list of packages', parsed.error)
}

function parseJson(untrustedText: string, url: URL): unknown {
  try {
    return JSON.parse(untrustedText)
  } catch (error) {
    throw bad(url, 'answered something that is not JSON, or only a part of it', error)
  }
}

function bad(url: URL, what: string, cause?: unknown): GomodError {
  return new GomodError('bad-response', `${displayUrl(url)} ${what}`, { cause })
}
