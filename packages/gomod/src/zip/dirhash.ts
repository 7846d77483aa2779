import { createHash, type Hash } from 'node:crypto'
import { GomodError } from '../errors.ts'

/**
 * `h1:` hashes in the form of go.sum and the checksum database: SHA-256 over the sorted list of files with the SHA-256 of
 * each (https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1).
 */

export interface HashedFile {
  /** Full name as hashed; for a zip `<module>@<version>/<file>`, unescaped. */
  name: string
  /** 64 lower-case hex digits. */
  sha256: string
}

/** Computes the `h1:` of a set of files. Throws `malformed` for a name with a line break: two sets could share a hash. */
export function hash1(files: Iterable<HashedFile>): string {
  const sorted = [...files].map(({ name, sha256 }) => ({ name, sha256, bytes: Buffer.from(name) }))
  // Compares UTF-8 bytes: UTF-16 code units sort differently above U+FFFF.
  sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  const hash = createHash('sha256')
  for (const file of sorted) {
    if (file.name.includes('\n')) {
      throw new GomodError('malformed', `file name with a line break: ${JSON.stringify(file.name)}`)
    }
    hash.update(`${file.sha256}  ${file.name}\n`)
  }
  return `h1:${hash.digest('base64')}`
}

/** Computes the `h1:` that go.sum has for a go.mod. `content` is the proxy's `.mod`, not the zip's go.mod. */
export function hashGoMod(content: Uint8Array): string {
  return hash1([{ name: 'go.mod', sha256: sha256Hex(content) }])
}

/** Computes the `h1:` of a module zip from its files, named relative to the module. */
export function hashZipEntries(module: string, version: string, files: Iterable<HashedFile>): string {
  const prefix = `${module}@${version}/`
  return hash1([...files].map(({ name, sha256 }) => ({ name: prefix + name, sha256 })))
}

export function sha256Hex(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

export type ObjectFormat = 'sha1' | 'sha256'

/** Creates a hash that turns `size` bytes of content into the id of their git blob. */
export function createBlobHash(size: number, objectFormat: ObjectFormat): Hash {
  return createHash(objectFormat).update(`blob ${size}\0`)
}

/** Returns the id of the git blob with this content, in hex. */
export function gitBlobId(content: Uint8Array, objectFormat: ObjectFormat = 'sha1'): string {
  return createBlobHash(content.length, objectFormat).update(content).digest('hex')
}
