import { buildNameIndex, type NameIndex } from '@mirrorwatch/detect/names/name-index'
import type { Db } from '@mirrorwatch/store/database'
import { allTargets, targetsVersion } from '@mirrorwatch/store/targets'

/** An index over today's targets, built anew only when they have changed. */
export function createNameIndexCache(db: Db): () => Promise<NameIndex> {
  let cached: { version: string; index: NameIndex } | null = null
  return async () => {
    const version = await targetsVersion(db)
    if (cached?.version === version) return cached.index
    cached = { version, index: buildNameIndex(await allTargets(db)) }
    return cached.index
  }
}
