import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { modulesOfBill } from '@mirrorwatch/gomod/mod/bill-of-materials'
import { parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { type ModuleUse, parseGoWork, usesOfGoMod } from '@mirrorwatch/gomod/mod/project-files'
import { usesOfVendor } from '@mirrorwatch/gomod/mod/vendor-modules'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { isValid } from '@mirrorwatch/gomod/paths/semver'
import { CliError } from '../output/exit.ts'
import { note, visible } from '../output/print.ts'

/** A bill of materials of a large product has some 50 MB. */
const MAX_FILE_BYTES = 256 << 20

/** Modules and files to check, from the arguments of `check`. */
export interface CheckInputs {
  /** Module paths, each once, in the order given. */
  modules: string[]
  /** Versions of each module; null where one is not known, such as that of a branch. */
  versions: ReadonlyMap<string, ReadonlySet<string> | null>
  /** The texts of the files among the arguments. */
  files: { name: string; text: string }[]
  /** Why arguments could not be read; the others are checked all the same. */
  faults: CliError[]
}

/** Reads the modules that arguments name: paths, or files that list modules. */
export async function readCheckArguments(args: readonly string[]): Promise<CheckInputs> {
  const uses: ModuleUse[] = []
  const files: CheckInputs['files'] = []
  const faults: CliError[] = []
  for (const name of args) {
    try {
      uses.push(...(await readArgument(name, files)))
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      faults.push(error)
    }
  }
  const versions = versionsOf(uses)
  return { modules: [...versions.keys()], versions, files, faults }
}

function versionsOf(uses: readonly ModuleUse[]): Map<string, Set<string> | null> {
  const versions = new Map<string, Set<string> | null>()
  for (const { path, version } of uses) {
    const known = versions.get(path)
    if (known === null) continue
    if (version === null || !isValid(version)) versions.set(path, null)
    else versions.set(path, (known ?? new Set()).add(version))
  }
  return versions
}

async function readArgument(name: string, files: CheckInputs['files']): Promise<ModuleUse[]> {
  if (!(await isFile(name))) return [moduleUse(name)]
  const text = await readText(name)
  const uses = await readModules(name, text)
  files.push({ name, text })
  return uses
}

const TODO =
  'Give module paths as in go.mod, or files: go.mod, go.sum, go.work, vendor/modules.txt, CycloneDX (JSON, XML), SPDX (JSON, text) or Syft JSON.'

/** Parses `MODULE` or `MODULE@VERSION`. */
function moduleUse(text: string): ModuleUse {
  const [name = '', version = null] = text.split('@', 2)
  const fault = modulePathFault(name)
  if (fault === null) return { path: name, version }
  throw new CliError(`"${text}" is neither a file nor a module path (${fault})`, { todo: TODO })
}

/** A folder may well be called like a module (`github.com/owner/repository` in a GOPATH); then the module is meant. */
async function isFile(name: string): Promise<boolean> {
  try {
    const found = await stat(name)
    if (!found.isDirectory()) return true
    if (modulePathFault(name) === null) return false
    throw new CliError(`${name} is a folder`, {
      todo: `Name a file in it, such as ${path.join(name, 'go.mod')}.`,
    })
  } catch (error) {
    if (error instanceof CliError) throw error
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const looksLikeFile =
      /\.(?:mod|sum|work|json|xml|spdx|txt)$/.test(name) && !/^[a-z0-9-]+\.[a-z]+\/.+\//.test(name)
    if ((code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') && !looksLikeFile) return false
    const why = code === 'ENOENT' ? 'there is no such file' : String(code)
    throw new CliError(`${name} cannot be read: ${why}`, { cause: error })
  }
}

async function readText(file: string): Promise<string> {
  let bytes: Buffer
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES) throw new CliError(`${file} is larger than 256 MiB`)
    bytes = await readFile(file)
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  // What PowerShell's ">" writes.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw new CliError(`${file} is not text`, { todo: TODO, cause: error })
  }
}

async function readModules(file: string, text: string): Promise<ModuleUse[]> {
  try {
    return await modulesIn(file, text)
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`${file}: ${error.message}`, {
      todo: /\.(?:mod|sum|work)$/.test(file) ? 'The go command refuses this file as well.' : TODO,
      cause: error,
    })
  }
}

async function modulesIn(file: string, untrustedText: string): Promise<ModuleUse[]> {
  const name = path.basename(file)
  if (name.endsWith('.sum')) return usesOfGoSum(untrustedText)
  if (name.endsWith('.mod')) return usesOfGoMod(untrustedText)
  if (name === 'modules.txt') return usesOfVendor(untrustedText)
  if (name.endsWith('.work')) return modulesOfWorkspace(file, untrustedText)
  const { uses, unreadable, ambiguous } = modulesOfBill(untrustedText)
  tellUrls(file, 'names no module path', unreadable)
  tellUrls(file, 'and its component name different modules; both are checked', ambiguous)
  if (uses.length === 0 && unreadable.length === 0) note(`${file}: lists no Go module`)
  return uses
}

/**
 * A go.sum also has go.mod hashes of versions that are not built. They only count for modules of which it has no zip, so that
 * each of its modules is checked.
 */
function usesOfGoSum(untrustedText: string): ModuleUse[] {
  const lines = parseGoSum(untrustedText)
  const built = new Set(lines.flatMap(({ of, path }) => (of === 'zip' ? [path] : [])))
  return lines.filter(({ of, path }) => of === 'zip' || !built.has(path))
}

/** A workspace builds the modules of its folders, each with what its go.mod requires. */
async function modulesOfWorkspace(file: string, untrustedText: string): Promise<ModuleUse[]> {
  const { modules, uses } = parseGoWork(untrustedText)
  const used: ModuleUse[] = []
  for (const folder of uses) {
    const goMod = path.resolve(path.dirname(file), folder, 'go.mod')
    used.push(...(await readModules(goMod, await readText(goMod))))
  }
  return [...modules, ...used]
}

function tellUrls(file: string, what: string, urls: readonly string[]): void {
  for (const url of urls.slice(0, 5)) note(`${file}: "${visible(url)}" ${what}`)
  if (urls.length > 5) note(`${file}: the same goes for ${urls.length - 5} others`)
}
