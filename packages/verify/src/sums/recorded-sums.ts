import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'

/** Hashes that a go.sum or a module cache has of one version; null where it has none. */
export interface RecordedSums {
  module: string
  version: string
  /** `h1:` of the zip. */
  sum: string | null
  /** `h1:` of the go.mod. */
  goModSum: string | null
  /** Source of `sum`, named in the reason. Default: the zip. */
  of?: 'zip' | 'folder'
}

/**
 * How recorded hashes compare with those of the checksum database:
 *
 * - `agrees`: each is the database's.
 * - `disagrees`: one is not; `reason` names it.
 * - `not-logged`: the database has no record of the version.
 * - `unknown`: the database could not be asked, or its answer could not be proven.
 */
export interface SumComparison {
  outcome: 'agrees' | 'disagrees' | 'not-logged' | 'unknown'
  /** `h1:` of the zip in the database; null without a record. */
  loggedSum: string | null
  /** `h1:` of the go.mod in the database; null without a record. */
  loggedGoModSum: string | null
  /** One line for a person. */
  reason: string
}

/**
 * Compares recorded hashes with the record of the checksum database, whose proof the client checks. It has the side effect of
 * {@link SumdbClient.lookup}: the database logs a version that it did not know. The go command has caused the same when it
 * wrote the go.sum.
 *
 * @throws GomodError `invalid-path`, `invalid-version`; the signal's reason when aborted
 */
export async function compareRecordedSums(
  sumdb: Pick<SumdbClient, 'lookup' | 'name'>,
  recorded: RecordedSums,
  signal?: AbortSignal,
): Promise<SumComparison> {
  const none = { loggedSum: null, loggedGoModSum: null }
  try {
    const logged = await sumdb.lookup(recorded.module, recorded.version, signal)
    const faults = [
      ...faultOf(recorded.of ?? 'zip', recorded.sum, logged.sum),
      ...faultOf('go.mod', recorded.goModSum, logged.goModSum),
    ]
    return {
      outcome: faults.length === 0 ? 'agrees' : 'disagrees',
      loggedSum: logged.sum,
      loggedGoModSum: logged.goModSum,
      reason: faults.length === 0 ? `${sumdb.name} has the same hashes` : faults.join('; '),
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (isGomodError(error, 'not-found'))
      return { outcome: 'not-logged', ...none, reason: `${sumdb.name} has no record of it` }
    if (!isGomodError(error, 'not-trusted', 'bad-response', 'malformed', 'retry-later', 'too-large'))
      throw error
    return { outcome: 'unknown', ...none, reason: `${sumdb.name}: ${error.message}` }
  }
}

function faultOf(what: 'zip' | 'folder' | 'go.mod', recorded: string | null, logged: string): string[] {
  if (recorded === null || recorded === logged) return []
  return [`its ${what} has ${recorded} here and ${logged} in the checksum database`]
}
