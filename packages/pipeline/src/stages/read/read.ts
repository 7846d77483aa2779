import { isGomodError } from '@mirrorwatch/gomod/errors'
import { dueReadings, postponeReading, readingOf, unreadRequired } from '@mirrorwatch/store/code/readings'
import type { Db } from '@mirrorwatch/store/database'
import { moduleById } from '@mirrorwatch/store/tables/modules'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import { READ_PRIORITY } from '@mirrorwatch/store/work/priority'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import { type ReadZip, saveReading } from '../../content/save-reading.ts'
import type { CompareDeps } from '../../content/subject.ts'
import { retryAt } from '../../work/retry.ts'
import type { Stage, StageKey } from '../../work/stage.ts'
import { priorityToday } from './budget.ts'

export interface ReadDeps extends CompareDeps {
  clock: () => Date
  /** Bytes of zips that may be fetched a day for full readings; 0: none. */
  readBytesPerDay: number
}

/** Bytes of the largest zip that is fetched to be read: of a larger one, a thousand would use up any budget. */
const MAX_ZIP_BYTES = 64 * 1024 * 1024

/**
 * Reads versions in full, once: new modules, targets, and what others require. Look-alikes are read when they are inspected. The
 * most urgent come first until the day's bytes are used up; the others wait.
 */
export const readStage: Stage<ReadDeps> = {
  name: 'read',
  does: 'fingerprints the code of new modules, and of what others require',
  concurrency: 2,
  run: readVersion,
  async due({ db, until, limit, readBytesPerDay }) {
    const priority = await priorityToday(db, until, readBytesPerDay)
    if (priority === null) return []
    const asked = await dueReadings(db, { until, priority, limit })
    const rest = priority >= READ_PRIORITY.required ? limit - asked.length : 0
    const required = rest > 0 ? await unreadRequired(db, rest) : []
    return [...asked, ...required.map((key) => ({ ...key, priority: READ_PRIORITY.required }))].map(
      ({ moduleId, version, priority: of }) => ({
        stage: 'read',
        key: { moduleId, version },
        priority: of,
      }),
    )
  },
  async postpone({ db }, key, { message, until }) {
    const failure = { priority: await priorityOf(db, key), message, dueAt: until }
    await db.transaction().execute((trx) => postponeReading(trx, key, failure))
  },
}

async function readVersion(deps: ReadDeps, key: StageKey, signal: AbortSignal): Promise<void> {
  const { db, clock } = deps
  const module = await moduleById(db, key.moduleId)
  const known = await readingOf(db, key)
  const isDue = known === null ? module?.printedVersion === null : isPast(known.dueAt, clock())
  if (module === null || !isDue) return
  const priority = known?.priority ?? READ_PRIORITY.required
  const allowed = await priorityToday(db, clock(), deps.readBytesPerDay)
  if (allowed === null || priority > allowed) return
  try {
    const read = await readZip(deps, { path: module.path, version: key.version, priority }, signal)
    await db.transaction().execute((trx) => saveReading(trx, { ...key, priority, ...read }, clock()))
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error)) throw error
    const dueAt = retryAt(known?.attempts ?? 0, clock(), error.retryAfterMs)
    const { message } = error
    await db
      .transaction()
      .execute((trx) =>
        whatNext(error) === 'later'
          ? postponeReading(trx, key, { priority, message, dueAt })
          : saveReading(
              trx,
              { ...key, priority, bytes: 0, reading: null, report: null, failure: message },
              clock(),
            ),
      )
  }
}

async function readZip(
  { db, proxy, sources }: ReadDeps,
  { path, version, priority }: { path: string; version: string; priority: number },
  signal: AbortSignal,
): Promise<ReadZip> {
  const bytes = await proxy.zip(path, version, signal, MAX_ZIP_BYTES)
  const isTarget = (await targetsByPath(db, [path])).length > 0
  const read = sources.begin(signal)
  const zip = await sources.share(path, version, bytes)
  const reading = await read.full(zip)
  // A target is judged by what its releases begin to do.
  const report = isTarget || priority <= READ_PRIORITY.newModule ? await read.whole(zip) : null
  const failure = reading === null ? (read.stopped ?? 'the zip is defective') : null
  return { bytes: bytes.length, reading, report, failure }
}

async function priorityOf(db: Db, key: StageKey): Promise<number> {
  return (await readingOf(db, key))?.priority ?? READ_PRIORITY.required
}

function isPast(dueAt: string | null, now: Date): boolean {
  return dueAt !== null && new Date(dueAt) <= now
}
