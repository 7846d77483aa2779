import {
  GoScanner,
  hashOf,
  IDENTIFIER,
  isKeyword,
  NUMBER,
  OPERATOR,
  SEMICOLON,
  STRING,
} from '@mirrorwatch/detect/prints/go-scanner'

/** A Go file of a module. `path` is relative to the module. */
export interface GoFile {
  path: string
  text: string
}

/** Rewrites a module's files; `share` of the lines (or names, declarations, files) are touched. `next` gives fractions. */
export type Rewrite = (files: readonly GoFile[], share: number, next: () => number) => GoFile[]

interface Token {
  kind: number
  text: string
  start: number
  end: number
}

function tokensOf(text: string): Token[] {
  const bytes = Buffer.from(text)
  const scanner = new GoScanner(bytes)
  const tokens: Token[] = []
  while (scanner.next()) {
    const { kind, start, end } = scanner
    tokens.push({ kind, start, end, text: bytes.toString('utf8', start, end) })
  }
  return tokens
}

/** Replaces tokens of a file after its imports: `replace` returns the new text of one, or null. */
function replaceTokens(text: string, replace: (token: Token) => string | null): string {
  const bytes = Buffer.from(text)
  const tokens = tokensOf(text)
  const first = tokens.findIndex(({ text: word }) => /^(func|type|var|const)$/.test(word))
  const parts: string[] = []
  let from = 0
  tokens.forEach((token, at) => {
    const replaced = at < first ? null : replace(token)
    if (replaced === null) return
    parts.push(bytes.toString('utf8', from, token.start), replaced)
    from = token.end
  })
  return parts.join('') + bytes.toString('utf8', from)
}

const each =
  (change: (file: GoFile, share: number, next: () => number) => string): Rewrite =>
  (files, share, next) =>
    files.map((file) => ({ path: file.path, text: change(file, share, next) }))

const lines =
  (change: (line: string) => string): Rewrite =>
  (files, share, next) =>
    each(({ text }) =>
      text
        .split('\n')
        .map((line) => (next() < share ? change(line) : line))
        .join('\n'),
    )(files, share, next)

/** Go's predeclared names, which cannot be renamed. */
const FIXED = new Set(
  (
    'any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 ' +
    'uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete imag len make max min new panic print ' +
    'println real recover init main _'
  ).split(' '),
)

/** Renames a share of the names, one way in the whole module. */
function renameNames(isMeant: (name: string) => boolean, prefix: string): Rewrite {
  return (files, share, next) => {
    const names = new Map<string, string | null>()
    return each(({ text }) => {
      // A package's name changes with its import alone, and a name of another package not at all.
      const packages = new Set([...text.matchAll(/"(?:[^"\s]*\/)?([a-z]\w*)"/g)].map(([, name]) => name))
      let before = ''
      return replaceTokens(text, ({ kind, text: name }) => {
        const isQualified = before === '.'
        before = packages.has(name) ? 'package' : before === 'package' && name === '.' ? '.' : ''
        if (kind !== IDENTIFIER || isQualified || FIXED.has(name) || packages.has(name) || !isMeant(name))
          return null
        if (isKeyword(hashOf(name))) return null
        if (!names.has(name)) names.set(name, next() < share ? `${prefix}${names.size}` : null)
        return names.get(name) ?? null
      })
    })(files, share, next)
  }
}

/** Top-level pieces of a file: what begins at a line's first column and is no comment, after the imports. */
function declarations(text: string): { head: string; pieces: string[] } {
  const tokens = tokensOf(text)
  const bytes = Buffer.from(text)
  const starts: number[] = []
  let depth = 0
  tokens.forEach((token, at) => {
    if (
      depth === 0 &&
      (at === 0 || tokens[at - 1]?.kind === SEMICOLON) &&
      /^(func|type|var|const)$/.test(token.text)
    )
      starts.push(token.start)
    if (token.kind === OPERATOR && /^[({[]$/.test(token.text)) depth++
    if (token.kind === OPERATOR && /^[)}\]]$/.test(token.text)) depth--
  })
  const pieces = starts.map((start, at) => bytes.toString('utf8', start, starts[at + 1] ?? bytes.length))
  return { head: bytes.toString('utf8', 0, starts[0] ?? bytes.length), pieces }
}

function shuffled<T>(list: readonly T[], share: number, next: () => number): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    if (next() >= share) continue
    const j = Math.floor(next() * (i + 1))
    ;[result[i], result[j]] = [result[j] as T, result[i] as T]
  }
  return result
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

