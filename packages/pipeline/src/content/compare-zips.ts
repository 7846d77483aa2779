import type { ComparisonRecord } from '@mirrorwatch/detect/records/comparison-record'
import { withImported } from './added-imports.ts'
import type { Subject } from './subject.ts'
import type { SharedZip } from './tasks.ts'

export interface Comparison {
  target: string
  targetVersion: string
  result: ComparisonRecord
}

/** Compares a version with an original and reads what its code adds. Returns null if one of the zips is defective. */
export async function compareZips(subject: Subject, original: SharedZip): Promise<Comparison | null> {
  const { reading, zip } = subject
  const comparison = await reading.compare(original, zip)
  if (comparison === null) return null
  const isWorthReading = comparison.nearCopy || comparison.holdsOriginal
  const beyond = isWorthReading ? await reading.beyondOriginal(original, zip) : null
  const added = await withImported(subject, beyond)
  return { target: original.path, targetVersion: original.version, result: { form: 1, comparison, added } }
}
