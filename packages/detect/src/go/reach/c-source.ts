import { lineStarts, placeAt, quoteAt } from '../parse/quote.ts'
import type { CapabilityKind, CapabilityUse } from '../types.ts'

/** Function attributes that make the loader run C code before any Go does. */
const CONSTRUCTOR = /__attribute__\s*\(\s*\(\s*(?:\w+\s*,\s*)*_*constructor/
const CALLS: readonly { kind: CapabilityKind; call: RegExp }[] = [
  { kind: 'process', call: /\b(system|popen|v?fork|exec[lv][pe]{0,2}|execvpe|posix_spawnp?)\s*\(/ },
  { kind: 'network', call: /\b(socket|connect|getaddrinfo|gethostbyname|curl_easy_perform)\s*\(/ },
]

/**
 * Returns what C code does as soon as its package is linked in: a file with a constructor that starts programs or opens
 * connections. C is not parsed. Words are enough, since honest packages have no constructor at all.
 */
export function constructorUses(path: string, text: string): CapabilityUse[] {
  if (!CONSTRUCTOR.test(text)) return []
  const lines = lineStarts(text)
  return CALLS.flatMap(({ kind, call }) => {
    const found = call.exec(text)
    if (found === null) return []
    const offset = found.index
    return [
      {
        kind,
        ...placeAt(path, lines, offset),
        what: `C.${found[1]}`,
        onImport: true,
        reachedFrom: ['C constructor'],
        quote: quoteAt(text, offset),
        folded: null,
      },
    ]
  })
}
