import { splitPathVersion } from '../paths/module-path.ts'
import type { TreeEntry } from './tree-entry.ts'

/**
 * Search for a module's directory in a repository, after cmd/go's `findDir` (https://go.dev/ref/mod#vcs-dir). Where
 * documentation and command differ, the code follows the command.
 */

/** Location that a module path gives inside its repository. */
export interface ModulePlace {
  /** Module path below the repository's root, without `/vN`; '' for the root. Its tags have the same prefix. */
  codeDir: string
  /** `/vN`, `.vN` (gopkg.in) or ''. */
  pathMajor: string
  /**
   * True if the repository's root path is the whole module path, `/vN` included; no `vN` directory is then searched. Null if
   * unknown; such a directory is then taken if it has a go.mod.
   */
  rootIsModule: boolean | null
}

/** Returns the place of `modulePath` in a repository with root path `root`; null if the root cannot contain it. */
export function placeInRepository(modulePath: string, root: string, subdir = ''): ModulePlace | null {
  const { prefix, pathMajor } = splitPathVersion(modulePath)
  if (root === modulePath) return { codeDir: subdir, pathMajor, rootIsModule: true }
  if (prefix !== root && !prefix.startsWith(`${root}/`)) return null
  const below = prefix.slice(root.length + 1)
  return { codeDir: [below, subdir].filter(Boolean).join('/'), pathMajor, rootIsModule: false }
}

/** Returns the tag that names `version` of the module at `place`, as a full ref. */
export function tagRef(place: ModulePlace, version: string): string {
  const name = version.replace(/\+incompatible$/, '')
  return `refs/tags/${place.codeDir === '' ? '' : `${place.codeDir}/`}${name}`
}

/** Returns the directories in which Go looks for a go.mod, `vN` last. */
export function candidateDirs(place: ModulePlace): string[] {
  const { codeDir, pathMajor, rootIsModule } = place
  if (!pathMajor.startsWith('/') || rootIsModule === true) return [codeDir]
  const versioned = pathMajor.slice(1)
  return [codeDir, codeDir === '' ? versioned : `${codeDir}/${versioned}`]
}

/** Returns the path of the go.mod of a directory. */
export function goModPath(dir: string): string {
  return dir === '' ? 'go.mod' : `${dir}/go.mod`
}

/**
 * Finds the module's directory by file names alone. The result is right whenever Go can make a zip. Prefer
 * {@link findModuleDir} if the contents of the go.mod files are available.
 */
export function guessModuleDir(byPath: ReadonlyMap<string, TreeEntry>, place: ModulePlace): string {
  const [plain = '', versioned] = candidateDirs(place)
  return versioned !== undefined && byPath.has(goModPath(versioned)) ? versioned : plain
}

/**
 * Returns the module's directory, or the reason why Go finds none. `declared` maps each candidate directory that has a go.mod
 * to the module path declared there (null if it declares none).
 */
export function findModuleDir(
  declared: ReadonlyMap<string, string | null>,
  place: ModulePlace,
): { dir: string; fault: null } | { dir: null; fault: string } {
  const [plain = '', versioned] = candidateDirs(place)
  const { pathMajor, codeDir } = place
  const plainPath = declared.get(plain)
  const plainFits = typeof plainPath === 'string' && fitsMajor(plainPath, pathMajor)
  if (versioned !== undefined && declared.has(versioned)) {
    const versionedPath = declared.get(versioned) ?? null
    const versionedFits = versionedPath !== null && fitsMajor(versionedPath, pathMajor)
    if (plainFits && versionedFits) {
      return { dir: null, fault: `${goModPath(plain)} and ${goModPath(versioned)} both declare ${pathMajor}` }
    }
    if (versionedFits) return { dir: versioned, fault: null }
    return { dir: null, fault: `${goModPath(versioned)} does not declare a path ending in ${pathMajor}` }
  }
  if (plainFits) return { dir: plain, fault: null }
  if (plainPath !== undefined) {
    return { dir: null, fault: `${goModPath(plain)} declares ${plainPath ?? 'no module path'}` }
  }
  if (codeDir === '' && !pathMajor.startsWith('/')) return { dir: '', fault: null }
  return { dir: null, fault: `there is no ${goModPath(plain)}` }
}

/** Returns true if a go.mod that declares `declaredPath` can serve a module path with this major version suffix. */
function fitsMajor(declaredPath: string, pathMajor: string): boolean {
  // An old bug that the go command keeps for the checksums: a gopkg.in path also fits a module path without a suffix.
  if (pathMajor === '' && declaredPath.startsWith('gopkg.in/')) return true
  const split = splitPathVersion(declaredPath)
  if (declaredPath === '' || !split.ok) return false
  const declaredMajor = majorOf(split.pathMajor)
  if (pathMajor === '') return ['', 'v0', 'v1'].includes(declaredMajor)
  return declaredMajor !== '' && declaredMajor === majorOf(pathMajor)
}

function majorOf(pathMajor: string): string {
  return pathMajor.replace(/^[/.]/, '').replace(/-unstable$/, '')
}
