import { GomodError } from '../errors.ts'
import { MAX_GO_MOD_BYTES } from '../limits.ts'

/** Limit on lines of a go.mod. The largest known files have some 2,000 requirements. */
const MAX_GO_MOD_LINES = 100_000

/** The line grammar of go.mod files: words, strings, punctuation, `//` comments, and blocks in parentheses. */

/** Directive of a go.mod, standing alone or in a block. */
export interface GoModLine {
  /** Line number, starting at 1. */
  number: number
  verb: string
  /** Words after the verb; strings keep their quotes. */
  args: string[]
  /** Comment at the end of the line, without `//`; null if missing. */
  comment: string | null
}

interface Block {
  verb: string
  number: number
  /** True for a block without meaning (`foo bar (`, `go (`), whose lines are skipped. */
  ignored: boolean
}

interface Tokens {
  words: string[]
  comment: string | null
}

const SPACE = /[ \t\r]*/y
const STRING = /"(?:[^"\\]|\\.)*"|`[^`]*`/y
const PUNCTUATION = /[()[\]{},]/y
// Letters, marks, numbers, punctuation and symbols (what Go calls printable), up to punctuation or a comment.
const WORD = /(?:(?!\/[/*]|[()[\]{},])[\p{L}\p{M}\p{N}\p{P}\p{S}])+/uy

/** Splits a go.mod into its directives. Throws `malformed` with the line number, or `too-large`. */
export function parseGoModLines(untrustedText: string): GoModLine[] {
  if (untrustedText.length > MAX_GO_MOD_BYTES) throw new GomodError('too-large', 'go.mod is over 16 MiB')
  const lines = untrustedText.split('\n', MAX_GO_MOD_LINES + 1)
  if (lines.length > MAX_GO_MOD_LINES) {
    throw new GomodError('too-large', `go.mod has more than ${MAX_GO_MOD_LINES} lines`)
  }
  const reader = new LineReader()
  for (const [i, line] of lines.entries()) reader.read(tokenize(line, i + 1), i + 1)
  return reader.finish()
}

class LineReader {
  readonly #lines: GoModLine[] = []
  #block: Block | null = null

  read(tokens: Tokens, number: number): void {
    if (tokens.words.length === 0) return
    if (this.#block) this.#readInBlock(this.#block, tokens, number)
    else this.#readAlone(tokens, number)
  }

  finish(): GoModLine[] {
    if (this.#block) throw malformed(this.#block.number, 'block is never closed')
    return this.#lines
  }

  #readInBlock({ verb, ignored }: Block, { words, comment }: Tokens, number: number): void {
    if (words[0] === ')') {
      if (words.length > 1) throw malformed(number, 'a closing parenthesis must end the line')
      this.#block = null
    } else if (!ignored) {
      this.#lines.push({ number, verb, args: words, comment })
    }
  }

  #readAlone({ words, comment }: Tokens, number: number): void {
    const [verb = '', ...args] = words
    const last = args.at(-1)
    if (last === '(') {
      const ignored = args.length > 1 || verb === 'go' || verb === 'toolchain'
      this.#block = { verb, number, ignored }
    } else if (!(last === ')' && args.at(-2) === '(')) {
      this.#lines.push({ number, verb, args, comment })
    }
  }
}

function tokenize(line: string, number: number): Tokens {
  const words: string[] = []
  let at = 0
  while (true) {
    at += matchAt(SPACE, line, at).length
    if (at === line.length) return { words, comment: null }
    if (line.startsWith('//', at)) return { words, comment: line.slice(at + 2).trim() }
    const word = readWord(line, at, number)
    words.push(word)
    at += word.length
  }
}

function readWord(line: string, at: number, number: number): string {
  const punctuation = matchAt(PUNCTUATION, line, at)
  if (punctuation !== '') return punctuation
  if (line[at] === '"' || line[at] === '`') {
    const string = matchAt(STRING, line, at)
    if (string === '') throw malformed(number, 'a string is never closed')
    return string
  }
  const word = matchAt(WORD, line, at)
  if (line.startsWith('/*', at + word.length)) throw malformed(number, 'only // comments are allowed')
  if (word === '') throw malformed(number, `unexpected character ${JSON.stringify(line[at])}`)
  return word
}

function matchAt(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(line)?.[0] ?? ''
}

/** Returns a `malformed` error that names the line. */
export function malformed(number: number, problem: string): GomodError {
  return new GomodError('malformed', `go.mod line ${number}: ${problem}`)
}

/** Returns the content of a quoted string, `"…"` or `` `…` ``, or null if the quotes are wrong. */
export function unquote(word: string): string | null {
  const text = word.slice(1, -1)
  if (/^`[^`]*`$/s.test(word)) return text
  // Go accepts more escapes, but paths and versions do not need them.
  if (!/^"(?:[^"\\]|\\["\\])*"$/s.test(word)) return null
  return text.replaceAll(/\\(.)/g, '$1')
}
