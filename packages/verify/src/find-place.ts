import { isGomodError } from '@mirrorwatch/gomod/errors'
import { goModPath, type ModulePlace } from '@mirrorwatch/gomod/tree/module-dir'
import type { RepositoryLocation } from '@mirrorwatch/upstream/discovery/repository'
import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import { moduleAt } from './module-at.ts'

/**
 * Finds the module's directory if neither the repository's root path nor a tag names it: the deepest directory whose go.mod
 * declares `modulePath`, else the deepest directory with a go.mod, else the root.
 */
export async function findPlace(
  snapshot: Snapshot,
  location: RepositoryLocation,
  modulePath: string,
): Promise<ModulePlace> {
  const withGoMod = location.places.filter((place) => hasGoMod(snapshot, place))
  for (const place of withGoMod) {
    const { declaredPath } = await moduleAt(snapshot, place).catch(declaresNothing)
    if (declaredPath === modulePath) return place
  }
  const place = withGoMod[0] ?? location.places.at(-1)
  return place ?? { codeDir: '', pathMajor: '', rootIsModule: null }
}

function hasGoMod({ byPath }: Snapshot, { codeDir, pathMajor }: ModulePlace): boolean {
  const versioned = [codeDir, pathMajor.slice(1)].filter(Boolean).join('/')
  return byPath.has(goModPath(codeDir)) || byPath.has(goModPath(versioned))
}

function declaresNothing(error: unknown): { declaredPath: null } {
  if (isGomodError(error, 'too-large', 'git-failed')) return { declaredPath: null }
  throw error
}
