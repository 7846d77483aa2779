import { runeToBytes } from '../parse/bytes.ts'
import {
  howOf,
  listToBytes,
  type MaybeValue,
  madeString,
  mergeHow,
  stringValue,
  type Value,
} from './values.ts'

/** Returns `string(value)`. */
export function toStringValue(value: Value): MaybeValue {
  if (value.kind === 'string') return value
  if (value.kind === 'int') return madeString(runeToBytes(value.value), mergeHow(value.how, ['rune']))
  if (value.kind !== 'list') return null
  const bytes = listToBytes(value)
  if (bytes === null) return null
  const how = mergeHow(value.how, ...value.items.map(howOf))
  // `string([]byte("…"))` without anything in between stands in the source as it is.
  return how.length === 0 ? stringValue(bytes) : madeString(bytes, how)
}
