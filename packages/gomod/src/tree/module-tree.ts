import { foldCase } from '../paths/fold-case.ts'
import { filePathFault } from '../paths/module-path.ts'
import type { TreeEntry } from './tree-entry.ts'
import { isVendored, type VendorRules } from './vendor-rules.ts'

/**
 * Selection of exactly the files that Go would put into a module's zip, from the file list of a commit, without contents.
 * Follows golang.org/x/mod/zip and cmd/go's codehost; https://go.dev/ref/mod#zip-files.
 */

/** File that belongs in the zip. */
export interface ModuleFile {
  /** Path relative to the module's directory. */
  path: string
  /** File of the commit that supplies the content. */
  source: TreeEntry
  /** True for a LICENSE that Go copies from the repository's root: the stored bytes, never converted. */
  copied: boolean
}

export interface ModuleTree {
  /** The module's directory in the repository; '' for the root. */
  dir: string
  /** Files by path relative to `dir`. */
  files: Map<string, ModuleFile>
  vendorRules: VendorRules
  /** Reason why Go cannot make a zip of this tree; null if it can. `files` is then what it would otherwise hold. */
  fault: string | null
}

const LICENSE = 'LICENSE'
const GO_MOD = 'go.mod'

/** Returns the files of the module whose directory is `dir`. */
export function moduleTree(entries: readonly TreeEntry[], dir: string, vendorRules: VendorRules): ModuleTree {
  const candidates = belowDirectory(entries, dir)
  const nested = nestedModules(candidates)
  const collisions = new CollisionCheck()
  const files = new Map<string, ModuleFile>()
  let fault: string | null = null
  for (const file of candidates) {
    if (isVendored(file.path, vendorRules) || isBelow(file.path, nested)) continue
    if (file.path === '.hg_archival.txt') continue
    fault ??= nameFault(file) ?? collisions.add(file.path)
    if (!isSymlink(file) && file.source.utf8) files.set(file.path, file)
  }
  return { dir, files, vendorRules, fault }
}

/** Returns the files below a directory, without submodules: git archive writes those as empty directories. */
function belowDirectory(entries: readonly TreeEntry[], dir: string): ModuleFile[] {
  const prefix = dir === '' ? '' : `${dir}/`
  const found: ModuleFile[] = []
  let license: TreeEntry | null = null
  let hasLicense = false
  for (const source of entries) {
    if (isSubmodule(source.mode)) continue
    if (source.path === LICENSE) license = source
    if (!source.path.startsWith(prefix)) continue
    const path = source.path.slice(prefix.length)
    hasLicense ||= path === LICENSE
    found.push({ path, source, copied: false })
  }
  if (dir !== '' && !hasLicense && license !== null) {
    found.push({ path: LICENSE, source: license, copied: true })
  }
  return found
}

/** Returns directories (with their slash) that are nested modules: they hold a regular file named go.mod, in any case. */
function nestedModules(files: readonly ModuleFile[]): Set<string> {
  const nested = new Set<string>()
  for (const { path, source } of files) {
    const cut = path.lastIndexOf('/') + 1
    if (cut === 0 || path.slice(cut).toLowerCase() !== GO_MOD) continue
    if (source.mode.startsWith('100')) nested.add(path.slice(0, cut))
  }
  return nested
}

function isBelow(path: string, directories: ReadonlySet<string>): boolean {
  if (directories.size === 0) return false
  for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) {
    if (directories.has(path.slice(0, cut + 1))) return true
  }
  return false
}

function nameFault(file: ModuleFile): string | null {
  const shown = JSON.stringify(file.path)
  if (!file.source.utf8) return `the file name ${shown} is not UTF-8`
  const fault = filePathFault(file.path)
  if (fault !== null) return `Go does not allow the file name ${shown}: ${fault}`
  if (file.path !== GO_MOD && file.path.toLowerCase() === GO_MOD) {
    return `the root has ${shown} instead of go.mod`
  }
  return null
}

function isSymlink(file: ModuleFile): boolean {
  return file.source.mode === '120000' && !file.copied
}

function isSubmodule(mode: string): boolean {
  return mode === '160000'
}

/** Detector of names that a case-insensitive file system cannot distinguish, directories included. */
class CollisionCheck {
  readonly #seen = new Map<string, { path: string; isDirectory: boolean }>()

  /** Adds a path. Returns a description of the collision, or null. */
  add(path: string): string | null {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const fault = this.#addOne(path.slice(0, cut), true)
      if (fault !== null) return fault
    }
    return this.#addOne(path, false)
  }

  #addOne(path: string, isDirectory: boolean): string | null {
    const key = foldCase(path)
    const other = this.#seen.get(key)
    if (other === undefined) {
      this.#seen.set(key, { path, isDirectory })
      return null
    }
    if (other.path !== path) {
      return `the names ${JSON.stringify(other.path)} and ${JSON.stringify(path)} differ in case alone`
    }
    if (other.isDirectory !== isDirectory) return `${JSON.stringify(path)} is both a file and a directory`
    return isDirectory ? null : `${JSON.stringify(path)} is there twice`
  }
}
