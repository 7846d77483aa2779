import { GAP, runeToBytes } from '../parse/bytes.ts'
import type { FileModel } from '../parse/file-model.ts'
import type { PackageModel } from '../parse/package-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'
import { BYTE, INT, type IntType, isByte, isRune, wrap } from './int-types.ts'

/** Characters of a folded string. A dropper's script is a few kilobytes. */
const MAX_FOLDED_LENGTH = 64 * 1024
/** Elements of a list that folding makes at once. */
export const MAX_LIST = 65_536

/**
 * What an expression is known to come out as; `null` in place of a value means not known. `how` lists the ways in which a
 * value was put together.
 */
export type Value =
  | StringValue
  | IntValue
  | { kind: 'bool'; value: boolean }
  | ListValue
  | MapValue
  | FunctionValue
  /** A function of a package that is not at hand: `run := exec.Command`. */
  | { kind: 'imported'; path: string; name: string }
  | BuilderValue
  | { kind: 'replacer'; pairs: [string, string][] }
  | EncodingValue
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

/** Slices, arrays, channels and the arguments of variadic functions. */
export interface ListValue {
  kind: 'list'
  items: MaybeValue[]
  element: IntType | null
  how: readonly string[]
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

/** `strings.Builder` and `bytes.Buffer`. */
export interface BuilderValue {
  kind: 'builder'
  text: string
  how: readonly string[]
}

/** `base64.StdEncoding` and its like. */
export interface EncodingValue {
  kind: 'encoding'
  name: string
  alphabet: string | null
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
