import { GomodError } from '../errors.ts'
import { checkModuleVersion } from '../paths/module-path.ts'

/** Limit on go.sum files. Those of the largest monorepos reach some 2 MiB. */
export const MAX_GO_SUM_BYTES = 64 * 1024 * 1024

/** Line of a go.sum (https://go.dev/ref/mod#go-sum-files). */
export interface GoSumLine {
  path: string
  version: string
  /** Hashed content: the module's zip, or its go.mod alone. */
  of: 'zip' | 'go.mod'
  /** `h1:` and a base64 SHA-256. */
  sum: string
}

const SUM = /^h1:[A-Za-z0-9+/]{43}=$/
/** Sum that a bug in Go 1.11 wrote for go.mod files it had not read; Go has skipped such lines since. */
const EMPTY_GO_MOD_SUM = 'h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY='

/** Returns true if `text` has the form of an `h1:` hash. */
export function isSum(text: string): boolean {
  return SUM.test(text)
}

/**
 * Parses a go.sum. Skips lines with hash algorithms other than `h1:` and keeps repeated lines. Throws `malformed` with the
 * line number, or `too-large`.
 */
export function parseGoSum(untrustedText: string): GoSumLine[] {
  if (untrustedText.length > MAX_GO_SUM_BYTES) throw new GomodError('too-large', 'go.sum is over 64 MiB')
  const lines: GoSumLine[] = []
  for (const [i, untrustedLine] of untrustedText.split('\n').entries()) {
    const line = parseLine(untrustedLine, i + 1)
    if (line) lines.push(line)
  }
  return lines
}

function parseLine(untrustedLine: string, number: number): GoSumLine | null {
  const words = untrustedLine.trim().split(/\s+/)
  const [path = '', target = '', sum = ''] = words
  if (path === '') return null
  if (words.length !== 3)
    throw malformedLine(number, `expected "module version h1:…", found ${words.length} words`)
  const of = target.endsWith('/go.mod') ? 'go.mod' : 'zip'
  const version = of === 'go.mod' ? target.slice(0, -'/go.mod'.length) : target
  try {
    checkModuleVersion(path, version)
  } catch (error) {
    throw malformedLine(number, error instanceof Error ? error.message : 'not a module', error)
  }
  if (!sum.startsWith('h1:') || (of === 'go.mod' && sum === EMPTY_GO_MOD_SUM)) return null
  if (!isSum(sum)) throw malformedLine(number, `${JSON.stringify(sum.slice(0, 80))} is not an h1: hash`)
  return { path, version, of, sum }
}

function malformedLine(number: number, problem: string, cause?: unknown): GomodError {
  return new GomodError('malformed', `go.sum line ${number}: ${problem}`, { cause })
}
