import { buffer } from 'node:stream/consumers'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import { asError, PipelineError } from '../errors.ts'
import { parsedEntry, type ReadEntry } from './read-files.ts'

/** Entries of one archive: OSV's export for Go has some 6,000. */
const MAX_ENTRIES = 500_000
/** One entry, unpacked. The largest of the public databases have some 200 KB. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024

/**
 * Reads the OSV entries of a zip, one a file. An unusable entry is reported and does not stop the others.
 *
 * @throws PipelineError `upstream` where the bytes are no zip
 */
export async function* entriesOfArchive(untrustedZip: Buffer, source: string): AsyncGenerator<ReadEntry> {
  let count = 0
  try {
    const zip = await fromBufferPromise(untrustedZip, { lazyEntries: true })
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('.json')) continue
      if (++count > MAX_ENTRIES) throw new Error(`it has more than ${MAX_ENTRIES} entries`)
      yield await read(zip, entry, `${source}/${entry.fileName}`)
    }
  } catch (cause) {
    throw new PipelineError('upstream', `${source} is not an archive of entries: ${asError(cause).message}`, {
      cause,
    })
  }
}

async function read(zip: ZipFile, entry: Entry, place: string): Promise<ReadEntry> {
  if (entry.uncompressedSize > MAX_ENTRY_BYTES) {
    return { fault: new PipelineError('bad-input', `${place} is larger than ${MAX_ENTRY_BYTES} bytes`) }
  }
  // yauzl ends the stream with an error where an entry unpacks to more than it says.
  const untrustedText = (await buffer(await zip.openReadStreamPromise(entry))).toString('utf8')
  return parsedEntry(untrustedText, place)
}
