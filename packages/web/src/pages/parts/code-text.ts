import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import go from 'highlight.js/lib/languages/go'
import json from 'highlight.js/lib/languages/json'
import markdown from 'highlight.js/lib/languages/markdown'
import yaml from 'highlight.js/lib/languages/yaml'

/** A piece of code in one colour. `kind` is a class of highlight.js without its prefix; null for plain text. */
export interface Token {
  text: string
  kind: string | null
}

for (const [name, language] of Object.entries({ bash, c, go, json, markdown, yaml }))
  hljs.registerLanguage(name, language)

const LANGUAGES: Record<string, string> = {
  go: 'go',
  mod: 'go',
  sum: 'plaintext',
  c: 'c',
  h: 'c',
  cc: 'c',
  cpp: 'c',
  s: 'plaintext',
  sh: 'bash',
  json: 'json',
  md: 'markdown',
  yml: 'yaml',
  yaml: 'yaml',
}

/** Characters that are coloured at once. Colouring costs about a microsecond a character and stops at nothing. */
const MAX_COLOURED = 200_000
/** A longer line is data, on which the patterns of a language can take long. */
const MAX_COLOURED_LINE = 5_000

/** Splits code into lines of tokens. Lines of tokens joined give back the code, so that colours can hide nothing. */
export function highlightLines(lines: readonly string[], file: string): Token[][] {
  const plain = lines.map((text): Token[] => (text === '' ? [] : [{ text, kind: null }]))
  const language = LANGUAGES[file.slice(file.lastIndexOf('.') + 1).toLowerCase()] ?? 'plaintext'
  const code = lines.join('\n')
  if (language === 'plaintext' || code.length > MAX_COLOURED) return plain
  if (lines.some((line) => line.length > MAX_COLOURED_LINE)) return plain
  const tokens = tokensOf(hljs.highlight(code, { language, ignoreIllegals: true }).value)
  const coloured = linesOf(tokens)
  const isSame =
    coloured.length === lines.length &&
    coloured.every((line, at) => line.map(({ text }) => text).join('') === lines[at])
  return isSame ? coloured : plain
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" }

/** Reads highlight.js' output, which consists of spans, texts and five entities, back into text. */
function tokensOf(markup: string): Token[] {
  const tokens: Token[] = []
  const open: string[] = []
  for (const [piece] of markup.matchAll(/<span class="[^"]*">|<\/span>|[^<]+/g)) {
    if (piece === '</span>') open.pop()
    else if (piece.startsWith('<')) open.push(/class="hljs-([\w-]+)/.exec(piece)?.[1] ?? '')
    else {
      const text = piece.replaceAll(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => ENTITIES[name] ?? '')
      tokens.push({ text, kind: open.findLast((kind) => kind !== '') ?? null })
    }
  }
  return tokens
}

function linesOf(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]]
  for (const { text, kind } of tokens) {
    for (const [at, part] of text.split('\n').entries()) {
      if (at > 0) lines.push([])
      if (part !== '') lines.at(-1)?.push({ text: part, kind })
    }
  }
  return lines
}