/** Files of each package joined into one or cut into many; declarations in another order. */
const joinAndSplit: Rewrite = (files, share, next) =>
  [...Map.groupBy(files, ({ path }) => folderOf(path))].flatMap(([folder, group]) => {
    const moved: string[] = []
    const kept = group.map(({ path, text }) => {
      const { head, pieces } = declarations(text)
      const stay = pieces.filter((piece) => next() >= share || (moved.push(piece), false))
      return { path, text: head + stay.join('') }
    })
    const [first] = group
    const head = first === undefined ? '' : declarations(first.text).head
    const order = shuffled(moved, 1, next)
    const half = Math.ceil(order.length / 2)
    return [
      ...kept,
      { path: `${folder}joined_a.go`, text: head + order.slice(0, half).join('\n') },
      { path: `${folder}joined_b.go`, text: head + order.slice(half).join('\n') },
    ]
  })

const STATEMENT_END = /^\t+[^\t/].*[^{(,[:+\-*/|&=.]$/

/** The ten kinds of rewriting, each with what it touches. */
export const REWRITES: Record<string, Rewrite> = {
  'comments stripped and added': (files, share, next) =>
    lines((line) => (/^\s*\/\//.test(line) ? '' : `${line} // ${Math.floor(next() * 1e9).toString(36)}`))(
      files,
      share,
      next,
    ),
  'line ends, indentation, line breaks': each(
    ({ text }, share, next) =>
      `// Copyright\r\n\r\n${replaceTokens(text, (token) => (token.text === ',' && next() < share ? ',\r\n      ' : null)).replaceAll(/\n\t/g, '\r\n    ')}`,
  ),
  'package and import paths renamed': each(({ path, text }, share, next) =>
    text
      .replace(/^package (\w+)/m, next() < share ? 'package other$1' : 'package $1')
      .replaceAll(/"([a-z0-9-]+\.[a-z]+\/[^"\s]+)"/g, (all, rest: string) =>
        next() < share ? `"github.com/other${path.length}/${rest}"` : all,
      ),
  ),
  'unexported names renamed': renameNames((name) => /^[a-z_]/.test(name), 'v'),
  'literals changed': each(({ text }, share, next) =>
    replaceTokens(text, ({ kind }) => {
      if (next() >= share) return null
      if (kind === NUMBER) return `${Math.floor(next() * 1000)}`
      return kind === STRING ? `"${Math.floor(next() * 1e9).toString(36)}"` : null
    }),
  ),
  'declarations moved, files joined and split': joinAndSplit,
  'statements added': (files, share, next) =>
    lines((line) =>
      STATEMENT_END.test(line) && !/^\s*(return|break|continue|case|default|\}|\))/.test(line)
        ? `${line}\n\t_ = len("${Math.floor(next() * 1e9)}")`
        : line,
    )(files, share, next),
  'statements removed': (files, share, next) =>
    lines((line) =>
      STATEMENT_END.test(line) && /[)\w"]$/.test(line) && !/^\s*(return|\})/.test(line) ? '' : line,
    )(files, share, next),
  'statements rewritten': (files, share, next) =>
    lines((line) =>
      line
        .replace(/(\w+)\+\+/, '$1 += 1')
        .replace(/^(\s*)(\w+) := /, '$1var $2 = ')
        .replace(/if (\w+) != nil \{/, 'if nil != $1 {')
        .replace(/if (.+) == (.+) \{/, 'if !($1 != $2) {')
        .replace(/^(\s*)return (\w+\(.*\))$/, '$1result := $2\n$1return result'),
    )(files, share, next),
  'exported names renamed': renameNames((name) => /^[A-Z]/.test(name), 'X'),
}
