import { foldOwnPath, type OwnPaths } from '../diff/fold-path.ts'
import { GoScanner, hashOf, IDENTIFIER, isKeyword, OPERATOR, SEMICOLON, STRING } from './go-scanner.ts'

/**
 * A top-level declaration of a Go file as text that depends on its tokens alone: no comments, one statement a line, and packages
 * by their import paths. Two files whose declarations are the same are the same code, however they are laid out.
 */
export interface Declaration {
  /** `func Reader.Read`, `var limit`, `import os`; empty where it has no name. */
  name: string
  text: string
}

const PACKAGE = hashOf('package')
const IMPORT = hashOf('import')
const OPEN = hashOf('(')
const CLOSE = hashOf(')')
const OPEN_BRACE = hashOf('{')
const CLOSE_BRACE = hashOf('}')
const OPEN_BRACKET = hashOf('[')
const CLOSE_BRACKET = hashOf(']')
const DOT = hashOf('.')
const COMMA = hashOf(',')

/** Comments that the go command or the compiler reads. */
const DIRECTIVE = /^\/\/(go:|export |extern | \+build |line )/

/** Splits a Go file into its declarations, in order. `own` is replaced by `to` as in {@link foldOwnPath}. */
export function declarationsOf(untrustedText: string, own: OwnPaths, to: string): Declaration[] {
  const text = foldOwnPath(untrustedText, own, to)
  const bytes = Buffer.from(text)
  const comments: string[] = []
  const scanner = new GoScanner(bytes, (start, end) => comments.push(bytes.toString('utf8', start, end)))
  const packages = new Map<string, string>()
  const found: Declaration[] = []
  let writer = new Writer()
  let depth = 0
  const finish = (): void => {
    if (!writer.isEmpty) found.push({ name: writer.name, text: writer.text })
    writer = new Writer()
  }
  while (scanner.next()) {
    const { kind, hash, start, end } = scanner
    if (kind === SEMICOLON) {
      if (depth === 0) finish()
      else writer.endLine()
      continue
    }
    if (writer.isEmpty && kind === IDENTIFIER && hash === PACKAGE) {
      scanner.next()
      continue
    }
    if (writer.isEmpty && kind === IDENTIFIER && hash === IMPORT) {
      for (const path of readImports(scanner, bytes, packages))
        found.push({ name: `import ${path}`, text: `import "${path}"` })
      continue
    }
    if (kind === OPERATOR && isOpening(hash)) depth++
    if (kind === OPERATOR && isClosing(hash)) depth = Math.max(0, depth - 1)
    writer.push(kind, bytes.toString('utf8', start, end), hash, packages)
  }
  finish()
  // The text above `import "C"` is C code.
  const meant = packages.has('C') ? comments : comments.filter((comment) => DIRECTIVE.test(comment))
  return [...meant.map((comment) => ({ name: '', text: comment.replaceAll('\r', '') })), ...found]
}

/** Puts tokens together, with a line end after a statement and an opening brace. */
class Writer {
  /** Pieces of all lines: tokens, spaces, line ends. Joined once, because a line can be as long as the file. */
  readonly #parts: string[] = []
  readonly #words: string[] = []
  #last = ''
  #isWord = false
  #afterDot = false
  #pendingComma = false
  #isLineStart = true

  get isEmpty(): boolean {
    return this.#last === ''
  }

  get text(): string {
    return this.#parts.join('').trimEnd()
  }

  /** Name of the declaration from its first tokens: `func ( r * Reader ) Read (`. */
  get name(): string {
    const words = this.#words
    if (words[0] !== 'func')
      return words
        .filter((word) => word !== '(')
        .slice(0, 2)
        .join(' ')
    if (words[1] !== '(') return `func ${words[1] ?? ''}`
    const end = words.indexOf(')')
    const receiver = words.slice(2, end).filter((word) => /^[\p{L}_]/u.test(word))
    return end < 0 ? '' : `func ${receiver[1] ?? receiver[0] ?? ''}.${words[end + 1] ?? ''}`
  }

  endLine(): void {
    this.#pendingComma = false
    if (!this.#isLineStart) this.#parts.push('\n')
    this.#isLineStart = true
    this.#isWord = false
  }

  push(kind: number, text: string, hash: number, packages: ReadonlyMap<string, string>): void {
    if (this.#words.length < MAX_NAME_TOKENS) this.#words.push(text)
    // A formatter adds a comma before a closing bracket on a separate line.
    if (kind === OPERATOR && hash === COMMA) {
      this.#pendingComma = true
      return
    }
    const closes = kind === OPERATOR && isClosing(hash)
    if (this.#pendingComma && !closes) this.#parts.push(',')
    this.#pendingComma = false
    if (hash === CLOSE_BRACE && kind === OPERATOR) this.endLine()
    if (kind === OPERATOR && hash === DOT && !this.#afterDot) this.#qualify(packages)
    const isCall = kind === OPERATOR && hash === OPEN && this.#isWord
    const isTight = text === '.' || /^[.([\]]$/.test(this.#last)
    if (!this.#isLineStart && !closes && !isCall && !isTight) this.#parts.push(' ')
    this.#parts.push(text)
    this.#isLineStart = false
    this.#afterDot = this.#last === '.'
    this.#last = text
    this.#isWord = kind !== OPERATOR && !isKeyword(hash)
    if (hash === OPEN_BRACE && kind === OPERATOR) this.endLine()
  }

  /** Replaces the name of an imported package, the token before, by its path, which the file cannot choose. */
  #qualify(packages: ReadonlyMap<string, string>): void {
    const path = packages.get(this.#last)
    if (path !== undefined && path !== this.#last && this.#isWord)
      this.#parts[this.#parts.length - 1] = `"${path}"`
  }
}

/** Tokens at a declaration's beginning in which its name is. */
const MAX_NAME_TOKENS = 60

/** Reads past an import declaration: notes the local name of each package, and returns the paths. */
function readImports(scanner: GoScanner, bytes: Buffer, packages: Map<string, string>): string[] {
  const paths: string[] = []
  let [isGroup, name] = [false, '']
  while (scanner.next()) {
    const { kind, hash, start, end } = scanner
    if (kind === OPERATOR && hash === OPEN) isGroup = true
    else if (kind === OPERATOR && hash === CLOSE) isGroup = false
    else if (kind === SEMICOLON && !isGroup) return paths
    else if (kind === SEMICOLON) name = ''
    else if (kind === IDENTIFIER) name = bytes.toString('utf8', start, end)
    else if (kind === STRING) {
      const path = bytes.toString('utf8', start + 1, end - 1)
      paths.push(path)
      packages.set(name === '' ? packageName(path) : name, path)
    } else if (hash === DOT) name = '.'
  }
  return paths
}

/** Guesses the name of a package from its path: `gopkg.in/yaml.v3` and `example.com/go-yaml/v3` are both yaml. */
function packageName(path: string): string {
  const element = path.split('/').findLast((each) => !/^v\d+$/.test(each)) ?? ''
  return element.replace(/\.v\d+$/, '').replace(/^go-|[-.]go$/g, '')
}

function isOpening(hash: number): boolean {
  return hash === OPEN || hash === OPEN_BRACE || hash === OPEN_BRACKET
}

function isClosing(hash: number): boolean {
  return hash === CLOSE || hash === CLOSE_BRACE || hash === CLOSE_BRACKET
}
