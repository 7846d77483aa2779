import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, isGomodError } from '@mirrorwatch/gomod/errors'
import { type GoSumLine, MAX_GO_SUM_BYTES, parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'
import { CliError } from '../output/exit.ts'

/** A version to verify, with the hashes that a go.sum gives. */
export interface VerifyTarget {
  module: string
  version: string
  /** `h1:` of the zip. */
  expectedSum?: string
  /** `h1:` of the go.mod. */
  goModSum?: string
  /** The go.sum that has the hashes. */
  recordedIn?: string
}

/**
 * Reads the arguments of `verify`: `MODULE@VERSION`, or the path of a go.sum. The two lines of a version, one for its zip and
 * one for its go.mod, become one target. Repeated lines count once; lines that contradict each other become a target each.
 */
export async function readTargets(args: readonly string[]): Promise<VerifyTarget[]> {
  const targets = new Map<string, VerifyTarget>()
  for (const arg of args) {
    const found = (await isFile(arg)) ? await readGoSum(arg) : [parseTarget(arg)]
    for (const target of found) {
      const { module, version, expectedSum = '', goModSum = '' } = target
      targets.set(`${module}@${version} ${expectedSum} ${goModSum}`, target)
    }
  }
  return [...targets.values()]
}

/** Parses `MODULE@VERSION`. @throws CliError if the version is not a full one */
export function parseTarget(text: string): VerifyTarget {
  const at = text.lastIndexOf('@')
  if (at <= 0) {
    throw new CliError(`"${text}" is neither a file nor MODULE@VERSION`, {
      todo: 'Write for example github.com/sirupsen/logrus@v1.9.3, or the path of a go.sum or a vendor folder.',
    })
  }
  const target = { module: text.slice(0, at), version: text.slice(at + 1) }
  try {
    checkModuleVersion(target.module, target.version)
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`"${text}": ${error.message}`, {
      todo: 'Give the module path as in go.mod and the whole version, such as v1.9.3 (no "latest", no branch).',
      cause: error,
    })
  }
  return target
}

/** Returns true for the path of a folder. */
export async function isFolder(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isDirectory()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error))) return false
    throw new CliError(`${name} cannot be read`, { cause: error })
  }
}

async function isFile(name: string): Promise<boolean> {
  try {
    return (await stat(name)).isFile()
  } catch (error) {
    if (path.basename(name) !== 'go.sum') return false
    throw new CliError(`${name} cannot be read`, {
      cause: error,
      todo: 'Give the path of an existing go.sum.',
    })
  }
}

async function readGoSum(file: string): Promise<VerifyTarget[]> {
  if ((await stat(file)).size > MAX_GO_SUM_BYTES)
    throw new CliError(`${file} is larger than ${MAX_GO_SUM_BYTES >> 20} MiB, too large for a go.sum`)
  try {
    return pairLines(parseGoSum(await readFile(file, 'utf8')), file)
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`${file}: ${error.message}`, {
      todo: 'Give a go.sum as the go command writes it: "module version h1:…" on every line.',
      cause: error,
    })
  }
}

function pairLines(lines: readonly GoSumLine[], file: string): VerifyTarget[] {
  return [...Map.groupBy(lines, ({ path, version }) => `${path}@${version}`).values()].flatMap((same) => {
    const [{ path: module, version } = { path: '', version: '' }] = same
    const sums = (of: GoSumLine['of']): string[] => [
      ...new Set(same.filter((line) => line.of === of).map(({ sum }) => sum)),
    ]
    const [zips, goMods] = [sums('zip'), sums('go.mod')]
    return Array.from({ length: Math.max(zips.length, goMods.length) }, (_, i) => ({
      module,
      version,
      recordedIn: file,
      ...(zips[i] !== undefined && { expectedSum: zips[i] }),
      ...(goMods[i] !== undefined && { goModSum: goMods[i] }),
    }))
  })
}
