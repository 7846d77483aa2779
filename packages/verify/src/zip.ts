import type { ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'
import { readModuleZip, type ZipEntry } from '@mirrorwatch/gomod/zip/module-zip'
import type { Look } from './look.ts'

/** A module zip, read and found sound. */
export interface OpenZip {
  /** `h1:` of the whole. */
  sum: string
  /** Keyed by path relative to the module's root. */
  files: Map<string, ZipFacts>
  /** Content of one of `files`. */
  read(path: string): Promise<Buffer>
}

export interface ZipFacts extends ZipEntry {
  path: string
}

/**
 * Reads the version's zip and notes what is in it.
 *
 * @throws GomodError `malformed`, `too-large`.
 */
export async function openZip(look: Look, bytes: Buffer, objectFormat: ObjectFormat): Promise<OpenZip> {
  const { module, version } = look.request
  const zip = await readModuleZip(bytes, { module, version, objectFormat })
  const files = new Map(zip.entries.map((entry) => [entry.name, { ...entry, path: entry.name }]))
  look.seen.zipSum = zip.sum
  look.seen.zipFiles = zip.entries.map(({ name, crc32, size }) => ({ path: name, crc32, size }))
  return { sum: zip.sum, files, read: (path) => zip.read(path) }
}
