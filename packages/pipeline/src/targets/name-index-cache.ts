import { NameIndex } from '@mirrorwatch/detect/names/name-index'
import type { Db } from '@mirrorwatch/store/database'
import { allTargets, targetsVersion } from '@mirrorwatch/store/tables/targets'
import { builtinAliases, builtinTargets } from './builtin-targets.ts'

/**
 * Creates a cached index over the current targets, rebuilt only after they change. It ignores the allow list, which the
 * assessment applies: a name that is allowed today may not be tomorrow, and its candidates must then exist.
 */
export function createNameIndexCache(db: Db): () => Promise<NameIndex> {
  let cached: { version: string; index: NameIndex } | null = null
  return async () => {
    const version = await targetsVersion(db)
    if (cached?.version === version) return cached.index
    // Figures come from any source; only the built-in list was reviewed by people.
    const reviewed = new Set((await builtinTargets()).map(({ path }) => path))
    const targets = (await allTargets(db)).map(({ path, dependents }) => ({
      path,
      dependents,
      reviewed: reviewed.has(path),
    }))
    cached = { version, index: new NameIndex(targets, { aliases: await builtinAliases() }) }
    return cached.index
  }
}
