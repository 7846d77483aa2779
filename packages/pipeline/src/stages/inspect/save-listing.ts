import { encodeFingerprint, type FingerprintFile, featuresOf } from '@mirrorwatch/detect/clone/fingerprint'
import type { Trx } from '@mirrorwatch/store/database'
import { saveFingerprint } from '@mirrorwatch/store/tables/fingerprints'
import type { VersionKey } from '@mirrorwatch/store/work/schedule'

/** Saves what a version's zip consists of, so that copies of it are found later. */
export async function saveListing(
  trx: Trx,
  { moduleId, version }: VersionKey,
  files: readonly FingerprintFile[],
  now: Date,
): Promise<void> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const row = { moduleId, version, files: files.length, bytes, listing: encodeFingerprint(files) }
  await saveFingerprint(trx, { ...row, features: featuresOf(files) }, now)
}
