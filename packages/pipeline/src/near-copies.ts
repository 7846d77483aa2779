import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import { decodeFingerprint, encodeFingerprint, featuresOf } from '@mirrorwatch/detect/clone/fingerprint'
import { estimateSimilarity } from '@mirrorwatch/detect/clone/similarity'
import type { Db, Trx } from '@mirrorwatch/store/database'
import { fingerprintsOf, modulesSharing, saveFingerprint } from '@mirrorwatch/store/fingerprints'

/** A module as its zip's central directory shows it. */
export interface ListedFiles {
  moduleId: number
  path: string
  version: string
  files: readonly FingerprintFile[]
}

/** A module that another one is likely to be a copy of, or the other way round: which came first is for others to say. */
export interface LikelyCopy {
  moduleId: number
  path: string
  /** The version that is nearest. */
  version: string
  /** 0 to 1, by names, sizes and checksums. */
  similarity: number
}

/** Modules whose listings are compared; the index puts those with most files in common first. */
const MOST_COMPARED = 8

/** Keeps what a version's zip consists of, for the questions of others. */
export async function rememberListing(trx: Trx, listed: ListedFiles, now: Date): Promise<void> {
  const { moduleId, version, files } = listed
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const row = { moduleId, version, files: files.length, bytes, listing: encodeFingerprint(files) }
  await saveFingerprint(trx, { ...row, features: featuresOf(files) }, now)
}

/**
 * Which remembered modules this one is nearly a copy of, nearest first, whatever any of them is called. An estimate: it says
 * whose contents are worth comparing.
 */
export async function likelyCopies(db: Db, listed: Omit<ListedFiles, 'version'>): Promise<LikelyCopy[]> {
  const features = featuresOf(listed.files)
  const shared = await modulesSharing(db, {
    features,
    moduleId: listed.moduleId,
    minShared: sharedNeeded(features.length),
    limit: MOST_COMPARED,
  })
  const copies: LikelyCopy[] = []
  for (const { moduleId, path } of shared) {
    let nearest: LikelyCopy | null = null
    for (const { version, listing } of await fingerprintsOf(db, moduleId)) {
      const estimate = estimateSimilarity({ path, files: decodeFingerprint(listing) }, listed)
      if (!estimate.nearCopy || estimate.similarity <= (nearest?.similarity ?? 0)) continue
      nearest = { moduleId, path, version, similarity: estimate.similarity }
    }
    if (nearest !== null) copies.push(nearest)
  }
  return copies.toSorted((a, b) => b.similarity - a.similarity)
}

/** A quarter of what there is, at most four: one shared file of a small module is a copy, of a large one an accident. */
export function sharedNeeded(features: number): number {
  return Math.max(1, Math.min(4, Math.ceil(features / 4)))
}
