import { isGomodError } from '@mirrorwatch/gomod/errors'
import { latestVersion } from '@mirrorwatch/gomod/paths/latest-version'
import { savePage } from '@mirrorwatch/store/tables/feed'
import { moduleByPath, versionsOf } from '@mirrorwatch/store/tables/modules'
import { scheduleVersions } from '@mirrorwatch/store/work/schedule'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { PipelineError } from '../errors.ts'
import { assessStage } from '../stages/assess/assess.ts'
import { copiesStage } from '../stages/copies/copies.ts'
import { inspectStage } from '../stages/inspect/inspect.ts'
import { matchStage } from '../stages/match/match.ts'
import { requireStage } from '../stages/require/require.ts'
import { ALL_MODULES } from '../work/stage.ts'
import type { Runtime } from './runtime.ts'
import type { ScanEvents, ScanSummary } from './scan.ts'

/** Highest priority, because a person waits. */
const PRIORITY = 0

/**
 * Runs all stages at once for every cached version of one module, even if the feed has not brought it yet.
 *
 * @throws PipelineError `bad-input` if the proxy knows no version of it; GomodError if the proxy cannot be reached
 */
export async function scanModule(
  runtime: Runtime,
  path: string,
  { signal, ...events }: ScanEvents & { signal: AbortSignal },
): Promise<ScanSummary> {
  const added = await addVersions(runtime, path, signal)
  const module = await moduleByPath(runtime.store.db, path)
  if (module === null) throw new PipelineError('internal', `${path} was saved and is not there`)
  const key = { moduleId: module.id, version: '' }
  const versions = await versionsOf(runtime.store.db, module.id)
  await runtime.store.db.transaction().execute((trx) =>
    scheduleVersions(
      trx,
      versions.map(({ version }) => ({ ...key, version, dueAt: runtime.clock(), priority: PRIORITY })),
    ),
  )
  await requireStage.run(runtime.stageDeps, key, signal)
  await matchStage.run(runtime.stageDeps, ALL_MODULES, signal)
  events.onStage?.(inspectStage)
  for (const [done, { version }] of versions.entries()) {
    signal.throwIfAborted()
    events.onProgress?.(inspectStage, done, versions.length - done)
    await inspectStage.run(runtime.stageDeps, { ...key, version }, signal)
  }
  for (const { version } of versions) await copiesStage.run(runtime.stageDeps, { ...key, version }, signal)
  await assessStage.run(runtime.stageDeps, key, signal)
  return { crawl: added, done: { inspect: versions.length }, failed: 0 }
}

/** Saves what the proxy lists as if the feed had brought it now; the feed's own, earlier times win when it does. */
async function addVersions(
  runtime: Runtime,
  path: string,
  signal: AbortSignal,
): Promise<ScanSummary['crawl']> {
  const { proxy } = runtime.clients
  const listed = await listOrNone(proxy, path, signal)
  const latest = latestVersion(listed) ?? (await proxy.latest(path, signal)).version
  const nowMicros = BigInt(runtime.clock().getTime()) * 1000n
  const entries = [...new Set([...listed, latest])].map((version) => ({
    path,
    version,
    timestampMicros: nowMicros,
  }))
  const saved = await runtime.store.db.transaction().execute((trx) =>
    savePage(trx, {
      feed: `module ${path}`,
      entries,
      cursor: { positionMicros: nowMicros, seenAtPosition: [] },
      schedule: null,
      goModDueAt: runtime.clock(),
    }),
  )
  return { pages: 0, entries: entries.length, ...saved, skipped: 0, positionMicros: nowMicros }
}

/** Some proxies do not list versions: what `latest` answers is then all that can be found without knowing a version. */
async function listOrNone(
  proxy: Pick<ProxyClient, 'list'>,
  path: string,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return await proxy.list(path, signal)
  } catch (error) {
    if (isGomodError(error, 'not-found', 'not-cached')) return []
    throw error
  }
}
