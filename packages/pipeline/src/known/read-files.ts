import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { PipelineError } from '../errors.ts'
import { type ParsedEntry, parseOsvEntry } from './parse.ts'

/** Limit on one entry in bytes. The largest of the public databases have some 200 KB. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024
/** Limit on all entries: ten times those in the public databases of malicious packages for all ecosystems together. */
const MAX_ENTRIES = 3_000_000

/** Entry, or the reason why it is left out. */
export type ReadEntry = { entry: ParsedEntry } | { fault: PipelineError }

/**
 * Reads the OSV entries in a file, or in every `.json`, `.jsonl` and `.ndjson` below a folder, in order of the names. Does not
 * follow links. A file holds one entry, or one a line. An unusable entry is reported and does not stop the others.
 *
 * @throws PipelineError `bad-input`, naming the path: missing, unreadable, or with too many entries
 */
export async function* readOsvEntries(fileOrFolder: string): AsyncGenerator<ReadEntry> {
  const info = await orExplain(fileOrFolder, stat(fileOrFolder))
  if (!info.isFile() && !info.isDirectory())
    throw new PipelineError('bad-input', `${fileOrFolder} is neither a file nor a folder`, {})
  const files = info.isFile() ? [fileOrFolder] : entryFiles(fileOrFolder)
  let count = 0
  for await (const file of files) {
    for await (const read of entriesOf(file)) {
      if (++count > MAX_ENTRIES)
        throw new PipelineError('bad-input', `${fileOrFolder} has more than ${MAX_ENTRIES} entries`, {
          todo: 'Import the folder of the Go entries alone (osv/malicious/go).',
        })
      yield read
    }
  }
  if (count === 0)
    throw new PipelineError('bad-input', `there is no OSV entry in ${fileOrFolder}`, {
      todo: 'Give a folder with OSV entries, such as osv/malicious/go of a checkout of ossf/malicious-packages.',
    })
}

async function* entryFiles(folder: string): AsyncGenerator<string> {
  const entries = await orExplain(folder, readdir(folder, { withFileTypes: true }))
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== '.git') yield* entryFiles(full)
    else if (entry.isFile() && /\.(json|jsonl|ndjson)$/.test(entry.name)) yield full
  }
}

async function* entriesOf(file: string): AsyncGenerator<ReadEntry> {
  await using handle = await orExplain(file, open(file))
  // The first line of an entry over several lines is not valid JSON.
  let onePerLine: boolean | null = /\.(jsonl|ndjson)$/.test(file) ? true : null
  let whole = ''
  for await (const piece of pieces(handle)) {
    const place = `${file}:${piece.line}`
    if (piece.tooLong) {
      yield { fault: tooLarge(place) }
      return
    }
    if (piece.text.trim() === '') continue
    onePerLine ??= isJson(piece.text)
    if (onePerLine) yield parsedEntry(piece.text, place)
    else whole += `${piece.text}\n`
    if (whole.length > MAX_ENTRY_BYTES) {
      yield { fault: tooLarge(file) }
      return
    }
  }
  if (whole !== '') yield parsedEntry(whole, file)
}

/** Parses one entry, or returns why it is left out. @param place named in the fault */
export function parsedEntry(untrustedText: string, place: string): ReadEntry {
  try {
    return { entry: parseOsvEntry(untrustedText, place) }
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'bad-input') return { fault: error }
    throw error
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

function tooLarge(place: string): PipelineError {
  return new PipelineError('bad-input', `${place} is larger than ${MAX_ENTRY_BYTES} bytes`, {
    todo: 'No OSV entry is that large: remove it.',
  })
}

interface Piece {
  text: string
  /** Line number, starting at 1. */
  line: number
  /** True if the line was not read to its end. */
  tooLong: boolean
}

/** Reads lines up to the limit each, regardless of the file's claimed or changing size. */
async function* pieces(handle: FileHandle): AsyncGenerator<Piece> {
  let rest: Buffer = Buffer.alloc(0)
  let line = 1
  for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      yield { text: rest.toString('utf8', 0, end), line: line++, tooLong: end > MAX_ENTRY_BYTES }
      rest = rest.subarray(end + 1)
    }
    if (rest.length > MAX_ENTRY_BYTES) {
      yield { text: '', line, tooLong: true }
      return
    }
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), line, tooLong: false }
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
