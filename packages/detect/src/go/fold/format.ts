import { concat } from './operators.ts'
import {
  GAP,
  howOf,
  listToBytes,
  mergeHow,
  runeToBytes,
  type StringValue,
  stringValue,
  type Value,
} from './values.ts'

const VERB = /%([-+# 0]*)(\d*)(?:\.\d+)?([a-zA-Z%])/g

/** `fmt.Sprintf` with the verbs that put strings together; other verbs leave a gap. */
export function formatGo(args: readonly (Value | null)[]): Value | null {
  const [format, ...rest] = args
  if (format?.kind !== 'string') return null
  let result: StringValue = stringValue('')
  let [last, next] = [0, 0]
  for (const match of format.text.matchAll(VERB)) {
    result = concat(result, plain(format.text.slice(last, match.index)))
    last = match.index + match[0].length
    if (match[3] === '%') result = concat(result, plain('%'))
    else result = concat(result, formatOne(match[3] ?? '', rest[next++] ?? null))
  }
  result = concat(result, plain(format.text.slice(last)))
  return stringValue(result.text, mergeHow(format.how, result.how, ['format']), result.piece)
}

function plain(text: string): Value {
  return stringValue(text)
}

function formatOne(verb: string, value: Value | null): Value | null {
  if (value?.kind === 'string') return formatString(verb, value)
  if (value?.kind === 'list') {
    const bytes = listToBytes(value)
    const how = mergeHow(value.how, ...value.items.map(howOf))
    return bytes === null || verb !== 's'
      ? null
      : stringValue(bytes, how, how.length === 0 ? bytes.length : 0)
  }
  if (value?.kind !== 'int') return null
  if (verb === 'c') return stringValue(runeToBytes(value.value), mergeHow(value.how, ['rune']), 0)
  // A number that was calculated is not a hidden text.
  if (verb === 'd' || verb === 'v') return stringValue(String(value.value))
  return verb === 'x' ? stringValue(value.value.toString(16), value.how, 0) : null
}

function formatString(verb: string, value: StringValue): Value | null {
  if (verb === 's' || verb === 'v') return value
  if (verb === 'q') return stringValue(`"${value.text}"`, value.how, value.piece)
  return verb === 'x' && !value.text.includes(GAP)
    ? stringValue(Buffer.from(value.text, 'latin1').toString('hex'), value.how, 0)
    : null
}
