import { GAP, runeToBytes, toText } from '../parse/bytes.ts'
import { type FileModel, textOf, typeName } from '../parse/file-model.ts'
import { integerOf } from '../parse/literals.ts'
import type { PackageModel } from '../parse/package-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import { defaultType, type IntType, intTypeNamed, isByte, isRune, RUNE } from './int-types.ts'
import {
  byteList,
  emptyBuilder,
  emptyMap,
  howOf,
  intValue,
  listToBytes,
  listValue,
  type MaybeValue,
  madeString,
  mergeHow,
  stringValue,
  type Value,
} from './values.ts'

/** Context of a written type: its names belong to the file, or to the package. */
interface Place {
  file: FileModel
  pkg: PackageModel
}

/** Declarations that are followed from one name to the next: `type a b; type b c; …`. */
const MAX_DECLARATIONS = 10

/** Returns the type that a name of the package is declared as, at the end of all declarations; others unchanged. */
function underlying(place: Place, type: SyntaxNode | null): { file: FileModel; node: SyntaxNode | null } {
  let at = { file: place.file, node: type }
  for (let depth = 0; at.node !== null && depth < MAX_DECLARATIONS; depth++) {
    if (at.node.type !== 'type_identifier' && at.node.type !== 'identifier') return at
    const declared = place.pkg.types.get(textOf(at.file, at.node))
    if (declared === undefined) return at
    at = declared
  }
  return at
}

/** Returns the integer type that a type is; null for others. */
function intTypeOf(place: Place, type: SyntaxNode | null): IntType | null {
  const { file, node } = underlying(place, type)
  return intTypeNamed(typeName(file, node))
}

const LISTS = new Set(['slice_type', 'array_type', 'implicit_length_array_type'])

/** Returns the element type of a slice or array type; null where that is no integer, undefined for other types. */
export function elementOf(place: Place, type: SyntaxNode | null): IntType | null | undefined {
  const { file, node } = underlying(place, type)
  if (node === null || !LISTS.has(node.type)) return undefined
  return intTypeOf({ ...place, file }, childOf(node, 'element'))
}

/** Returns how a list of that element type is described; nothing for lists that cannot become strings. */
export function listHow(element: IntType | null): readonly string[] {
  if (isByte(element)) return ['byte list']
  return isRune(element) ? ['rune list'] : []
}

/** Longest array of zeros made. */
const MAX_ZEROS = 4_096

/** Returns the value of a variable declared without one; null for types that folding does not follow. */
export function zeroValue(place: Place, type: SyntaxNode | null): MaybeValue {
  const { file, node } = underlying(place, type)
  if (node === null) return null
  const element = elementOf(place, type)
  if (element !== undefined) return zeroList(arrayLength(place, type), element)
  if (node.type === 'map_type') return emptyMap()
  const name = typeName(file, node)
  if (name === 'string') return stringValue('')
  if (name === 'strings.Builder' || name === 'bytes.Buffer') return emptyBuilder()
  const int = intTypeNamed(name)
  return int === null ? null : intValue(0, int)
}

/** Returns the length of an array type; 0 for slices, and where it is no plain number. */
export function arrayLength(place: Place, type: SyntaxNode | null): number {
  const { file, node } = underlying(place, type)
  const length = integerOf(textOf(file, childOf(node, 'length')))
  return length === null ? 0 : Math.min(Number(length), MAX_ZEROS)
}

export function zeroList(length: number, element: IntType | null, how: readonly string[] = []): Value {
  const zero = element === null ? null : intValue(0, element)
  return listValue(
    Array.from({ length: Math.max(length, 0) }, () => zero),
    element,
    how,
  )
}

/** Returns `type(value)`, null where the value is not known; undefined for types that folding does not follow. */
export function convert(place: Place, type: SyntaxNode | null, value: MaybeValue): MaybeValue | undefined {
  const element = elementOf(place, type)
  if (element !== undefined) return toList(element, value)
  const { file, node } = underlying(place, type)
  const name = typeName(file, node)
  if (name === 'string') return value === null ? null : toStringValue(value)
  const int = intTypeNamed(name)
  if (int === null) return undefined
  return value?.kind === 'int' ? intValue(value.value, int, value.how) : null
}

/**
 * Returns a value as a variable, parameter, element or result of that type holds it: an untyped constant takes the type, or
 * the default one where none is written. `like` is what an assignment replaces.
 */
export function assigned(
  place: Place,
  type: SyntaxNode | null,
  value: MaybeValue,
  like: MaybeValue = null,
): MaybeValue {
  if (value?.kind !== 'int') return value
  if (type !== null && /^(float|complex)\d+$/.test(typeName(place.file, type))) return null
  const written = type === null ? null : intTypeOf(place, type)
  const held =
    written ?? (value.type.bits === 0 && like?.kind === 'int' ? like.type : defaultType(value.type))
  return intValue(value.value, held, value.how)
}

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

/** Returns `[]byte(value)` or `[]rune(value)`. */
function toList(element: IntType | null, value: MaybeValue): MaybeValue {
  if (value?.kind === 'list') return value.element?.bits === element?.bits ? value : null
  if (value?.kind !== 'string') return null
  if (isByte(element)) return byteList(value.text, value.how)
  if (!isRune(element)) return null
  const codes = Array.from(toText(value.text), (c) => (c === GAP ? null : (c.codePointAt(0) ?? 0)))
  const items = codes.map((code) => (code === null ? null : intValue(code, RUNE)))
  return listValue(items, element, value.how)
}
