import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { Db, LogAlarmKind } from '@mirrorwatch/store/database'
import { type LogHead, readLogHead, replaceLogHead, saveLogAlarm } from '@mirrorwatch/store/work/log-heads'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import type { TreeHead } from '@mirrorwatch/upstream/sumdb/sumdb-note'
import { PipelineError } from '../errors.ts'
import type { IngestDeps } from './ingest.ts'

export interface LogDeps {
  db: Db
  sumdb: SumdbClient
  clock: () => Date
  inspect: IngestDeps['inspect']
  countDependents: 'all' | 'watched'
}

/** Time after accepting a head during which an older one counts as a stale copy from a cache, not as news about the log. */
const STALE_HEAD_MS = 3_600_000
/** Limit on attempts if several crawlers accept heads at the same time. */
const ATTEMPTS = 5

/**
 * Fetches the newest tree head and accepts it if it is signed and its tree is proven to extend the last accepted one. Returns
 * the trusted head, which is the stored one if the server is a little behind.
 *
 * @throws PipelineError `distrusted` if the log contradicts itself, after the evidence was stored; GomodError if the log cannot
 *   be reached.
 */
export async function acceptHead(deps: LogDeps, signal: AbortSignal): Promise<LogHead> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = await readLogHead(deps.db, deps.sumdb.name)
    const note = await deps.sumdb.latestNote(signal)
    const head = await openedHead(deps, known, note)
    if (known !== null && head.size < known.size) return await olderHead(deps, known, note, head, signal)
    await checkGrowth(deps, known, note, head, signal)
    if (known !== null && head.size === known.size) return known
    const acceptedAt = deps.clock()
    const accepted = { size: head.size, hash: head.hash, note, acceptedAt: acceptedAt.toISOString() }
    if (await replaceLogHead(deps.db, deps.sumdb.name, known, accepted, acceptedAt)) return accepted
  }
  throw new PipelineError('internal', `the head of ${deps.sumdb.name} changed ${ATTEMPTS} times in a moment`)
}

async function openedHead(deps: LogDeps, known: LogHead | null, note: string): Promise<TreeHead> {
  try {
    return deps.sumdb.openHead(note)
  } catch (error) {
    if (!isGomodError(error, 'not-trusted')) throw error
    return raiseAlarm(deps, 'signature', error.message, known, Buffer.from(note))
  }
}

/** Checks that the tree extends the accepted one. Also checks the first head, whose own tiles must lead to it. */
async function checkGrowth(
  deps: LogDeps,
  known: LogHead | null,
  note: string,
  head: TreeHead,
  signal: AbortSignal,
): Promise<void> {
  try {
    await deps.sumdb.checkConsistency(known ?? head, head, signal)
  } catch (error) {
    if (!isGomodError(error, 'not-trusted')) throw error
    await raiseAlarm(deps, 'fork', error.message, known, Buffer.from(note))
  }
}

/**
 * Handles an older head. A cache may hold one for some minutes. A log that is shorter for longer has lost records, even if it
 * still has the tiles that prove its former state.
 */
async function olderHead(
  deps: LogDeps,
  known: LogHead,
  note: string,
  head: TreeHead,
  signal: AbortSignal,
): Promise<LogHead> {
  const isStale = deps.clock().getTime() - Date.parse(known.acceptedAt) < STALE_HEAD_MS
  try {
    await deps.sumdb.checkConsistency(head, known, signal)
    if (isStale) return known
  } catch (error) {
    if (isGomodError(error, 'not-trusted'))
      return raiseAlarm(deps, 'fork', error.message, known, Buffer.from(note))
    if (isStale || !isGomodError(error, 'bad-response')) throw error
  }
  const message = `the checksum database went back from ${known.size} records to ${head.size}`
  return raiseAlarm(deps, 'went-back', message, known, Buffer.from(note))
}

/** Stores the evidence, then throws `distrusted`. */
export async function raiseAlarm(
  deps: LogDeps,
  kind: LogAlarmKind,
  message: string,
  known: Pick<LogHead, 'note'> | null,
  seen: Buffer,
): Promise<never> {
  const alarm = { log: deps.sumdb.name, kind, message, knownNote: known?.note ?? null, seen }
  await saveLogAlarm(deps.db, alarm, deps.clock())
  throw new PipelineError('distrusted', `${deps.sumdb.name}: ${message}`, {
    todo: 'Nothing that is not proven was saved. The evidence is in the table log_alarm; tell the operator of the database.',
  })
}
