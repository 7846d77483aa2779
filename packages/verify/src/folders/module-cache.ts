import path from 'node:path'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { checkModuleVersion, unescapePath, unescapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import { walk } from './local-files.ts'

/** A version in a module cache (https://go.dev/ref/mod#module-cache). */
export interface CachedModule {
  module: string
  version: string
  /** True if the zip is still there. */
  hasZip: boolean
  /** Absolute path of the extracted folder; null if there is none, or it was never completed. */
  folder: string | null
}

export interface ModuleCache {
  /** Sorted by module and version. */
  modules: CachedModule[]
  /** Paths of zips and folders whose names are of no module. The go command never reads them. */
  strangers: string[]
}

/** Limit on files and folders of a cache, those inside of extracted modules not counted. A cache of 5,000 versions has 60,000. */
const MAX_CACHE_ENTRIES = 2_000_000

/** Returns the part of a module cache that is laid out like a GOPROXY. */
export function downloadFolder(moduleCache: string): string {
  return path.join(moduleCache, 'cache/download')
}

/**
 * Lists the versions of a module cache that have a zip or an extracted folder.
 *
 * @throws GomodError `not-found` if it is no module cache, `too-large`, `access-denied`
 */
export async function listModuleCache(moduleCache: string): Promise<ModuleCache> {
  const list = new CacheList()
  const partial = new Set<string>()
  await walk(downloadFolder(moduleCache), MAX_CACHE_ENTRIES, (entry, relative) => {
    // Answers of the checksum database are kept beside the modules.
    if (entry.isDirectory()) return relative !== 'sumdb'
    const [, escaped, version, extension] = /^(.+)\/@v\/([^/]+)\.(zip|partial)$/.exec(relative) ?? []
    if (escaped === undefined || version === undefined) return false
    if (extension === 'partial') partial.add(`${escaped}@${version}`)
    else list.add(escaped, version, (found) => ({ ...found, hasZip: true }))
    return false
  })
  await walk(moduleCache, MAX_CACHE_ENTRIES, (entry, relative, file) => {
    if (!entry.isDirectory() || relative === 'cache') return false
    const at = relative.lastIndexOf('@')
    if (at < 0) return true
    const isComplete = !partial.has(relative)
    if (isComplete)
      list.add(relative.slice(0, at), relative.slice(at + 1), (found) => ({ ...found, folder: file }))
    return false
  })
  return list.result()
}

class CacheList {
  readonly #modules = new Map<string, CachedModule>()
  readonly #strangers: string[] = []

  add(untrustedPath: string, untrustedVersion: string, change: (found: CachedModule) => CachedModule): void {
    const key = `${untrustedPath}@${untrustedVersion}`
    const found = this.#modules.get(key) ?? newEntry(untrustedPath, untrustedVersion)
    if (found === null) this.#strangers.push(key)
    else this.#modules.set(key, change(found))
  }

  result(): ModuleCache {
    const modules = [...this.#modules].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found)
    return { modules, strangers: this.#strangers }
  }
}

function newEntry(untrustedPath: string, untrustedVersion: string): CachedModule | null {
  try {
    const module = unescapePath(untrustedPath)
    const version = unescapeVersion(untrustedVersion)
    checkModuleVersion(module, version)
    return { module, version, hasZip: false, folder: null }
  } catch (error) {
    if (isGomodError(error, 'invalid-path', 'invalid-version')) return null
    throw error
  }
}
