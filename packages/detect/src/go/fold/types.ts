import { zeroObject } from '../library/library.ts'
import { GAP, toText } from '../parse/bytes.ts'
import { type FileModel, textOf, typeName } from '../parse/file-model.ts'
import { integerOf } from '../parse/literals.ts'
import type { PackageModel } from '../parse/package-model.ts'
import { childOf, type SyntaxNode } from '../parse/syntax.ts'
import { defaultType, type IntType, intTypeNamed, isByte, isRune, RUNE } from '../value/int-types.ts'
import { toStringValue } from '../value/text.ts'
import {
  byteList,
  emptyBuilder,
  emptyMap,
  floatValue,
  intValue,
  listValue,
  type MaybeValue,
  stringValue,
  type Value,
} from '../value/values.ts'

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
  const made = zeroObject(name)
  if (made !== null) return made
  if (FLOAT_BITS[name] !== undefined) return floatValue(0, FLOAT_BITS[name])
  const int = intTypeNamed(name)
  return int === null ? null : intValue(0, int)
}

const FLOAT_BITS: Readonly<Record<string, 32 | 64>> = { float32: 32, float64: 64 }

/** Returns the length of an array type; 0 for slices, and where it is no plain number. */
export function arrayLength(place: Place, type: SyntaxNode | null): number {
  const { file, node } = underlying(place, type)
  const length = integerOf(textOf(file, childOf(node, 'length')))
  return length === null ? 0 : Math.min(Number(length), MAX_ZEROS)
}

export function zeroList(length: number, element: IntType | null, how: readonly string[] = []): Value {
  const zero = element === null ? null : intValue(0, element)
  return listValue(Array<MaybeValue>(Math.max(length, 0)).fill(zero), element, how)
}

/** Returns `type(value)`, null where the value is not known; undefined for types that folding does not follow. */
export function convert(place: Place, type: SyntaxNode | null, value: MaybeValue): MaybeValue | undefined {
  const element = elementOf(place, type)
  if (element !== undefined) return toList(element, value)
  const { file, node } = underlying(place, type)
  const name = typeName(file, node)
  if (name === 'string') return value === null ? null : toStringValue(value)
  if (name === 'unsafe.Pointer' || node?.type === 'interface_type') return value
  if (FLOAT_BITS[name] !== undefined) return toFloat(value, FLOAT_BITS[name])
  const int = intTypeNamed(name)
  return int === null ? undefined : toInteger(value, int)
}

function toFloat(value: MaybeValue, bits: 32 | 64): MaybeValue {
  if (value?.kind === 'float') return floatValue(value.value, bits, value.how)
  return value?.kind === 'int' ? floatValue(Number(value.value), bits, value.how) : null
}

function toInteger(value: MaybeValue, type: IntType): MaybeValue {
  if (value?.kind === 'int') return intValue(value.value, type, value.how)
  if (value?.kind !== 'float' || !Number.isFinite(value.value)) return null
  return intValue(BigInt(Math.trunc(value.value)), type, value.how)
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
  if (value?.kind !== 'int' && value?.kind !== 'float') return value
  const float = type === null ? undefined : FLOAT_BITS[typeName(place.file, type)]
  if (float !== undefined) return toFloat(value, float)
  if (type !== null && /^complex\d+$/.test(typeName(place.file, type))) return null
  const written = type === null ? null : intTypeOf(place, type)
  if (value.kind === 'float') {
    if (written !== null) return toInteger(value, written)
    return floatValue(value.value, like?.kind === 'float' ? like.bits : value.bits || 64, value.how)
  }
  const held =
    written ?? (value.type.bits === 0 && like?.kind === 'int' ? like.type : defaultType(value.type))
  return intValue(value.value, held, value.how)
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
