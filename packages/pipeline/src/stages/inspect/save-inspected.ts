import { keptDifferences } from '@mirrorwatch/detect/judge/signals/cache-signals'
import type { InspectionRecord } from '@mirrorwatch/detect/records/inspection-record'
import { askForReadings } from '@mirrorwatch/store/code/readings'
import type { Trx } from '@mirrorwatch/store/database'
import { canonicalUrl, learnRepository } from '@mirrorwatch/store/repositories/repositories'
import { saveComparison } from '@mirrorwatch/store/tables/comparisons'
import { saveInspection } from '@mirrorwatch/store/tables/inspections'
import { askForAssessment, askForCopies } from '@mirrorwatch/store/work/due'
import {
  READ_PRIORITY,
  ROUTINE_AGAIN_PRIORITY,
  WATCHED_AGAIN_PRIORITY,
} from '@mirrorwatch/store/work/priority'
import { finishInspection, type VersionKey } from '@mirrorwatch/store/work/schedule'
import { campaignMembers } from '../../content/campaigns.ts'
import { saveReading } from '../../content/save-reading.ts'
import { type DueVersion, type Inspected, isToolchain } from './inspect-version.ts'
import { nextInspection } from './next-inspection.ts'
import { saveListing } from './save-listing.ts'

/** Saves what an inspection found, plans the next one, and asks for what follows from it: copies, an assessment. */
export async function saveInspected(
  trx: Trx,
  { module, version, state, candidates }: DueVersion,
  inspected: Inspected,
  now: Date,
): Promise<void> {
  const key: VersionKey = { moduleId: module.id, version }
  const record = recordOf(inspected)
  const { place } = inspected.verified.repository
  if (place !== null) {
    const tagPrefix = place.codeDir === '' ? '' : `${place.codeDir}/`
    const { asOfCaching } = place
    const learned = { moduleId: module.id, url: canonicalUrl(place.url), tagPrefix, asOfCaching }
    await learnRepository(trx, learned, now)
  }
  const { reading, readPriority, readBefore } = inspected
  if (reading !== null)
    await saveReading(
      trx,
      { ...key, priority: READ_PRIORITY.newOwner, bytes: 0, reading, report: null, failure: null },
      now,
    )
  if (readPriority !== null) await askForReadings(trx, [key], readPriority, now)
  if (readBefore !== null)
    await askForReadings(trx, [{ ...key, version: readBefore }], READ_PRIORITY.target, now)
  const { changed } = await saveInspection(trx, { ...record, moduleId: module.id }, now)
  if (inspected.listing !== null) {
    await saveListing(trx, key, inspected.listing, now)
    await askForCopies(trx, [key], now)
  }
  for (const comparison of inspected.comparisons) await saveComparison(trx, { ...key, ...comparison }, now)
  if (state.lastInspectedAt === null && candidates.length > 0)
    await askForAssessment(trx, await campaignMembers(trx, module), now)
  const next = nextInspection(version, state, record.verdict, now)
  await finishInspection(
    trx,
    key,
    {
      nextDueAt: isToolchain(module) || isLookedAt(inspected, state.lastInspectedAt) ? null : next.dueAt,
      step: next.step,
      asked: state.asked,
      priority: inspected.isWatched ? WATCHED_AGAIN_PRIORITY : ROUTINE_AGAIN_PRIORITY,
    },
    now,
  )
  if (changed || inspected.comparisons.length > 0) await askForAssessment(trx, [module.id], now)
}

/**
 * Returns true for a version that is inspected again only when a look shows a change: that of an ordinary module whose repository
 * is known. Look-alikes and targets are inspected on a ladder as well, because the content is what matters there. So is a version
 * once more whose files could not be listed at first.
 */
function isLookedAt(
  { isWatched, listing, verified: { repository, verification } }: Inspected,
  lastInspectedAt: string | null,
): boolean {
  const isListed = listing !== null || lastInspectedAt !== null
  return !isWatched && isListed && repository.place !== null && verification.verdict !== 'unverifiable'
}

/** Builds the record, with as many differences as a person can read. */
function recordOf({ verified, facts }: Inspected): InspectionRecord {
  const { module: _module, files, notes, ...rest } = verified.verification
  const kept = keptDifferences(files, facts.added?.embeds)
  const isCut = kept.length < files.length
  const note = `${files.length} files differ; ${kept.length} of them are kept`
  return { ...rest, facts, files: kept, notes: isCut ? [...notes, note] : notes }
}
