import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { PipelineError } from '../errors.ts'
import { TargetLines, type TargetRow } from './csv.ts'
import { MAX_LINE_CHARS } from './limits.ts'

/**
 * Reads all targets of a file into memory, gzipped or not.
 *
 * @throws PipelineError as {@link targetsOf}
 */
export async function readTargetsFile(file: string): Promise<TargetRow[]> {
  const all: TargetRow[] = []
  for await (const rows of blocksOf(file)) for (const row of rows) all.push(row)
  return all
}

/**
 * Reads the targets of a file one by one, gzipped or not, however large it is.
 *
 * @throws PipelineError `bad-input` where the file cannot be read, unpacked or understood (with the line)
 */
export async function* targetsOf(file: string): AsyncGenerator<TargetRow> {
  for await (const rows of blocksOf(file)) yield* rows
}

/** Reads the file block by block: waiting for each line took a quarter of the time. */
async function* blocksOf(file: string): AsyncGenerator<TargetRow[]> {
  const parser = new TargetLines()
  for await (const lines of linesOf(file)) {
    const rows: TargetRow[] = []
    for (const line of lines) {
      const row = parser.next(line)
      if (row === null) continue
      if (!('path' in row)) {
        throw new PipelineError('bad-input', `${file}, line ${row.line}: ${row.fault}`, {
          todo: 'A line is a module path, or a module path, a comma and a number of dependents.',
        })
      }
      rows.push(row)
    }
    yield rows
  }
}

async function* linesOf(file: string): AsyncGenerator<string[]> {
  let rest = ''
  let lines = 0
  for await (const text of textOf(file)) {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines += parts.length
    yield parts.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    if (rest.length > MAX_LINE_CHARS) {
      throw new PipelineError(
        'bad-input',
        `${file}, line ${lines + 1}: longer than ${MAX_LINE_CHARS} characters`,
      )
    }
  }
  if (rest !== '') yield [rest]
}

async function* textOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of bytesOf(file, await isGzip(file)) as AsyncIterable<Buffer>) {
      yield decoder.decode(chunk, { stream: true })
    }
    yield decoder.decode()
  } catch (error) {
    throw unreadable(file, error)
  }
}

function bytesOf(file: string, gzipped: boolean): Readable {
  const bytes = createReadStream(file)
  // An error of either stream ends the last one and reaches its reader.
  return gzipped ? pipeline(bytes, createGunzip(), () => undefined) : bytes
}

async function isGzip(file: string): Promise<boolean> {
  await using handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
}

function unreadable(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new PipelineError('bad-input', `${file} is not text in UTF-8`, { cause: error })
  }
  if (code.startsWith('Z_')) {
    const what = `${file} begins like a gzip file and cannot be unpacked`
    return new PipelineError('bad-input', what, { cause: error })
  }
  const why = error instanceof Error ? error.message : String(error)
  return new PipelineError('bad-input', `cannot read ${file}: ${why}`, { cause: error })
}
