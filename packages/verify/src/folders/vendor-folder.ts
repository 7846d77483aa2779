import path from 'node:path'
import { isCompiled } from '@mirrorwatch/detect/diff/tree-compare'
import { GomodError } from '@mirrorwatch/gomod/errors'
import { isFolderPath } from '@mirrorwatch/gomod/mod/project-files'
import {
  MAX_MODULES_TXT_BYTES,
  parseVendorModules,
  type VendoredModule,
} from '@mirrorwatch/gomod/mod/vendor-modules'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'
import { type LocalFile, listFiles, readSmallFile } from './local-files.ts'

/** A module in a vendor folder, with its files. */
export interface VendoredFiles {
  /** Module and version whose zip the files are from: the replacement, if the line has one. */
  module: string
  version: string
  /** Absolute path of the module's folder. */
  folder: string
  /** Files by their paths in the module. */
  files: LocalFile[]
  /** Folders in the module whose packages were copied; empty for the module's own. */
  packages: ReadonlySet<string>
}

export interface VendorFolder {
  modules: VendoredFiles[]
  /** Modules that a folder of the project replaces. There is no zip of them. */
  replacedByFolder: string[]
  /** Files below the vendor folder that belong to no listed module. */
  strangers: string[]
}

/** Limit on files and folders. The vendor folder of Kubernetes has 20,000. */
const MAX_VENDOR_ENTRIES = 500_000

/** Name of the list of modules. */
const MODULES_TXT = 'modules.txt'

/**
 * Reads a vendor folder: the modules that its modules.txt lists, and which of the files belong to which. A file that the
 * compiler reads belongs to the module whose package its folder is, any other to the innermost module around it.
 *
 * @throws GomodError `malformed` (modules.txt), `invalid-path`, `invalid-version`, `not-found`, `too-large`, `access-denied`
 */
export async function readVendorFolder(vendor: string): Promise<VendorFolder> {
  const listed = await readModulesTxt(path.join(vendor, MODULES_TXT))
  const owners = new Map<string, Owner>()
  const packages = new Map<string, Owner>()
  for (const module of listed) {
    const owner = ownerOf(module, vendor)
    if (owner === null) continue
    owners.set(module.path, owner)
    for (const name of module.packages) packages.set(name, owner)
  }
  const strangers: string[] = []
  for (const file of await listFiles(vendor, MAX_VENDOR_ENTRIES)) {
    if (file.path === MODULES_TXT) continue
    const owner = findOwner(file.path, owners, packages)
    if (owner === null) strangers.push(file.path)
    else owner.files.push({ ...file, path: file.path.slice(owner.listedPath.length + 1) })
  }
  const all = [...owners.values()]
  return {
    modules: all.filter(({ isFolder, files, packages }) => !isFolder && files.length + packages.size > 0),
    replacedByFolder: all.filter(({ isFolder }) => isFolder).map(({ listedPath }) => listedPath),
    strangers,
  }
}

interface Owner extends VendoredFiles {
  packages: Set<string>
  /** Path under which the module is vendored. */
  listedPath: string
  /** True if a folder of the project replaces it. */
  isFolder: boolean
}

async function readModulesTxt(file: string): Promise<VendoredModule[]> {
  const text = await readSmallFile(file, MAX_MODULES_TXT_BYTES)
  if (text === null) throw new GomodError('too-large', `${file} is over 16 MiB`)
  return parseVendorModules(text.toString('utf8'))
}

/** Returns null for a line about all versions of a module, which no package follows. */
function ownerOf(
  { path: listedPath, version, replacement, packages }: VendoredModule,
  vendor: string,
): Owner | null {
  if (version === '' && packages.length === 0) return null
  const real = replacement ?? { path: listedPath, version }
  const isFolder = replacement !== null && (replacement.version === '' || isFolderPath(replacement.path))
  if (!isFolder) checkModuleVersion(real.path, real.version)
  const inside = packages.map((name) => {
    if (name === listedPath) return ''
    if (name.startsWith(`${listedPath}/`)) return name.slice(listedPath.length + 1)
    throw new GomodError(
      'malformed',
      `modules.txt lists the package ${JSON.stringify(name)} below ${listedPath}`,
    )
  })
  return {
    module: real.path,
    version: real.version,
    folder: path.join(vendor, listedPath),
    files: [],
    packages: new Set(inside),
    listedPath,
    isFolder,
  }
}

function findOwner(
  file: string,
  owners: ReadonlyMap<string, Owner>,
  packages: ReadonlyMap<string, Owner>,
): Owner | null {
  const folder = path.posix.dirname(file)
  const ofPackage = isCompiled(file) ? packages.get(folder) : undefined
  if (ofPackage !== undefined) return ofPackage
  for (let at = folder; at !== '.'; at = path.posix.dirname(at)) {
    const owner = owners.get(at)
    if (owner !== undefined) return owner
  }
  return null
}
