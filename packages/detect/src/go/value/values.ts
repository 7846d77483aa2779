import { GAP, runeToBytes } from '../parse/bytes.ts'
import type { FileModel } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'
import { BYTE, INT, type IntType, isByte, isRune, wrap } from './int-types.ts'

/** Characters of a folded string. A dropper's script is a few kilobytes. */
export const MAX_FOLDED_LENGTH = 64 * 1024
/** Elements of a list that folding makes at once. */
export const MAX_LIST = 65_536

/**
 * What an expression is known to come out as; `null` in place of a value means not known. `how` lists the ways in which a
 * value was put together.
 */
export type Value =
  | StringValue
  | IntValue
  | FloatValue
  | { kind: 'bool'; value: boolean }
  | ListValue
  | MapValue
  | FunctionValue
  /** A function of a package that is not at hand: `run := exec.Command`. */
  | { kind: 'imported'; path: string; name: string }
  /** A method of a library value. */
  | { kind: 'native'; run: LibraryFunction }
  | BuilderValue
  | ObjectValue
  | PointerValue
  | { kind: 'tuple'; items: MaybeValue[] }
  /** A variable of the user's environment: `os.Getenv(name)`. */
  | { kind: 'environment'; name: string }

/** A value, or null where it is not known. */
export type MaybeValue = Value | null

/** Bytes, see parse/bytes.ts. `piece` is the length of the longest part that stands in the source as it is. */
export interface StringValue {
  kind: 'string'
  text: string
  how: readonly string[]
  piece: number
}

export interface IntValue {
  kind: 'int'
  value: bigint
  type: IntType
  how: readonly string[]
}

/** `bits` is 0 for untyped constants. */
export interface FloatValue {
  kind: 'float'
  value: number
  bits: 0 | 32 | 64
  how: readonly string[]
}

/** Slices, arrays, channels and the arguments of variadic functions. */
export interface ListValue {
  kind: 'list'
  items: MaybeValue[]
  element: IntType | null
  how: readonly string[]
  /** The list of which this one is a slice, and where it begins there: what is written here is written there too. */
  base?: { list: ListValue; at: number }
}

/** Maps and structs; `type` is the name of a struct's type where the package declares it. */
export interface MapValue {
  kind: 'map'
  entries: Map<string, MaybeValue>
  type?: string
}

/** A function of the module. */
export interface FunctionValue {
  kind: 'function'
  node: SyntaxNode
  file: FileModel
  pkg: PackageModel
  /** Local names around a function literal; null for declared functions. */
  scope: Scope | null
  /** Receiver that a method value is bound to. */
  receiver?: MaybeValue
}

/** Bytes that are written at the end and read from the beginning: `strings.Builder`, `bytes.Buffer` and all readers. */
export interface BuilderValue {
  kind: 'builder'
  text: string
  how: readonly string[]
}

/** A value of a library type that only its methods are called of: a cipher, an encoding, a generator of numbers. */
export interface ObjectValue {
  kind: 'object'
  methods: Readonly<Record<string, LibraryFunction>>
}

/** A pointer to a variable that holds a string or a number: of all else the value itself stands for its address. */
interface PointerValue {
  kind: 'pointer'
  get(): MaybeValue
  set(value: MaybeValue): void
}

/** A function of Go's library; null where its result is not known. */
export type LibraryFunction = (args: readonly MaybeValue[], host: Host, receiver?: ObjectValue) => MaybeValue

/** The part of the interpreter that library functions use. */
export interface Host {
  /** Calls a function that was handed over; undefined for what is no known function. */
  call(value: MaybeValue | undefined, args: MaybeValue[]): MaybeValue | undefined
  /** Counts the steps that the work is worth; false when the budget is used up. */
  step(cost: number): boolean
  /** State that library functions keep from one call to the next, by their package. */
  shared: Map<string, MaybeValue>
}

/** Local names, from the inside outwards. */
export interface Scope {
  names: Map<string, MaybeValue>
  parent: Scope | null
}

const NO_HOW: readonly string[] = []

export function stringValue(text: string, how: readonly string[] = NO_HOW, piece = text.length): StringValue {
  return { kind: 'string', text: text.slice(0, MAX_FOLDED_LENGTH), how, piece }
}

/** Makes a string of which no part stands in the source. */
export function madeString(text: string, how: readonly string[]): StringValue {
  return stringValue(text, how, 0)
}

/** Makes an integer that wraps to its type; null where no value of it compiles. */
export function intValue(
  value: bigint | number,
  type: IntType = INT,
  how: readonly string[] = NO_HOW,
): IntValue | null {
  const wrapped = wrap(BigInt(value), type)
  return wrapped === null ? null : { kind: 'int', value: wrapped, type, how }
}

export function floatValue(
  value: number,
  bits: FloatValue['bits'] = 64,
  how: readonly string[] = NO_HOW,
): FloatValue {
  return { kind: 'float', value: bits === 32 ? Math.fround(value) : value, bits, how }
}

