import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { modulesOfBill } from '@mirrorwatch/gomod/bill-of-materials'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { parseGoMod } from '@mirrorwatch/gomod/go-mod'
import { parseGoSum } from '@mirrorwatch/gomod/go-sum'
import { modulePathFault } from '@mirrorwatch/gomod/module-path'
import { CliError } from './cli.ts'

/** A bill of materials of a large product has some 50 MB. */
const MAX_FILE_BYTES = 256 << 20

/** The module paths that arguments name, each once: paths, or files that list modules. */
export async function readCheckArguments(args: readonly string[]): Promise<string[]> {
  const paths: string[] = []
  for (const arg of args) paths.push(...((await isFile(arg)) ? await readModules(arg) : [modulePath(arg)]))
  return [...new Set(paths)]
}

/** `MODULE` or `MODULE@VERSION`; what is known is known of the module. */
function modulePath(text: string): string {
  const name = text.replace(/@.*$/s, '')
  const fault = modulePathFault(name)
  if (fault === null) return name
  throw new CliError(`"${text}" is neither a file nor a module path (${fault})`, {
    todo: 'Give module paths as in go.mod, or a go.mod, go.sum, CycloneDX or SPDX file.',
  })
}

async function isFile(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isFile()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const looksLikeFile = /\.(?:mod|sum|json)$/.test(name) && !/^[a-z0-9-]+\.[a-z]+\/.+\//.test(name)
    if ((code === 'ENOENT' || code === 'ENOTDIR') && !looksLikeFile) return false
    throw new CliError(`${name} cannot be read`, { cause: error })
  }
}

async function readModules(file: string): Promise<string[]> {
  if ((await stat(file)).size > MAX_FILE_BYTES) throw new CliError(`${file} is larger than 256 MiB`)
  const text = await readFile(file, 'utf8')
  try {
    return modulesIn(path.basename(file), text)
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`${file}: ${error.message}`, {
      todo: 'check reads go.mod, go.sum, and CycloneDX or SPDX documents in JSON.',
      cause: error,
    })
  }
}

function modulesIn(name: string, untrustedText: string): string[] {
  if (name.endsWith('.sum')) return parseGoSum(untrustedText).map((line) => line.path)
  if (name.endsWith('.mod')) {
    const { requires, replaces } = parseGoMod(untrustedText)
    const replacements = replaces.filter(({ newVersion }) => newVersion !== null)
    return [...requires.map((line) => line.path), ...replacements.map(({ newPath }) => newPath)]
  }
  return modulesOfBill(untrustedText)
}
