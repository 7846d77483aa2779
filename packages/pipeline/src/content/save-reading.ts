import type { CapabilityReport } from '@mirrorwatch/detect/go/types'
import { markUnprintable, savePrints } from '@mirrorwatch/store/code/prints'
import { finishReading } from '@mirrorwatch/store/code/readings'
import type { Trx } from '@mirrorwatch/store/database'
import { askForAssessment, askForCopies, type DueKey } from '@mirrorwatch/store/work/due'
import type { FullReading } from './tasks.ts'

/** Outcome of a full reading. */
export interface ReadZip {
  /** Bytes fetched for it; 0 where the zip was at hand. */
  bytes: number
  /** Null where there was nothing to read. */
  reading: FullReading | null
  /** Capabilities of its code; null where they were not read, or are saved with an inspection. */
  report: CapabilityReport | null
  /** Why there was nothing to read, else null. */
  failure: string | null
}

/** Saves what was read of a version, and asks what its code is a copy of. */
export async function saveReading(
  trx: Trx,
  { reading, ...row }: DueKey & ReadZip & { priority: number },
  now: Date,
): Promise<void> {
  const { moduleId, version } = row
  // First, because it locks the module's row.
  if (reading === null) await markUnprintable(trx, moduleId, version)
  else await savePrints(trx, { moduleId, version, packages: reading.packages })
  const pieces = reading === null ? null : Buffer.from(reading.pieces)
  const unusual = reading === null || reading.unusual.length === 0 ? null : reading.unusual
  await finishReading(trx, { ...row, pieces, unusual }, now)
  if (reading !== null) await askForCopies(trx, [{ moduleId, version }], now)
  if (row.report !== null || unusual !== null) await askForAssessment(trx, [moduleId], now)
}
