import type { Db } from '@mirrorwatch/store/database'
import {
  finishTargetRefresh,
  readTargetRefresh,
  saveTargetRefresh,
  type TargetRefresh,
} from '@mirrorwatch/store/tables/target-refresh'
import { upsertTargets } from '@mirrorwatch/store/tables/targets'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { withoutCredentials } from '../config/schemas.ts'
import { DEFAULT_MIN_DEPENDENTS, type EcosystemsPage, mostDependedOn } from './ecosystems.ts'

export interface RefreshDeps {
  db: Db
  http: HttpClient
  clock: () => Date
}

export interface RefreshOptions {
  /** Base URL of the service, without a closing slash. */
  service: string
  /** Default: 10. */
  minDependents?: number
  /** Limit on modules. Default: all that have the dependents. */
  limit?: number
  /** True to start at the first page even after an interrupted run. */
  restart?: boolean
  signal?: AbortSignal
  /** Called when a page is saved. */
  onPage?: (summary: RefreshSummary) => void
}

export interface RefreshSummary {
  /** Page after which an interrupted run was resumed; 0 if it started at the first. */
  resumedAfter: number
  /** The last saved page; 0 if there was none. */
  page: number
  /** Modules on all pages, those of the interrupted run included. */
  modules: number
  /** Modules that this run made targets. */
  added: number
  /** Entries of this run that are no module paths, or have no figure. */
  skipped: number
  /** The figure of the last module, the least of all; null before the first. */
  least: number | null
}

/** Age up to which an interrupted run is resumed: later, too many modules have moved from page to page. */
const RESUMABLE_MS = 24 * 3_600_000

/**
 * Makes the most used modules that a service knows targets, or updates their figures. Saves each page together with the
 * position in one transaction; the next run resumes after the last page that a killed run saved. The `targets` stage matches
 * new targets with everything known.
 *
 * @throws GomodError as {@link mostDependedOn}
 */
export async function refreshTargets(deps: RefreshDeps, options: RefreshOptions): Promise<RefreshSummary> {
  const { service, minDependents = DEFAULT_MIN_DEPENDENTS, limit = Number.POSITIVE_INFINITY } = options
  // What the store keeps must not hold a password.
  const name = withoutCredentials(service)
  const earlier = await interruptedRun(deps, { ...options, service: name, minDependents })
  const startedAt = earlier?.startedAt ?? deps.clock()
  const resumedAfter = earlier?.page ?? 0
  let summary: RefreshSummary = {
    resumedAfter,
    page: resumedAfter,
    modules: earlier?.modules ?? 0,
    added: 0,
    skipped: 0,
    least: null,
  }
  const { signal } = options
  const pages = mostDependedOn({
    http: deps.http,
    baseUrl: service,
    fromPage: resumedAfter + 1,
    minDependents,
    ...(signal === undefined ? {} : { signal }),
  })
  if (summary.modules < limit) {
    for await (const page of pages) {
      const rows = page.rows.slice(0, limit - summary.modules)
      summary = await savePage(deps, { service: name, minDependents, startedAt }, summary, { ...page, rows })
      options.onPage?.(summary)
      if (summary.modules >= limit) break
      signal?.throwIfAborted()
    }
  }
  await finishTargetRefresh(deps.db, name, deps.clock())
  return summary
}

async function interruptedRun(
  { db, clock }: RefreshDeps,
  { service, restart, minDependents }: RefreshOptions,
): Promise<TargetRefresh | null> {
  const earlier = await readTargetRefresh(db, service)
  if (earlier === null || restart === true || earlier.finishedAt !== null) return null
  const isRecent = clock().getTime() - Date.parse(earlier.startedAt) < RESUMABLE_MS
  return isRecent && earlier.minDependents === minDependents ? earlier : null
}

async function savePage(
  { db, clock }: RefreshDeps,
  run: { service: string; minDependents: number; startedAt: Date | string },
  before: RefreshSummary,
  { page, rows, skipped }: EcosystemsPage,
): Promise<RefreshSummary> {
  const modules = before.modules + rows.length
  const now = clock()
  const { added } = await db.transaction().execute(async (trx) => {
    await saveTargetRefresh(trx, { ...run, page, modules }, now)
    return upsertTargets(trx, rows, new URL(run.service).host, now)
  })
  return {
    ...before,
    page,
    modules,
    added: before.added + added.length,
    skipped: before.skipped + skipped,
    least: rows.at(-1)?.dependents ?? before.least,
  }
}
