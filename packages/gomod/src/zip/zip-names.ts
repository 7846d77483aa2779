import { GomodError } from '../errors.ts'
import { MAX_GO_MOD_BYTES, MAX_LICENSE_BYTES } from '../limits.ts'
import { foldCase } from '../paths/fold-case.ts'
import { filePathFault } from '../paths/module-path.ts'
import { cleanText } from '../untrusted-text.ts'

/** Limit on an entry's name. File systems end at 4096 with the prefix, so Go could not unpack a longer one. */
const MAX_ZIP_NAME_BYTES = 4096

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Checker of Go's rules for names in a module zip (https://go.dev/ref/mod#zip-files): all below `<module>@<version>/`, legal
 * on every system, unique even without letter case, go.mod at the root only.
 */
export class ZipNames {
  readonly #prefix: string
  readonly #seen = new Map<string, { path: string; isDirectory: boolean }>()

  constructor(module: string, version: string) {
    this.#prefix = `${module}@${version}/`
  }

  /**
   * Adds the next entry's name as stored in the zip. Returns the name within the module, ending in `/` for a directory
   * (`/` alone is the module's own). Throws `malformed`.
   */
  add(untrustedName: Buffer): string {
    const name = decodeName(untrustedName)
    if (!name.startsWith(this.#prefix)) {
      throw badName(name, `does not start with ${this.#prefix}`)
    }
    const inner = name.slice(this.#prefix.length)
    if (inner === '') return '/'
    const isDirectory = inner.endsWith('/')
    const path = isDirectory ? inner.slice(0, -1) : inner
    const fault = filePathFault(path)
    if (fault !== null) throw badName(name, fault)
    this.#checkCollision(path, isDirectory)
    if (!isDirectory) checkGoMod(path)
    return inner
  }

  #checkCollision(path: string, isDirectory: boolean): void {
    for (let at = path, directory = isDirectory; at !== ''; at = parentOf(at), directory = true) {
      const key = foldCase(at)
      const other = this.#seen.get(key)
      if (!other) {
        this.#seen.set(key, { path: at, isDirectory: directory })
        continue
      }
      if (other.path !== at) throw badName(at, `collides with ${other.path}`)
      if (other.isDirectory !== directory) throw badName(at, 'is both a file and a directory')
      if (!directory) throw badName(at, 'occurs twice')
      // The parents of a known directory are known too.
      return
    }
  }
}

/** Checks Go's limits for single files. Throws `too-large`. */
export function checkFileSize(path: string, size: number): void {
  const limit = path === 'go.mod' ? MAX_GO_MOD_BYTES : path === 'LICENSE' ? MAX_LICENSE_BYTES : Infinity
  if (size > limit) throw new GomodError('too-large', `zip: ${path} has more than ${limit} bytes`)
}

function decodeName(untrustedName: Buffer): string {
  if (untrustedName.length > MAX_ZIP_NAME_BYTES) {
    throw new GomodError('malformed', `zip: a name of ${untrustedName.length} bytes`)
  }
  try {
    // Go uses the bytes as they are and ignores the UTF-8 flag and the Unicode extra field.
    return utf8.decode(untrustedName)
  } catch (error) {
    throw new GomodError('malformed', 'zip: a name that is not UTF-8', { cause: error })
  }
}

function checkGoMod(path: string): void {
  const base = path.slice(path.lastIndexOf('/') + 1)
  if (foldCase(base) !== 'go.mod') return
  if (base !== path) throw badName(path, 'go.mod outside of the module root')
  if (path !== 'go.mod') throw badName(path, 'must be spelled go.mod')
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function badName(untrustedName: string, problem: string): GomodError {
  return new GomodError(
    'malformed',
    `zip: ${JSON.stringify(cleanText(untrustedName))}: ${cleanText(problem)}`,
  )
}
