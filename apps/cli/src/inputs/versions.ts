import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_GO_SUM_BYTES, parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'
import { CliError } from '../output/exit.ts'

/** A version to verify, with the hash of its zip if a go.sum gives one. */
export interface VerifyTarget {
  module: string
  version: string
  expectedSum?: string
}

/**
 * Reads the arguments of `verify`: `MODULE@VERSION`, or the path of a go.sum. Of a go.sum it takes the lines with the hash of a
 * zip; those that end in `/go.mod` hash a go.mod alone. Repeated lines count once.
 */
export async function readTargets(args: readonly string[]): Promise<VerifyTarget[]> {
  const targets: VerifyTarget[] = []
  for (const arg of args) {
    if (await isFile(arg)) targets.push(...(await readGoSum(arg)))
    else targets.push(parseTarget(arg))
  }
  const seen = new Set<string>()
  return targets.filter(({ module, version, expectedSum = '' }) => {
    const key = `${module}@${version} ${expectedSum}`
    return !seen.has(key) && seen.add(key)
  })
}

/** Parses `MODULE@VERSION`. @throws CliError if the version is not a full one */
export function parseTarget(text: string): VerifyTarget {
  const at = text.lastIndexOf('@')
  if (at <= 0) {
    throw new CliError(`"${text}" is neither a file nor MODULE@VERSION`, {
      todo: 'Write for example github.com/sirupsen/logrus@v1.9.3, or the path of a go.sum.',
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
    const lines = parseGoSum(await readFile(file, 'utf8'))
    return lines
      .filter((line) => line.of === 'zip')
      .map((line) => ({ module: line.path, version: line.version, expectedSum: line.sum }))
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`${file}: ${error.message}`, {
      todo: 'Give a go.sum as the go command writes it: "module version h1:…" on every line.',
      cause: error,
    })
  }
}
