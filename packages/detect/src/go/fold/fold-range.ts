import { GAP, intValue, mergeHow, runeToBytes, stringValue, toText, type Value } from './values.ts'

/** Pairs that `range` gives; one pair of unknowns where the value is not known. */
export function elements(value: Value | null): Iterable<[Value | null, Value | null]> {
  if (value?.kind === 'list') return value.items.map((item, at) => [intValue(at), indexedItem(item)])
  if (value?.kind === 'map') return [...value.entries].map(([key, item]) => [keyValue(key), item])
  if (value?.kind === 'int')
    return Array.from({ length: Math.min(Math.max(value.value, 0), 65_536) }, (_, at) => [intValue(at), null])
  if (value?.kind !== 'string' || value.text.includes(GAP)) return [[null, null]]
  let at = 0
  return Array.from(toText(value.text), (c) => {
    const code = c.codePointAt(0) ?? 0
    const pair: [Value | null, Value | null] = [
      intValue(at),
      intValue(code, 32, mergeHow(value.how, ['indexing'])),
    ]
    at += runeToBytes(code).length
    return pair
  })
}

function indexedItem(item: Value | null): Value | null {
  return item?.kind === 'string' ? { ...item, how: mergeHow(item.how, ['indexing']) } : item
}

function keyValue(key: string): Value | null {
  return key.startsWith('i') ? intValue(Number(key.slice(1))) : stringValue(key.slice(1))
}
