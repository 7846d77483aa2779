import type { Db } from '@mirrorwatch/store/database'
import {
  knownRefresh,
  type MaliciousRow,
  saveKnownRefresh,
  saveMaliciousEntries,
} from '@mirrorwatch/store/tables/malicious'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { withoutCredentials } from '../config/schemas.ts'
import { PipelineError } from '../errors.ts'
import { entriesOfArchive } from './archive.ts'

/** Largest archive: OSV's export for Go has some 10 MB, most of it about vulnerabilities. */
const MAX_ARCHIVE_BYTES = 128 * 1024 * 1024
const TIMEOUT_MS = 5 * 60_000
/** Rows of one statement. */
const CHUNK = 1_000

export interface KnownRefresh {
  /** False where the archive has not changed since the last refresh. */
  changed: boolean
  /** Entries about malicious Go modules, withdrawn ones included. */
  entries: number
  /** Entries that could not be read. */
  faults: number
}

/**
 * Reads an archive of OSV entries, such as OSV's export for Go, and saves those about malicious modules. Asks with the ETag of the
 * last answer, so that an unchanged archive costs one small request.
 *
 * @throws PipelineError `upstream` where the answer is no archive of entries
 * @throws GomodError where the server cannot be asked
 */
export async function refreshKnown(
  { db, http, clock }: { db: Db; http: HttpClient; clock: () => Date },
  url: string,
  signal: AbortSignal,
): Promise<KnownRefresh> {
  // What the store keeps must not hold a password.
  const source = withoutCredentials(url)
  const etag = await knownRefresh(db, source)
  const response = await http.request(url, {
    maxBytes: MAX_ARCHIVE_BYTES,
    timeoutMs: TIMEOUT_MS,
    maxRedirects: 3,
    signal,
    headers: etag === null ? {} : { 'if-none-match': etag },
  })
  if (response.status === 304) return { changed: false, entries: 0, faults: 0 }
  if (response.status !== 200) {
    throw new PipelineError('upstream', `${source} answered ${response.status}`, {
      todo: 'Check MIRRORWATCH_KNOWN_URL, or set it to off.',
    })
  }
  const rows: MaliciousRow[] = []
  let faults = 0
  for await (const read of entriesOfArchive(response.body, source)) {
    if ('fault' in read) faults++
    else rows.push(...read.entry.rows.map((row) => ({ ...row, source })))
  }
  const now = clock()
  await db.transaction().execute(async (trx) => {
    for (let at = 0; at < rows.length; at += CHUNK) {
      await saveMaliciousEntries(trx, rows.slice(at, at + CHUNK), now)
    }
    await saveKnownRefresh(trx, source, response.headers['etag'] ?? null, now)
  })
  return { changed: true, entries: rows.length, faults }
}
