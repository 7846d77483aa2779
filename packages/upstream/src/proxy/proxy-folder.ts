import { isGomodError } from '@mirrorwatch/gomod/errors'
import { checkModuleVersion, unescapePath, unescapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import type { ListedVersion } from './proxy-store.ts'
import { walk } from './walk.ts'

/** Limit on files and folders of a proxy's folder. A module cache of 5,000 versions has 60,000. */
export const MAX_PROXY_ENTRIES = 2_000_000

export interface ModuleVersion {
  module: string
  version: string
}

/**
 * Lists the escaped names of versions that a folder laid out like a GOPROXY has files of.
 *
 * @param extensions of these files, such as `zip`
 * @throws GomodError as {@link walk}
 */
export async function listFolder(
  folder: string,
  extensions: readonly string[],
): Promise<(ListedVersion & { extension: string })[]> {
  const found: (ListedVersion & { extension: string })[] = []
  await walk(folder, MAX_PROXY_ENTRIES, (entry, relative) => {
    // The go command keeps answers of the checksum database there, too.
    if (entry.isDirectory()) return relative !== 'sumdb'
    const [, untrustedPath = '', untrustedVersion = '', extension = ''] =
      /^(.+)\/@v\/([^/]+)\.([a-z]+)$/.exec(relative) ?? []
    if (extensions.includes(extension)) found.push({ untrustedPath, untrustedVersion, extension })
    return false
  })
  return found
}

/** Returns the version behind the escaped names; null if no module can have them. */
export function unescapeListed({ untrustedPath, untrustedVersion }: ListedVersion): ModuleVersion | null {
  try {
    const module = unescapePath(untrustedPath)
    const version = unescapeVersion(untrustedVersion)
    checkModuleVersion(module, version)
    return { module, version }
  } catch (error) {
    if (isGomodError(error, 'invalid-path', 'invalid-version')) return null
    throw error
  }
}
