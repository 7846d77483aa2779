import { GomodError } from '@mirrorwatch/gomod/errors'
import type { HttpClient } from '@mirrorwatch/gomod/http-types'
import { modulePathFault } from '@mirrorwatch/gomod/module-path'
import { z } from 'zod'

/** One page of modules, most depended on first. */
export interface EcosystemsPage {
  /** Counted from 1. */
  page: number
  rows: { path: string; dependents: number }[]
  /** Entries that are no module paths or have no figure. */
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

const PUBLIC_SERVICE = 'https://packages.ecosyste.ms'
/** Asked for in one page: each entry has some 5 KB, so that a page is answered in seconds. */
const PER_PAGE = 100
/** A page of {@link PER_PAGE} entries with long descriptions and metadata. */
const MAX_PAGE_BYTES = 32 << 20
/** 100,000 modules: far more than have ten dependents. A service that never ends its list is stopped here. */
const MOST_PAGES = 1_000
const DEFAULT_MIN_DEPENDENTS = 10

/** The fields used of a package: https://packages.ecosyste.ms/docs */
const packages = z.array(z.object({ name: z.string(), dependent_packages_count: z.number().int().nullish() }))

/**
 * Pages through the Go modules that ecosyste.ms knows, most depended on first, until they have fewer dependents than asked
 * for. One request at a time; the client spaces them and waits when it is told to. Each page can be kept as it comes, and
 * the next run can start after it.
 *
 * @throws GomodError `bad-response` where the answer is not what the API says, or what the client throws
 */
export async function* mostDependedOn(query: EcosystemsQuery): AsyncGenerator<EcosystemsPage> {
  const least = query.minDependents ?? DEFAULT_MIN_DEPENDENTS
  const first = query.fromPage ?? 1
  for (let page = first; page < first + MOST_PAGES; page++) {
    const entries = await readPage(query, page)
    const rows = entries.flatMap(({ name, dependent_packages_count: dependents }) =>
      typeof dependents === 'number' && modulePathFault(name) === null ? [{ path: name, dependents }] : [],
    )
    const enough = rows.filter(({ dependents }) => dependents >= least)
    if (enough.length > 0) yield { page, rows: enough, skipped: entries.length - rows.length }
    if (entries.length < PER_PAGE || enough.length < rows.length) return
  }
}

async function readPage(query: EcosystemsQuery, page: number): Promise<z.infer<typeof packages>> {
  const url = new URL('/api/v1/registries/proxy.golang.org/packages', query.baseUrl ?? PUBLIC_SERVICE)
  url.search = new URLSearchParams({
    page: String(page),
    per_page: String(PER_PAGE),
    sort: 'dependent_packages_count',
    order: 'desc',
  }).toString()
  const { status, body } = await query.http.request(url, {
    maxBytes: MAX_PAGE_BYTES,
    headers: { accept: 'application/json' },
    ...(query.signal === undefined ? {} : { signal: query.signal }),
  })
  if (status !== 200) throw new GomodError('bad-response', `${url.href} answered ${status}`)
  const parsed = packages.safeParse(parseJson(body.toString('utf8'), url))
  if (parsed.success) return parsed.data
  throw new GomodError('bad-response', `${url.href} answered something else than a list of packages`, {
    cause: parsed.error,
  })
}

function parseJson(untrustedText: string, url: URL): unknown {
  try {
    return JSON.parse(untrustedText)
  } catch (error) {
    throw new GomodError('bad-response', `${url.href} answered something that is not JSON`, { cause: error })
  }
}
