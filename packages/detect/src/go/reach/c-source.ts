import { lineStarts, placeAt, quoteAt } from '../parse/quote.ts'
import type { CapabilityKind, CapabilityUse } from '../types.ts'

/** Function attributes that make the loader run C code before any Go does. */
const CONSTRUCTOR = /__attribute__\s*\(\s*\(\s*(?:\w+\s*,\s*)*_*constructor/
const CALLS: readonly { kind: CapabilityKind; call: RegExp }[] = [
  { kind: 'process', call: /\b(system|popen|v?fork|exec[lv][pe]{0,2}|execvpe|posix_spawnp?)\s*\(/g },
  { kind: 'network', call: /\b(socket|connect|getaddrinfo|gethostbyname|curl_easy_perform)\s*\(/g },
]

/**
 * Returns what C code does as soon as its package is linked in: a file with a constructor that starts programs or opens
 * connections. C is not parsed. Words are enough, since honest packages have no constructor at all.
 */
export function constructorUses(path: string, text: string): CapabilityUse[] {
  if (!CONSTRUCTOR.test(text)) return []
  const lines = lineStarts(text)
  return CALLS.flatMap(({ kind, call }) => {
    const found = firstInUse(text, call)
    if (found === undefined) return []
    const offset = found.index
    return [
      {
        kind,
        ...placeAt(path, lines, offset),
        what: `C.${found[1]}`,
        onImport: true,
        reachedFrom: ['C constructor'],
        calledFrom: [],
        quote: quoteAt(text, offset),
        folded: null,
      },
    ]
  })
}

/** Calls looked at before one counts without a look: each look costs a pass over the text. */
const MAX_LOOKS = 20

function firstInUse(text: string, call: RegExp): RegExpExecArray | undefined {
  let looks = 0
  for (const match of text.matchAll(call))
    if (++looks > MAX_LOOKS || !isUnusedFunction(text, match.index)) return match
  return undefined
}

const QUOTED = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/[^\n]*/g

/**
 * True for an offset in a function that is no constructor and whose name stands nowhere else in the text. False where that
 * is not certain: macros and raw strings can hide what a function is.
 */
function isUnusedFunction(text: string, offset: number): boolean {
  if (/#\s*define|R"/.test(text)) return false
  const code = text.replace(QUOTED, (quoted) => quoted.replace(/[^\n]/g, ' '))
  let [depth, from, opened] = [0, 0, 0]
  for (let at = 0; at < offset; at++) {
    const character = code.charAt(at)
    if (character === '{' && depth++ === 0) opened = at
    if (character === '}' && --depth === 0) from = at + 1
  }
  const head = code.slice(from, opened)
  const name = /(\w+)\s*\([^(){};]*\)\s*$/.exec(head)?.[1]
  if (depth < 1 || name === undefined || CONSTRUCTOR.test(head)) return false
  return code.split(new RegExp(`\\b${name}\\b`)).length === 2
}
