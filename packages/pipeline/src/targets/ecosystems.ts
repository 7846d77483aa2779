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
  /** The list ends where a module has fewer dependents. */
  minDependents?: number
  signal?: AbortSignal
}

export const DEFAULT_MIN_DEPENDENTS = 10

/** Asked for in one page: each entry has some 5 KB, so that a page is answered in seconds. The service has 1,000 at most. */
const PER_PAGE = 100
/** A page of {@link PER_PAGE} entries with long descriptions and metadata. */
const MAX_PAGE_BYTES = 32 << 20
/** 500,000 modules: more than anybody depends on. A service that never ends its list is stopped here. */
const MOST_PAGES = 5_000

/** The fields used of a package: https://packages.ecosyste.ms/docs */
const packages = z.array(z.object({ name: z.string(), dependent_packages_count: z.number().nullish() }))
type Packages = z.infer<typeof packages>

/**
 * Pages through the Go modules that ecosyste.ms knows, most depended on first, until they have fewer dependents than asked
 * for. One request at a time; the client spaces them and waits when it is told to. Each page can be kept as it comes, and
 * the next run can start after it.
 *
 * @throws GomodError `bad-response` where the answer is not what the API says (no list, not in order, the same page again,
 *   no end), or what the client throws
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
    // A page may be shorter than asked for; only an empty one is certainly behind the last.
    if (entries.length === 0 || enough.length < rows.length) return
  }
}

function plausible({ name, dependent_packages_count: dependents }: Packages[number]): EcosystemsPage['rows'] {
  const isFigure = Number.isInteger(dependents) && Number(dependents) >= 0
  if (!isFigure || Number(dependents) > MOST_DEPENDENTS || targetPathFault(name) !== null) return []
  return [{ path: name, dependents: Number(dependents) }]
}

/** The end of the list is told by a figure: on a list in another order most of it would be lost, and nobody would know. */
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
