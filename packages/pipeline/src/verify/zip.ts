import type { ObjectFormat } from '@mirrorwatch/gomod/dirhash'
import { GomodError } from '@mirrorwatch/gomod/errors'
import type { Look } from './look.ts'

/** A module zip, read and found sound. */
export interface ModuleZip {
  /** `h1:` of the whole. */
  sum: string
  files: Map<string, ZipFacts>
  /** Content of one of `files`. */
  read(path: string): Promise<Buffer>
}

export interface ZipFacts {
  path: string
  size: number
  crc32: number
  /** 64 hexadecimal digits. */
  sha256: string
  blobId: string
}

export async function openModuleZip(bytes: Buffer, look: Look, format: ObjectFormat): Promise<ModuleZip> {
  throw new GomodError('malformed', `${bytes.length} ${look.notes.length} ${format}`)
}
