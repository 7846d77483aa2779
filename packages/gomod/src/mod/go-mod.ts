import { GomodError } from '../errors.ts'
import { checkImportPath, matchesPathMajor, splitPathVersion } from '../paths/module-path.ts'
import { canonicalVersion } from '../paths/semver.ts'
import { type GoModLine, malformed, parseGoModLines, unquote } from './go-mod-lines.ts'

/**
 * Parser for go.mod files that follows how the go command reads those of dependencies (https://go.dev/ref/mod#go-mod-file).
 * `module`, `go` and `require` must be correct. Unknown directives, and malformed lines of the other directives, are skipped.
 */

export interface GoMod {
  /** Declared module path as written; null if missing. It may be invalid or differ from the requested path. */
  module: string | null
  /** Text of a `// Deprecated:` comment on the module line. */
  deprecated: string | null
  /** `1.24`, `1.24.3`, `1.24rc1`; null if missing. */
  go: string | null
  toolchain: string | null
  requires: Requirement[]
  excludes: { path: string; version: string }[]
  replaces: Replacement[]
  retracts: Retraction[]
  /** Package paths of `tool` directives. */
  tools: string[]
}

export interface Requirement {
  /** Valid import path. May lack the dot of a module path if a `replace` supplies the module. */
  path: string
  /** Canonical version whose major the path allows. */
  version: string
  indirect: boolean
}

export interface Replacement {
  path: string
  /** Replaced version; null for all versions. */
  version: string | null
  /** Module path, or a directory if {@link newVersion} is null. */
  newPath: string
  newVersion: string | null
}

/** Range of versions, `low` and `high` included, that the author retracted. */
export interface Retraction {
  low: string
  high: string
  rationale: string
}

const GO_VERSION = /^[1-9][0-9]*\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[a-z]+[0-9]+)?$/
const GO_VERSION_LAX = /^v?([1-9][0-9]*\.(?:0|[1-9][0-9]*))[^0-9].*$/

/** Parses a go.mod. Throws `malformed`, naming the line, or `too-large`. */
export function parseGoMod(untrustedText: string): GoMod {
  const file: GoMod = {
    module: null,
    deprecated: null,
    go: null,
    toolchain: null,
    requires: [],
    excludes: [],
    replaces: [],
    retracts: [],
    tools: [],
  }
  for (const line of parseGoModLines(untrustedText)) addLine(file, line)
  return file
}

function addLine(file: GoMod, line: GoModLine): void {
  switch (line.verb) {
    case 'module':
      return addModule(file, line)
    case 'go':
      return addGo(file, line)
    case 'require':
      file.requires.push({ ...parseModuleVersion(line), indirect: isIndirect(line) })
      return
    case 'toolchain':
      file.toolchain ??= line.args[0] ?? null
      return
    case 'exclude':
      return addIfUnderstood(file.excludes, () => parseModuleVersion(line))
    case 'replace':
      return addIfUnderstood(file.replaces, () => parseReplacement(line))
    case 'retract':
      return addIfUnderstood(file.retracts, () => parseRetraction(line))
    case 'tool':
      return addIfUnderstood(file.tools, () => parsePath(line.args[0], line.number))
  }
}

/** Adds a directive unless it is malformed. Go ignores these directives in dependencies; only the main module's count. */
function addIfUnderstood<T>(list: T[], parse: () => T): void {
  try {
    list.push(parse())
  } catch (error) {
    if (!(error instanceof GomodError)) throw error
  }
}

function addModule(file: GoMod, line: GoModLine): void {
  if (file.module !== null) throw malformed(line.number, 'repeated module directive')
  if (line.args.length !== 1) throw malformed(line.number, 'usage: module module/path')
  file.module = parseString(line.args[0], line.number)
  const text = line.comments.join('\n')
  file.deprecated = /(?:^|\n\n)Deprecated: *(.*?)(?:$|\n\n)/s.exec(text)?.[1] ?? null
}

function addGo(file: GoMod, line: GoModLine): void {
  const [version = ''] = line.args
  if (file.go !== null) throw malformed(line.number, 'repeated go directive')
  if (line.args.length !== 1) throw malformed(line.number, 'the go directive expects one argument')
  const accepted = GO_VERSION.test(version) ? version : GO_VERSION_LAX.exec(version)?.[1]
  if (accepted === undefined) throw malformed(line.number, `invalid go version ${JSON.stringify(version)}`)
  file.go = accepted
}

function parseModuleVersion({ verb, args, number }: GoModLine): { path: string; version: string } {
  if (args.length !== 2) throw malformed(number, `usage: ${verb} module/path v1.2.3`)
  const path = parsePath(args[0], number)
  return { path, version: parseVersionOf(path, args[1], number) }
}

function parseReplacement({ args, number }: GoModLine): Replacement {
  const arrow = args[1] === '=>' ? 1 : 2
  if (args[arrow] !== '=>' || args.length < arrow + 2 || args.length > arrow + 3) {
    throw malformed(number, 'usage: replace module/path [v1.2.3] => other/module v1.4.0')
  }
  const path = parsePath(args[0], number)
  const version = arrow === 2 ? parseVersionOf(path, args[1], number) : null
  const newPath = parseString(args[arrow + 1], number)
  const newVersion = args.length === arrow + 3 ? parseVersion(args[arrow + 2], number) : null
  if (isDirectoryPath(newPath) !== (newVersion === null)) {
    throw malformed(number, 'a replacement is a directory without a version, or a module with one')
  }
  return { path, version, newPath, newVersion }
}

function parseRetraction({ args, number, comments }: GoModLine): Retraction {
  const rationale = comments.join('\n')
  const [open, low, comma, high, close] = args
  // Go allows words after the versions, for future use.
  if (open !== '[') {
    const version = parseVersion(open, number)
    return { low: version, high: version, rationale }
  }
  if (comma !== ',' || close !== ']') throw malformed(number, 'usage: retract [v1.0.0, v1.9.9]')
  return { low: parseVersion(low, number), high: parseVersion(high, number), rationale }
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
  const version = parseVersion(word, number)
  const { pathMajor, ok } = splitPathVersion(path)
  if (ok && matchesPathMajor(version, pathMajor)) return version
  throw malformed(number, `${path} cannot have version ${version}`)
}

function parseVersion(word: string | undefined, number: number): string {
  const version = canonicalVersion(parseString(word, number))
  if (version === '') throw malformed(number, 'a version must be of the form v1.2.3')
  return version
}

function parseString(word: string | undefined, number: number): string {
  // Go refuses backquotes here too.
  const text = word?.startsWith('"') ? unquote(word) : word
  if (text === undefined || text === null) throw malformed(number, 'a word is missing or badly quoted')
  if (text === word && /["'`]/.test(text)) throw malformed(number, 'a word is badly quoted')
  return text
}

function isIndirect(line: GoModLine): boolean {
  const words = (line.suffix ?? '').split(/\s+/)
  return words.length === 1 ? words[0] === 'indirect' : words[0] === 'indirect;'
}

function isDirectoryPath(path: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:|\.{1,2}$)/.test(path)
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
