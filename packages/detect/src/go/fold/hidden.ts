import { GAP } from '../parse/bytes.ts'
import { MAX_SHOWN_FOLDED } from '../parse/quote.ts'
import { toStringValue } from '../value/text.ts'
import { beginningOf, type StringValue, type Value } from '../value/values.ts'

/** Known bytes in a row from which a folded string is worth showing, and where it was built by concatenation alone. */
const MIN_SHOWN_LENGTH = 4
const MIN_SHOWN_CONCATENATION = 8

/** Ways of building that honest code uses for what it prints. */
export const PLAIN: ReadonlySet<string> = new Set([
  'concatenation',
  'format',
  'join',
  'case',
  'split',
  'repeat',
])

/** Returns the readable text of a value that was hidden, else null. A list counts only where something was done to it. */
export function hiddenText(value: Value): StringValue | null {
  const text = toStringValue(beginningOf(value, MAX_SHOWN_FOLDED))
  if (text?.kind !== 'string' || !isHidden(text)) return null
  return value.kind === 'list' && text.how.every((way) => way.endsWith(' list')) ? null : text
}

/** True for readable text of which no half stands in the source as it is. */
function isHidden({ text, how, piece }: StringValue): boolean {
  const known = text.replaceAll(GAP, '')
  if (how.length === 0 || piece * 2 > known.length || !/[A-Za-z0-9]{3}/.test(known)) return false
  const printableBytes = known.replace(/[^\x20-\x7e\n\t]/g, '').length
  if (printableBytes < known.length * 0.9) return false
  const run = Math.max(...text.split(GAP).map((part) => part.length))
  // Concatenation alone is how long lines are wrapped, so only small pieces count. Formats are for people.
  if (how.some((way) => !PLAIN.has(way))) return run >= MIN_SHOWN_LENGTH
  return run >= MIN_SHOWN_CONCATENATION && piece <= 8 && !how.includes('format')
}
