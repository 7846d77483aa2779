import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { modulesOfBill } from '@mirrorwatch/gomod/mod/bill-of-materials'
import { parseGoMod } from '@mirrorwatch/gomod/mod/go-mod'
import { parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { CliError } from '../output/exit.ts'
import { note, visible } from '../output/print.ts'

/** A bill of materials of a large product has some 50 MB. */
const MAX_FILE_BYTES = 256 << 20

/** What `check` was asked about. */
export interface CheckInputs {
  /** Module paths, each once, in the order given. */
  modules: string[]
  /** The texts of the files among the arguments. */
  files: { name: string; text: string }[]
}

/** The modules that arguments name: paths, or files that list modules. */
export async function readCheckArguments(args: readonly string[]): Promise<CheckInputs> {
  const modules: string[] = []
  const files: CheckInputs['files'] = []
  for (const name of args) {
    if (!(await isFile(name))) {
      modules.push(modulePath(name))
      continue
    }
    const text = await readText(name)
    files.push({ name, text })
    modules.push(...readModules(name, text))
  }
  return { modules: [...new Set(modules)], files }
}

const TODO = 'Give module paths as in go.mod, or go.mod, go.sum, CycloneDX or SPDX files.'

/** `MODULE` or `MODULE@VERSION`; what is known is known of the module. */
function modulePath(text: string): string {
  const name = text.replace(/@.*$/s, '')
  const fault = modulePathFault(name)
  if (fault === null) return name
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
    const looksLikeFile = /\.(?:mod|sum|json|spdx)$/.test(name) && !/^[a-z0-9-]+\.[a-z]+\/.+\//.test(name)
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

function readModules(file: string, text: string): string[] {
  try {
    return modulesIn(file, text)
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`${file}: ${error.message}`, {
      todo: 'check reads go.mod, go.sum, CycloneDX in JSON, and SPDX in JSON or as text.',
      cause: error,
    })
  }
}

function modulesIn(file: string, untrustedText: string): string[] {
  if (file.endsWith('.sum')) return parseGoSum(untrustedText).map((line) => line.path)
  if (file.endsWith('.mod')) {
    const { requires, replaces } = parseGoMod(untrustedText)
    const replacements = replaces.filter(({ newVersion }) => newVersion !== null)
    return [...requires.map((line) => line.path), ...replacements.map(({ newPath }) => newPath)]
  }
  const { modules, unreadable } = modulesOfBill(untrustedText)
  for (const url of unreadable.slice(0, 5)) note(`${file}: "${visible(url)}" names no module path`)
  if (unreadable.length > 5) note(`${file}: nor do ${unreadable.length - 5} others`)
  return modules
}
