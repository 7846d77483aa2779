import { type FileModel, textOf, typeName } from '../parse/source-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import {
  byteList,
  GAP,
  howOf,
  intValue,
  type ListValue,
  listToBytes,
  madeString,
  mergeHow,
  runeToBytes,
  stringValue,
  toText,
  type Value,
} from './values.ts'

const INT_WIDTHS: Readonly<Record<string, 8 | 32 | 0>> = {
  byte: 8,
  uint8: 8,
  rune: 32,
  int32: 32,
  int: 0,
  int64: 0,
  uint: 0,
  uint16: 0,
  uint32: 0,
  uint64: 0,
  int16: 0,
  int8: 0,
  uintptr: 0,
}

/** True for a predeclared type's name that {@link convert} knows. */
export function isConversion(name: string): boolean {
  return name === 'string' || Object.hasOwn(INT_WIDTHS, name)
}

/** `name(value)` for a predeclared type. */
export function convert(name: string, value: Value | null): Value | null {
  if (value === null) return null
  if (name === 'string') return toStringValue(value)
  if (value.kind !== 'int') return null
  return intValue(value.value, INT_WIDTHS[name] ?? 0, value.how)
}

/** `string(value)`. */
export function toStringValue(value: Value): Value | null {
  if (value.kind === 'string') return value
  if (value.kind === 'int') return madeString(runeToBytes(value.value), mergeHow(value.how, ['rune']))
  if (value.kind !== 'list') return null
  const bytes = listToBytes(value)
  if (bytes === null) return null
  const how = mergeHow(value.how, ...value.items.map(howOf))
  // Nothing was done to it between `[]byte("…")` and `string(…)`: it stands there as it is.
  return how.length === 0 ? stringValue(bytes) : madeString(bytes, how)
}

/** `[]byte(value)` or `[]rune(value)`. */
export function toListValue(element: 'byte' | 'rune', value: Value | null): Value | null {
  if (value?.kind === 'list') return value.element === element ? value : null
  if (value?.kind !== 'string') return null
  if (element === 'byte') return byteList(value.text, value.how)
  const items = Array.from(toText(value.text), (c) =>
    c === GAP ? null : intValue(c.codePointAt(0) ?? 0, 32),
  )
  return { kind: 'list', items, element, how: value.how }
}

/** What the elements of a slice or array type are, as far as folding cares; null for other types. */
export function elementOf(file: FileModel, type: SyntaxNode | null): ListValue['element'] | null {
  if (type === null || !['slice_type', 'array_type', 'implicit_length_array_type'].includes(type.type))
    return null
  const name = typeName(file, childOf(type, 'element'))
  if (name === 'byte' || name === 'uint8') return 'byte'
  return name === 'rune' || name === 'int32' ? 'rune' : 'other'
}

const BUILDERS = new Set(['strings.Builder', 'bytes.Buffer'])

/** Value of a variable declared with a type and nothing else; null where folding does not follow that type. */
export function zeroValue(file: FileModel, type: SyntaxNode | null): Value | null {
  if (type === null) return null
  const element = elementOf(file, type)
  if (element !== null) return zeroList(file, type, element)
  if (type.type === 'map_type') return { kind: 'map', entries: new Map() }
  const name = typeName(file, type)
  if (name === 'string') return stringValue('')
  if (BUILDERS.has(name)) return { kind: 'builder', text: '', how: [] }
  const width = Object.hasOwn(INT_WIDTHS, name) ? INT_WIDTHS[name] : undefined
  return width === undefined ? null : intValue(0, width)
}

/** Longest array of zeros made. */
const MAX_ZEROS = 4_096

function zeroList(file: FileModel, type: SyntaxNode, element: ListValue['element']): Value {
  const length = Number(textOf(file, childOf(type, 'length')) || 0)
  const count = Number.isInteger(length) ? Math.min(Math.max(length, 0), MAX_ZEROS) : 0
  const zero = element === 'other' ? null : intValue(0, element === 'byte' ? 8 : 32)
  return { kind: 'list', items: Array.from({ length: count }, () => zero), element, how: [] }
}
