import path from 'node:path'
import { listFolder, MAX_PROXY_ENTRIES, unescapeListed } from '@mirrorwatch/upstream/proxy/proxy-folder'
import type { ListedVersion } from '@mirrorwatch/upstream/proxy/proxy-store'
import { walk } from '@mirrorwatch/upstream/proxy/walk'

/** A version in a module cache (https://go.dev/ref/mod#module-cache). */
export interface CachedModule {
  module: string
  version: string
  /** True if the zip is still there. */
  hasZip: boolean
  /** Absolute path of the extracted folder; null without one, and for one that was not completed. */
  folder: string | null
}

export interface ModuleCache {
  /** Sorted by module and version. */
  modules: CachedModule[]
  /** Paths of zips and folders whose names are of no module. The go command never reads them. */
  strangers: string[]
}

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
  for (const listed of await listFolder(downloadFolder(moduleCache), ['zip', 'partial'])) {
    if (listed.extension === 'partial') partial.add(keyOf(listed))
    else list.add(listed, (found) => ({ ...found, hasZip: true }))
  }
  await walk(moduleCache, MAX_PROXY_ENTRIES, (entry, relative, file) => {
    if (!entry.isDirectory() || relative === 'cache') return false
    const at = relative.lastIndexOf('@')
    if (at < 0) return true
    const listed = { untrustedPath: relative.slice(0, at), untrustedVersion: relative.slice(at + 1) }
    if (!partial.has(keyOf(listed))) list.add(listed, (found) => ({ ...found, folder: file }))
    return false
  })
  return list.result()
}

function keyOf({ untrustedPath, untrustedVersion }: ListedVersion): string {
  return `${untrustedPath}@${untrustedVersion}`
}

class CacheList {
  readonly #modules = new Map<string, CachedModule>()
  readonly #strangers: string[] = []

  add(listed: ListedVersion, change: (found: CachedModule) => CachedModule): void {
    const key = keyOf(listed)
    const named = unescapeListed(listed)
    if (named === null) this.#strangers.push(key)
    else this.#modules.set(key, change(this.#modules.get(key) ?? { ...named, hasZip: false, folder: null }))
  }

  result(): ModuleCache {
    const modules = [...this.#modules].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found)
    return { modules, strangers: this.#strangers }
  }
}
