import { isGomodError } from '@mirrorwatch/gomod/errors'
import { readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import type { SumSource, VerifiedVersion } from '@mirrorwatch/verify/types'

export interface ServedZip {
  module: string
  version: string
  bytes: Buffer
  /** What the checksum database is already known to have signed; null to ask. */
  signed: string | null
}

/**
 * Completes the observations of a look-alike's version, whose zip was fetched whatever its repository says: the zip's own
 * hash, and the one that the checksum database signed. A verification that is given a zip asks for neither where it
 * has no need of it.
 *
 * @throws GomodError `not-trusted` where the checksum database's answer is not signed
 */
export async function observeSums(
  sumdb: SumSource | null,
  { module, version, bytes, signed }: ServedZip,
  { verification, observations }: VerifiedVersion,
  signal: AbortSignal,
): Promise<void> {
  observations.zipSum ??= await sumOf(module, version, bytes)
  if (signed !== null || sumdb === null || observations.recordedSum !== null) return
  try {
    observations.recordedSum = await sumdb.zipSum(module, version, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error) || error.code === 'not-trusted') throw error
    verification.notes.push(`the checksum database could not be asked: ${error.message}`)
  }
}

/** Null for a zip that is not sound: that is the verification's to say. */
async function sumOf(module: string, version: string, bytes: Buffer): Promise<string | null> {
  try {
    return (await readModuleZip(bytes, { module, version })).sum
  } catch (error) {
    if (isGomodError(error, 'malformed', 'too-large')) return null
    throw error
  }
}
