import {
  allHow,
  byteList,
  bytesOf,
  type Host,
  type LibraryFunction,
  listValue,
  type MaybeValue,
  stringValue,
} from '../value/values.ts'

/** Calls the function of package strings of which package bytes has the same for byte slices. */
export function asBytes(ofStrings: LibraryFunction, args: readonly MaybeValue[], host: Host): MaybeValue {
  return toBytes(ofStrings(args.map(toText), host))
}

/** Returns a byte list as a string, and a list of them as a list of strings; others unchanged. */
function toText(value: MaybeValue): MaybeValue {
  if (value?.kind !== 'list') return value
  const bytes = value.element === null ? null : bytesOf(value)
  if (bytes !== null) return stringValue(bytes, allHow(value))
  const items = value.items.map((item) => (item?.kind === 'list' ? toText(item) : item))
  return value.element === null ? listValue(items, null, value.how) : value
}

function toBytes(value: MaybeValue): MaybeValue {
  if (value?.kind === 'string') return byteList(value.text, value.how)
  if (value?.kind === 'list') return listValue(value.items.map(toBytes), null, value.how)
  return value?.kind === 'tuple' ? { ...value, items: value.items.map(toBytes) } : value
}
