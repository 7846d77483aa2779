import { GoScanner, hashOf, IDENTIFIER, isKeyword, NUMBER, OPERATOR, RUNE, SEMICOLON } from './go-scanner.ts'

/**
 * A Go file as numbers that stay the same when an attacker reformats it, strips its comments, or renames its package, its import
 * paths, its literals or anything that it does not export.
 */
export interface CodeTokens {
  /** One number a token. */
  tokens: Uint32Array
  /** 1 for a token that says something by itself: an exported name, a package of Go's library. */
  telling: Uint8Array
}

/** Tokens of one file. The largest real files have a million. */
const MAX_FILE_TOKENS = 4_000_000

const PREDECLARED = new Set(
  (
    'any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 ' +
    'uint16 uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete imag len make max min new ' +
    'panic print println real recover'
  )
    .split(' ')
    .map(hashOf),
)
const PACKAGE = hashOf('package')
const IMPORT = hashOf('import')
const INTERFACE = hashOf('interface')
const ANY = hashOf('any')
const DOT = hashOf('.')
const COMMA = hashOf(',')
const OPEN = hashOf('(')
const CLOSE = hashOf(')')
const OPEN_BRACE = hashOf('{')
const CLOSE_BRACE = hashOf('}')
const ANY_NAME = hashOf('#name')
const ANY_NUMBER = hashOf('#number')
const ANY_STRING = hashOf('#string')
const ANY_RUNE = hashOf('#rune')

/** Returns the tokens of a Go file. Commas and semicolons are left out, because a formatter adds and removes them. */
export function codeTokens(untrustedSource: Uint8Array): CodeTokens {
  const scanner = new GoScanner(untrustedSource)
  const packages = new Map<number, number>()
  // Each token has a byte at least.
  const most = Math.min(untrustedSource.length, MAX_FILE_TOKENS)
  const tokens = new Uint32Array(most)
  const telling = new Uint8Array(most)
  let [count, lastName] = [0, 0]
  while (count < most && scanner.next()) {
    const { kind, hash } = scanner
    if (kind === SEMICOLON || (kind === OPERATOR && hash === COMMA)) continue
    if (kind === IDENTIFIER && hash === PACKAGE) scanner.next()
    else if (kind === IDENTIFIER && hash === IMPORT) readImports(scanner, untrustedSource, packages)
    else if (isEmptyInterface(tokens, count, hash)) tokens[--count - 1] = ANY
    else if (kind === IDENTIFIER && isExported(untrustedSource[scanner.start] ?? 0)) {
      const library = tokens[count - 1] === DOT ? packages.get(lastName) : undefined
      if (library !== undefined) {
        tokens[count - 2] = library
        telling[count - 2] = 1
      }
      telling[count] = 1
      tokens[count++] = hash
    } else {
      if (kind === IDENTIFIER) lastName = hash
      telling[count] = 0
      tokens[count++] = foldedToken(kind, hash)
    }
  }
  return { tokens: tokens.subarray(0, count), telling: telling.subarray(0, count) }
}

function foldedToken(kind: number, hash: number): number {
  if (kind === OPERATOR) return hash
  if (kind === IDENTIFIER) return isKeyword(hash) || PREDECLARED.has(hash) ? hash : ANY_NAME
  if (kind === NUMBER) return ANY_NUMBER
  return kind === RUNE ? ANY_RUNE : ANY_STRING
}

/** `interface{}` counts as `any`. True at its last brace. */
function isEmptyInterface(tokens: Uint32Array, count: number, hash: number): boolean {
  return (
    hash === CLOSE_BRACE && count >= 2 && tokens[count - 1] === OPEN_BRACE && tokens[count - 2] === INTERFACE
  )
}

function isExported(firstByte: number): boolean {
  return firstByte >= 65 && firstByte <= 90
}

/**
 * Reads past an import declaration. Notes the local name of each package of Go's library: its path is the same in every copy,
 * and the name can be chosen.
 */
function readImports(scanner: GoScanner, source: Uint8Array, packages: Map<number, number>): void {
  let [isGroup, name] = [false, 0]
  while (scanner.next()) {
    const { kind, hash, start, end } = scanner
    if (kind === OPERATOR && hash === OPEN) isGroup = true
    else if (kind === OPERATOR && hash === CLOSE) return
    else if (kind === IDENTIFIER) name = hash
    else if (kind === SEMICOLON && isGroup) name = 0
    else if (kind === SEMICOLON) return
    else if (kind !== OPERATOR) {
      const path = Buffer.from(source.subarray(start + 1, end - 1)).toString('latin1')
      if (/^[a-z0-9/]+$/.test(path)) packages.set(name === 0 ? hashOf(lastElement(path)) : name, hashOf(path))
    }
  }
}

function lastElement(path: string): string {
  const elements = path.split('/').filter((element) => !/^v\d+$/.test(element))
  return elements.at(-1) ?? ''
}
