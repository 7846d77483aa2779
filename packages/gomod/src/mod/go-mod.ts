import { GomodError } from '../errors.ts'
import { checkImportPath, matchesPathMajor, splitPathVersion } from '../paths/module-path.ts'
import { canonicalVersion } from '../paths/semver.ts'
import { type GoModLine, malformed, parseGoModLines, unquote } from './go-mod-lines.ts'

/**
 * Parser for go.mod files that follows how the go command reads those of dependencies (https://go.dev/ref/mod#go-mod-file).
 * `module`, `go` and `require` must be correct. Every other directive only counts in the main module and is skipped.
 */

export interface GoMod {
  /** Declared module path as written; null if missing. It may be invalid or differ from the requested path. */
  module: string | null
  /** `1.24`, `1.24.3`, `1.24rc1`; null if missing. */
  go: string | null
  requires: Requirement[]
}

interface Requirement {
  /** Valid import path. May lack the dot of a module path if a `replace` supplies the module. */
  path: string
  /** Canonical version whose major the path allows. */
  version: string
  indirect: boolean
}

const GO_VERSION = /^[1-9][0-9]*\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[a-z]+[0-9]+)?$/
const GO_VERSION_LAX = /^v?([1-9][0-9]*\.(?:0|[1-9][0-9]*))[^0-9].*$/

/** Parses a go.mod. Throws `malformed`, naming the line, or `too-large`. */
export function parseGoMod(untrustedText: string): GoMod {
  const file: GoMod = { module: null, go: null, requires: [] }
  for (const line of parseGoModLines(untrustedText)) {
    if (line.verb === 'module') file.module = parseModule(line, file.module)
    else if (line.verb === 'go') file.go = parseGo(line, file.go)
    else if (line.verb === 'require') file.requires.push(parseRequirement(line))
  }
  return file
}

function parseModule({ args, number }: GoModLine, earlier: string | null): string {
  if (earlier !== null) throw malformed(number, 'repeated module directive')
  if (args.length !== 1) throw malformed(number, 'usage: module module/path')
  return parseString(args[0], number)
}

function parseGo({ args, number }: GoModLine, earlier: string | null): string {
  const [version = ''] = args
  if (earlier !== null) throw malformed(number, 'repeated go directive')
  if (args.length !== 1) throw malformed(number, 'the go directive expects one argument')
  const accepted = GO_VERSION.test(version) ? version : GO_VERSION_LAX.exec(version)?.[1]
  if (accepted === undefined) throw malformed(number, `invalid go version ${JSON.stringify(version)}`)
  return accepted
}

function parseRequirement({ args, number, comment }: GoModLine): Requirement {
  if (args.length !== 2) throw malformed(number, 'usage: require module/path v1.2.3')
  const path = parsePath(args[0], number)
  return { path, version: parseVersionOf(path, args[1], number), indirect: isIndirect(comment) }
}

function parsePath(word: string | undefined, number: number): string {
  const path = parseString(word, number)
  try {
    checkImportPath(path)
  } catch (error) {
    throw new GomodError('malformed', `go.mod line ${number}: not a module path`, { cause: error })
  }
  return path
}

function parseVersionOf(path: string, word: string | undefined, number: number): string {
  const version = canonicalVersion(parseString(word, number))
  if (version === '') throw malformed(number, 'a version must be of the form v1.2.3')
  const { pathMajor, ok } = splitPathVersion(path)
  if (ok && matchesPathMajor(version, pathMajor)) return version
  throw malformed(number, `${path} cannot have version ${version}`)
}

function parseString(word: string | undefined, number: number): string {
  // Go refuses backquotes here too.
  const text = word?.startsWith('"') ? unquote(word) : word
  if (text === undefined || text === null) throw malformed(number, 'a word is missing or badly quoted')
  if (text === word && /["'`]/.test(text)) throw malformed(number, 'a word is badly quoted')
  return text
}

function isIndirect(comment: string | null): boolean {
  const words = (comment ?? '').split(/\s+/)
  return words.length === 1 ? words[0] === 'indirect' : words[0] === 'indirect;'
}

/**
 * Returns the module path that a go.mod declares, or null. Reads it as leniently as the go command does when it looks for a
 * module's directory in a repository: the first `module` line counts, and the rest may be anything.
 */
export function declaredModulePath(untrustedText: string): string | null {
  for (const line of untrustedText.split('\n')) {
    const [code = ''] = line.split('//', 1)
    const path = /^\s*module\s+(\S.*)$/s.exec(code)?.[1]?.trimEnd()
    if (path !== undefined) return /^["`]/.test(path) ? unquote(path) : path
  }
  return null
}
