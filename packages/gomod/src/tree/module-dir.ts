import { splitPathVersion } from '../paths/module-path.ts'
import type { TreeEntry } from './tree-entry.ts'

/**
 * In which directory of a repository a module lives, after cmd/go's `findDir`
 * (https://go.dev/ref/mod#vcs-dir; where documentation and command differ, the command is followed).
 */

/** Where a module path points inside its repository. */
export interface ModulePlace {
  /** Module path below the repository's root, without `/vN`; '' for the root. Also the prefix of its tags. */
  codeDir: string
  /** `/vN`, `.vN` (gopkg.in) or ''. */
  pathMajor: string
  /**
   * True where the repository's root path is the whole module path, `/vN` included: then no `vN` directory is searched. Null
   * where it is not known: then such a directory is taken where it has a go.mod.
   */
  rootIsModule: boolean | null
}

/** The place of `modulePath` in a repository with root path `root`; null where the root cannot contain it. */
export function placeInRepository(modulePath: string, root: string, subdir = ''): ModulePlace | null {
  const { prefix, pathMajor } = splitPathVersion(modulePath)
  if (root === modulePath) return { codeDir: subdir, pathMajor, rootIsModule: true }
  if (prefix !== root && !prefix.startsWith(`${root}/`)) return null
  const below = prefix.slice(root.length + 1)
  return { codeDir: [below, subdir].filter(Boolean).join('/'), pathMajor, rootIsModule: false }
}

/** The tag that names `version` of the module at `place`, as a full ref. */
export function tagRef(place: ModulePlace, version: string): string {
  const name = version.replace(/\+incompatible$/, '')
  return `refs/tags/${place.codeDir === '' ? '' : `${place.codeDir}/`}${name}`
}

/** The directories that Go looks into for a go.mod, `vN` last. */
export function candidateDirs(place: ModulePlace): string[] {
  const { codeDir, pathMajor, rootIsModule } = place
  if (!pathMajor.startsWith('/') || rootIsModule === true) return [codeDir]
  const versioned = pathMajor.slice(1)
  return [codeDir, codeDir === '' ? versioned : `${codeDir}/${versioned}`]
}

/** Path of the go.mod of a directory. */
export function goModPath(dir: string): string {
  return dir === '' ? 'go.mod' : `${dir}/go.mod`
}

/**
 * The module's directory by the names of files alone: right wherever Go can make a zip at all. Use {@link findModuleDir} where
 * the contents of the go.mod files are at hand.
 */
export function guessModuleDir(byPath: ReadonlyMap<string, TreeEntry>, place: ModulePlace): string {
  const [plain = '', versioned] = candidateDirs(place)
  return versioned !== undefined && byPath.has(goModPath(versioned)) ? versioned : plain
}

/**
 * The module's directory, or why Go finds none. `declared` holds, for each candidate directory that has a go.mod, the module
 * path that it declares (null where it declares none).
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

/** Whether a go.mod that declares `declaredPath` can serve a module path with this major version suffix. */
function fitsMajor(declaredPath: string, pathMajor: string): boolean {
  // An old bug of the go command, kept by it for the checksums: a gopkg.in path fits where no suffix is asked for.
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
