import { GAP, runeToBytes, toText } from '../parse/bytes.ts'
import { RUNE } from '../value/int-types.ts'
import { intValue, MAX_LIST, type MaybeValue, mergeHow, stringValue } from '../value/values.ts'

type Pair = [MaybeValue, MaybeValue]

/** Returns the pairs that `range` gives; one pair of unknowns where the value is not known. */
export function elements(value: MaybeValue): Pair[] {
  if (value?.kind === 'list') return value.items.map((item, at): Pair => [intValue(at), fromList(item)])
  if (value?.kind === 'map') return [...value.entries].map(([key, item]): Pair => [keyValue(key), item])
  if (value?.kind === 'int') {
    const length = Math.min(Math.max(Number(value.value), 0), MAX_LIST)
    return Array.from({ length }, (_, at): Pair => [intValue(at), null])
  }
  if (value?.kind !== 'string' || value.text.includes(GAP)) return [[null, null]]
  const how = mergeHow(value.how, ['indexing'])
  let at = 0
  return Array.from(toText(value.text), (c): Pair => {
    const code = c.codePointAt(0) ?? 0
    const pair: Pair = [intValue(at), intValue(code, RUNE, how)]
    at += runeToBytes(code).length
    return pair
  })
}

function fromList(item: MaybeValue): MaybeValue {
  return item?.kind === 'string' ? { ...item, how: mergeHow(item.how, ['indexing']) } : item
}

function keyValue(key: string): MaybeValue {
  return key.startsWith('i') ? intValue(BigInt(key.slice(1))) : stringValue(key.slice(1))
}
