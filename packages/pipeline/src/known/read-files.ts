import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { PipelineError } from '../errors.ts'
import { type ParsedEntry, parseOsvEntry } from './parse.ts'

/** Bytes of one entry. The largest of the public databases have some 200 KB. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024
/** Entries in one folder: ten times what the public databases of malicious packages have of all ecosystems together. */
const MAX_ENTRIES = 3_000_000

/**
 * Reads the OSV entries in a file, or in every `*.json` below a folder; links are not followed. In order of the names.
 *
 * @throws PipelineError `bad-input`, naming the file: not there, too large, not JSON, not an entry
 */
export async function* readOsvEntries(fileOrFolder: string): AsyncGenerator<ParsedEntry> {
  const info = await orExplain(fileOrFolder, stat(fileOrFolder))
  if (info.isFile()) {
    yield parseOsvEntry(await readEntry(fileOrFolder), fileOrFolder)
    return
  }
  if (!info.isDirectory())
    throw new PipelineError('bad-input', `${fileOrFolder} is neither a file nor a folder`, {})
  let count = 0
  for await (const file of jsonFiles(fileOrFolder)) {
    if (++count > MAX_ENTRIES)
      throw new PipelineError('bad-input', `${fileOrFolder} has more than ${MAX_ENTRIES} entries`, {
        todo: 'Import the folder of the Go entries alone (osv/malicious/go).',
      })
    yield parseOsvEntry(await readEntry(file), file)
  }
  if (count === 0)
    throw new PipelineError('bad-input', `there is no .json file below ${fileOrFolder}`, {
      todo: 'Give a folder with OSV entries, such as osv/malicious/go of a checkout of ossf/malicious-packages.',
    })
}

async function* jsonFiles(folder: string): AsyncGenerator<string> {
  const entries = await orExplain(folder, readdir(folder, { withFileTypes: true }))
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== '.git') yield* jsonFiles(full)
    else if (entry.isFile() && entry.name.endsWith('.json')) yield full
  }
}

/** Reads no more than the limit, whatever the file claims or becomes meanwhile. */
async function readEntry(file: string): Promise<string> {
  await using handle = await orExplain(file, open(file))
  const buffer = Buffer.alloc(Math.min((await handle.stat()).size, MAX_ENTRY_BYTES) + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await orExplain(file, handle.read(buffer, length, buffer.length - length))
    length += bytesRead
    if (length > MAX_ENTRY_BYTES)
      throw new PipelineError('bad-input', `${file} is larger than ${MAX_ENTRY_BYTES} bytes`, {
        todo: 'No OSV entry is that large. Remove it and import again; nothing was imported.',
      })
    if (bytesRead === 0 || length === buffer.length) return buffer.toString('utf8', 0, length)
  }
}

async function orExplain<T>(file: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw new PipelineError(
      'bad-input',
      `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
