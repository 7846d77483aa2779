import { forgetPieces } from '@mirrorwatch/store/code/readings'
import {
  deleteOldComparisons,
  deleteOldInspections,
  type RetentionPlace,
  type RetentionStepper,
} from '@mirrorwatch/store/tables/retention'
import { pauseUnlessAborted } from '@mirrorwatch/upstream/http/pause'
import type { Runtime } from './runtime.ts'

/** Rows in one transaction: some ten milliseconds, so that other work does not wait for it. */
const BATCH = 1_000
/** Pause between two transactions, so that a first run over years of rows leaves the database to other work. */
const BREATH_MS = 50

const TABLES: [table: string, stepper: RetentionStepper][] = [
  ['inspection', deleteOldInspections],
  ['comparison', deleteOldComparisons],
]

type RetentionDeps = Pick<Runtime, 'db' | 'config' | 'clock' | 'metrics' | 'log'>

/**
 * Deletes evidence that is older than the configured age and that no finding needs. Keeps findings, decisions, and all facts
 * about a module with a finding permanently. After an interruption the next run starts over. Returns what it deleted.
 */
export async function deleteOldEvidence(
  { db, config, clock, metrics, log }: RetentionDeps,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const before = new Date(clock().getTime() - config.keepEvidenceDays * 86_400_000)
  const total: Record<string, number> = {}
  for (const [table, stepper] of TABLES) {
    let place: RetentionPlace | null = null
    let deleted = 0
    while (!signal.aborted) {
      const step = await stepper(db, before, place, BATCH)
      deleted += step.deleted
      metrics.evidenceDeleted.inc({ table }, step.deleted)
      if (step.next === null) break
      place = step.next
      await pauseUnlessAborted(BREATH_MS, signal)
    }
    total[table] = deleted
    if (deleted > 0) log.info({ table, deleted, before }, 'deleted old evidence')
  }
  await forgetOldPieces(db, clock(), signal)
  return total
}

/** Days for which all pieces of a version's code are kept: an original that is read later finds its copies in them. */
const KEEP_PIECES_DAYS = 30

async function forgetOldPieces(db: Runtime['db'], now: Date, signal: AbortSignal): Promise<void> {
  const before = new Date(now.getTime() - KEEP_PIECES_DAYS * 86_400_000)
  while (!signal.aborted && (await forgetPieces(db, before, BATCH)) === BATCH)
    await pauseUnlessAborted(BREATH_MS, signal)
}
