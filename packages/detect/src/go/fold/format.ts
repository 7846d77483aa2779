import { GAP, runeToBytes } from '../parse/bytes.ts'
import { concat } from './operators.ts'
import { toStringValue } from './types.ts'
import { type MaybeValue, mergeHow, type StringValue, stringValue } from './values.ts'

const VERB = /%([-+# 0]*)(\d*)(?:\.\d+)?([a-zA-Z%])/g

/** Evaluates `fmt.Sprintf` with the verbs that put strings together; other verbs leave a gap. */
export function formatGo(args: readonly MaybeValue[]): MaybeValue {
  const [format, ...rest] = args
  if (format?.kind !== 'string') return null
  let result: StringValue = stringValue('')
  let [last, next] = [0, 0]
  for (const match of format.text.matchAll(VERB)) {
    result = concat(result, stringValue(format.text.slice(last, match.index)))
    last = match.index + match[0].length
    if (match[3] === '%') result = concat(result, stringValue('%'))
    else result = concat(result, formatOne(match[3] ?? '', rest[next++] ?? null))
  }
  result = concat(result, stringValue(format.text.slice(last)))
  return stringValue(result.text, mergeHow(format.how, result.how, ['format']), result.piece)
}

function formatOne(verb: string, value: MaybeValue): MaybeValue {
  if (value?.kind === 'string') return formatString(verb, value)
  if (value?.kind === 'list') return verb === 's' ? toStringValue(value) : null
  if (value?.kind !== 'int') return null
  if (verb === 'c') return stringValue(runeToBytes(value.value), mergeHow(value.how, ['rune']), 0)
  // A number that was calculated is not a hidden text.
  if (verb === 'd' || verb === 'v') return stringValue(String(value.value))
  return verb === 'x' ? stringValue(value.value.toString(16), value.how, 0) : null
}

function formatString(verb: string, value: StringValue): MaybeValue {
  if (verb === 's' || verb === 'v') return value
  if (verb === 'q') return stringValue(`"${value.text}"`, value.how, value.piece)
  return verb === 'x' && !value.text.includes(GAP)
    ? stringValue(Buffer.from(value.text, 'latin1').toString('hex'), value.how, 0)
    : null
}
