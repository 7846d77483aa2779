import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { PipelineError } from '../errors.ts'
import { parseTargets, type TargetRow } from './csv.ts'

/** Unpacked size of a targets file: golang/vulndb's list of importers has 60 MB, and grows. */
const MAX_UNPACKED_BYTES = 500_000_000

/**
 * Reads targets from a file, gzipped or not.
 *
 * @throws PipelineError `bad-input` where the file cannot be read, unpacked or understood (with the line)
 */
export async function readTargetsFile(file: string): Promise<TargetRow[]> {
  return parseTargets((await unpack(file, await read(file))).toString('utf8'), { name: file })
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new PipelineError(
      'bad-input',
      `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    )
  }
}

async function unpack(file: string, bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })
  } catch (error) {
    throw new PipelineError('bad-input', `${file} begins like a gzip file and cannot be unpacked`, {
      cause: error,
    })
  }
}