export function boolValue(value: boolean): Value {
  return { kind: 'bool', value }
}

export function listValue(
  items: MaybeValue[],
  element: IntType | null = null,
  how: readonly string[] = NO_HOW,
): ListValue {
  return { kind: 'list', items, element, how }
}

export function tuple(...items: MaybeValue[]): MaybeValue {
  return { kind: 'tuple', items }
}

export function nativeValue(run: LibraryFunction): Value {
  return { kind: 'native', run }
}

export function objectValue(methods: ObjectValue['methods']): ObjectValue {
  return { kind: 'object', methods }
}

/** Returns what a pointer points to; other values unchanged. */
export function pointedTo(value: MaybeValue): MaybeValue {
  return value?.kind === 'pointer' ? value.get() : value
}

/** Returns the number that an integer holds; null for others. */
export function numberOf(value: MaybeValue | undefined): number | null {
  return value?.kind === 'int' ? Number(value.value) : null
}

/** Returns the text of a known string without gaps; null for others. */
export function textIn(value: MaybeValue | undefined): string | null {
  return value?.kind === 'string' && !value.text.includes(GAP) ? value.text : null
}

/** Returns `list[from:to]`, through which the list can be written. */
export function sliceList(list: ListValue, from: number, to: number): ListValue {
  if (from === 0 && to >= list.items.length) return list
  const base = list.base ?? { list, at: 0 }
  return { ...list, items: list.items.slice(from, to), base: { list: base.list, at: base.at + from } }
}

/** Writes elements into a list, as many as fit. Returns their number. */
export function writeItems(
  list: ListValue,
  at: number,
  items: readonly MaybeValue[],
  how: readonly string[] = NO_HOW,
): number {
  const count = Math.max(0, Math.min(items.length, list.items.length - at))
  for (let i = 0; i < count; i++) list.items[at + i] = items[i] ?? null
  if (how.length > 0) list.how = mergeHow(list.how, how)
  const { base } = list
  if (base !== undefined) writeItems(base.list, base.at + at, items.slice(0, count), how)
  return count
}

/** Makes a map or struct without entries. */
export function emptyMap(): MapValue {
  return { kind: 'map', entries: new Map() }
}

export function emptyBuilder(): BuilderValue {
  return { kind: 'builder', text: '', how: NO_HOW }
}

const BYTES = Array.from({ length: 256 }, (_, code) => intValue(code, BYTE))

export function byteList(bytes: string, how: readonly string[] = NO_HOW): ListValue {
  return listValue(
    Array.from(bytes, (c) => BYTES[c.charCodeAt(0)] ?? null),
    BYTE,
    how,
  )
}

/** Merges ways of building, each once. */
export function mergeHow(...all: readonly (readonly string[])[]): readonly string[] {
  return all.every((how) => how.length === 0) ? NO_HOW : [...new Set(all.flat())]
}

export function howOf(value: MaybeValue | undefined): readonly string[] {
  return value !== null && value !== undefined && 'how' in value ? value.how : NO_HOW
}

/** Returns `string(list)` of bytes or runes; null for other lists. */
export function listToBytes({ items, element }: ListValue): string | null {
  if (!isByte(element) && !isRune(element)) return null
  const pieces = items.map((item) => {
    if (item === null) return GAP
    if (item.kind !== 'int') return null
    return isByte(element) ? String.fromCharCode(Number(item.value & 0xffn)) : runeToBytes(item.value)
  })
  return pieces.includes(null) ? null : pieces.join('')
}

/** Returns the bytes of a string or a list of bytes; null for others. */
export function bytesOf(value: MaybeValue | undefined): string | null {
  if (value?.kind === 'string') return value.text
  return value?.kind === 'list' ? listToBytes(value) : null
}

/** Returns the bytes of a string or a list of bytes of which all are known; null for others. */
export function knownBytes(value: MaybeValue | undefined): string | null {
  const bytes = bytesOf(value)
  return bytes === null || bytes.includes(GAP) ? null : bytes
}

/** Returns the ways in which a value and its elements were put together. */
export function allHow(value: MaybeValue | undefined): readonly string[] {
  if (value?.kind !== 'list') return howOf(value)
  return mergeHow(value.how, ...value.items.map(howOf))
}

/** Returns `len(value)`; null if unknown. */
export function lengthOf(value: MaybeValue | undefined): IntValue | null {
  if (value?.kind === 'list') return intValue(value.items.length)
  if (value?.kind === 'string' && !value.text.includes(GAP)) return intValue(value.text.length)
  return value?.kind === 'map' ? intValue(value.entries.size) : null
}

/** Cuts a list to what can be shown: turning a large one into text for each call would cost too much. */
export function beginningOf(value: Value, length: number): Value {
  const long = value.kind === 'list' && value.items.length > length
  return long ? { ...value, items: value.items.slice(0, length) } : value
}
