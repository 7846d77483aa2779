import { MAX_FOLDED_LENGTH } from '../limits.ts'
import type { FileModel, PackageModel } from '../parse/source-model.ts'
import type { SyntaxNode } from '../parse/syntax.ts'

/**
 * What an expression is known to come out as. `null` in place of a value: not known.
 *
 * Text is kept as Go keeps it, in bytes: one character of 0 to 255 each. A character {@link GAP} stands for a piece that
 * is not known, so that `"http://host/" + name` still says something. `how` lists the ways in which it was put together;
 * `piece` is the length of the longest part that stands in the source as it is.
 */
export type Value =
  | { kind: 'string'; text: string; how: readonly string[]; piece: number }
  | { kind: 'int'; value: number; width: 8 | 32 | 0; how: readonly string[] }
  | { kind: 'bool'; value: boolean }
  | { kind: 'list'; items: (Value | null)[]; element: 'byte' | 'rune' | 'other'; how: readonly string[] }
  /** Maps and structs; `type` is the name of a struct's type where the package declares it. */
  | { kind: 'map'; entries: Map<string, Value | null>; type?: string }
  /** `receiver`: what a method value is bound to. */
  | {
      kind: 'function'
      node: SyntaxNode
      file: FileModel
      pkg: PackageModel
      scope: Scope | null
      receiver?: Value | null
    }
  /** A function of a package that is not at hand: `run := exec.Command`. */
  | { kind: 'imported'; path: string; name: string }
  | { kind: 'builder'; text: string; how: readonly string[] }
  | { kind: 'replacer'; pairs: [string, string][] }
  | { kind: 'encoding'; name: string; alphabet: string | null }
  | { kind: 'tuple'; items: (Value | null)[] }

export interface Scope {
  names: Map<string, Value | null>
  parent: Scope | null
}

/** Stands for an unknown piece of a string; no byte has this code. */
export const GAP = '…'
const NO_HOW: readonly string[] = []

export type StringValue = Extract<Value, { kind: 'string' }>
export type ListValue = Extract<Value, { kind: 'list' }>

export function stringValue(text: string, how: readonly string[] = NO_HOW, piece = text.length): StringValue {
  return { kind: 'string', text: text.slice(0, MAX_FOLDED_LENGTH), how, piece }
}

/** A string that does not stand in the source in any part. */
export function madeString(text: string, how: readonly string[]): StringValue {
  return stringValue(text, how, 0)
}

export function intValue(
  value: number,
  width: 8 | 32 | 0 = 0,
  how: readonly string[] = NO_HOW,
): Value | null {
  if (!Number.isSafeInteger(value)) return null
  if (width === 8) return { kind: 'int', value: value & 0xff, width, how }
  return { kind: 'int', value: width === 32 ? value | 0 : value, width, how }
}

export function boolValue(value: boolean): Value {
  return { kind: 'bool', value }
}

export function byteList(bytes: string, how: readonly string[]): ListValue {
  const items = Array.from(bytes, (c) => (c === GAP ? null : intValue(c.charCodeAt(0), 8)))
  return { kind: 'list', items, element: 'byte', how }
}

/** Both ways together, each once. */
export function mergeHow(...all: readonly (readonly string[])[]): readonly string[] {
  if (all.every((how) => how.length === 0)) return NO_HOW
  const merged = new Set(all.flat())
  return [...merged]
}

export function howOf(value: Value | null): readonly string[] {
  return value !== null && 'how' in value ? value.how : NO_HOW
}

/** UTF-8 bytes, one character each. */
export function toBytes(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** Text of bytes for people; what is not UTF-8 shows as U+FFFD. Gaps stay. */
export function toText(bytes: string): string {
  if (/^[\0-\x7f]*$/.test(bytes)) return bytes
  return bytes
    .split(GAP)
    .map((piece) => Buffer.from(piece, 'latin1').toString('utf8'))
    .join(GAP)
}

/** `string(x)` of an integer. */
export function runeToBytes(code: number): string {
  const valid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
  return toBytes(String.fromCodePoint(valid ? code : 0xfffd))
}

/** `string(x)` of a list of bytes or runes; null where that is not what it is. */
export function listToBytes(list: ListValue): string | null {
  if (list.element === 'other') return null
  const pieces = list.items.map((item) => {
    if (item === null) return GAP
    if (item.kind !== 'int') return null
    return list.element === 'byte' ? String.fromCharCode(item.value & 0xff) : runeToBytes(item.value)
  })
  return pieces.includes(null) ? null : pieces.join('')
}

export function lookup(scope: Scope, name: string): { found: boolean; value: Value | null } {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const value = at.names.get(name)
    if (value !== undefined) return { found: true, value }
  }
  return { found: false, value: null }
}

/** Sets the nearest variable of that name; false where there is none. */
export function assign(scope: Scope, name: string, value: Value | null): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (!at.names.has(name)) continue
    at.names.set(name, value)
    return true
  }
  return false
}

/** A list with no more elements than can be shown: turning a large one into text for each call would cost too much. */
export function beginningOf(value: Value, length: number): Value {
  const long = value.kind === 'list' && value.items.length > length
  return long ? { ...value, items: value.items.slice(0, length) } : value
}
