import { GAP, runeToBytes, toBytes, toText } from '../parse/bytes.ts'
import { concat } from '../value/operators.ts'
import { toStringValue } from '../value/text.ts'
import {
  knownBytes,
  MAX_FOLDED_LENGTH,
  type MaybeValue,
  mergeHow,
  type StringValue,
  stringValue,
} from '../value/values.ts'

/** Flags, width, precision and verb, with the indexes of arguments in brackets. */
const VERB = /%([-+# 0]*)(?:\[(\d+)\])?(\d+|\*)?(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z%])/g

/** Evaluates `fmt.Sprintf` with the verbs that put strings together; other verbs leave a gap. */
export function formatGo(args: readonly MaybeValue[]): MaybeValue {
  const [format, ...rest] = args
  if (format?.kind !== 'string') return null
  let result: StringValue = stringValue('')
  let [last, next] = [0, 0]
  for (const match of format.text.matchAll(VERB)) {
    const [whole, flags = '', first, width, precision, second, verb = ''] = match
    result = concat(result, stringValue(format.text.slice(last, match.index)))
    last = match.index + whole.length
    if (verb === '%') {
      result = concat(result, stringValue('%'))
      continue
    }
    const index = second ?? first
    if (index !== undefined) next = Number(index) - 1
    const given = width === '*' ? rest[next++] : null
    const columns = given?.kind === 'int' ? Number(given.value) : Number(width ?? 0)
    const text = formatOne(
      verb,
      flags,
      precision === undefined ? null : Number(precision),
      rest[next++] ?? null,
    )
    result = concat(result, padded(text, Math.min(columns, MAX_FOLDED_LENGTH), flags))
  }
  result = concat(result, stringValue(format.text.slice(last)))
  return stringValue(result.text, mergeHow(format.how, result.how, ['format']), result.piece)
}

/** Returns a value as `fmt.Sprint` prints it. */
export function printed(value: MaybeValue): MaybeValue {
  if (value?.kind === 'int') return stringValue(String(value.value))
  return value?.kind === 'float' ? stringValue(String(value.value)) : value
}

function padded(value: MaybeValue, columns: number, flags: string): MaybeValue {
  if (value?.kind !== 'string') return value
  const missing = columns - toText(value.text).length
  if (!(missing > 0)) return value
  if (flags.includes('-')) return { ...value, text: value.text + ' '.repeat(missing) }
  return { ...value, text: (flags.includes('0') ? '0' : ' ').repeat(missing) + value.text }
}

function formatOne(verb: string, flags: string, precision: number | null, value: MaybeValue): MaybeValue {
  if (value?.kind === 'int') return formatInteger(verb, flags, value.value, value.how)
  if (value?.kind === 'float') {
    if (verb === 'f') return stringValue(value.value.toFixed(Math.min(precision ?? 6, 100)), value.how, 0)
    return verb === 'v' || verb === 'g' ? printed(value) : null
  }
  if (value?.kind === 'bool') return stringValue(String(value.value))
  const bytes = knownBytes(value)
  if (verb === 'x' || verb === 'X') return bytes === null ? null : hex(bytes, verb, flags, value)
  const text =
    value?.kind === 'string' ? value : value?.kind === 'list' && verb !== 'v' ? toStringValue(value) : null
  if (text?.kind !== 'string') return null
  if (verb === 's' || verb === 'v') return precision === null ? text : cut(text, precision)
  return verb === 'q' ? stringValue(`"${text.text}"`, text.how, text.piece) : null
}

function cut(value: StringValue, characters: number): StringValue {
  const text = toBytes(Array.from(toText(value.text)).slice(0, characters).join(''))
  return { ...value, text, piece: Math.min(value.piece, text.length) }
}

function hex(bytes: string, verb: string, flags: string, of: MaybeValue): StringValue {
  const pairs = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'))
  const text = pairs.join(flags.includes(' ') ? ' ' : '')
  return stringValue(verb === 'x' ? text : text.toUpperCase(), of !== null && 'how' in of ? of.how : [], 0)
}

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 }

function formatInteger(verb: string, flags: string, value: bigint, how: readonly string[]): MaybeValue {
  if (verb === 'c') return stringValue(runeToBytes(value), mergeHow(how, ['rune']), 0)
  // A number that was calculated is not a hidden text.
  if (verb === 'd' || verb === 'v') return stringValue(String(value))
  const base = BASES[verb]
  if (base === undefined) return stringValue(GAP, [], 0)
  const digits = value.toString(base)
  const text = (flags.includes('#') && base === 16 ? '0x' : '') + digits
  return stringValue(verb === 'X' ? text.toUpperCase() : text, how, 0)
}
