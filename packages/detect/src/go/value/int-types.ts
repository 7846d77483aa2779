/** An integer type. `bits` is 0 for untyped constants, which are exact. */
export interface IntType {
  name: string
  bits: 0 | 8 | 16 | 32 | 64
  signed: boolean
}

const signed = (name: string, bits: IntType['bits']): IntType => ({ name, bits, signed: true })
const unsigned = (name: string, bits: IntType['bits']): IntType => ({ name, bits, signed: false })

export const UNTYPED_INT = signed('untyped int', 0)
export const UNTYPED_RUNE = signed('untyped rune', 0)
/** `int`, `uint` and `uintptr` have 64 bits, as on nearly every machine that a build runs on. */
export const INT = signed('int', 64)
export const BYTE = unsigned('byte', 8)
export const RUNE = signed('rune', 32)

const TYPES: readonly IntType[] = [
  INT,
  BYTE,
  RUNE,
  { ...BYTE, name: 'uint8' },
  { ...RUNE, name: 'int32' },
  signed('int8', 8),
  signed('int16', 16),
  signed('int64', 64),
  unsigned('uint', 64),
  unsigned('uint16', 16),
  unsigned('uint32', 32),
  unsigned('uint64', 64),
  unsigned('uintptr', 64),
]
const BY_NAME = new Map(TYPES.map((type) => [type.name, type]))

/** True for the element type of a list that `string(list)` takes as bytes. */
export function isByte(type: IntType | null | undefined): boolean {
  return type?.bits === BYTE.bits && !type.signed
}

/** True for the element type of a list that `string(list)` takes as characters. */
export function isRune(type: IntType | null | undefined): boolean {
  return type?.bits === RUNE.bits && type.signed
}

/** Returns a predeclared integer type; null for other names. */
export function intTypeNamed(name: string): IntType | null {
  return BY_NAME.get(name) ?? null
}

/** Bits of an untyped constant beyond which the Go compiler gives up. */
const MAX_CONSTANT_BITS = 512
const MAX_CONSTANT = 1n << BigInt(MAX_CONSTANT_BITS)

/** Returns the value as a type holds it: what overflows wraps. Null for a constant that no compiler accepts. */
export function wrap(value: bigint, { bits, signed }: IntType): bigint | null {
  if (bits > 0) return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)
  return value < MAX_CONSTANT && value > -MAX_CONSTANT ? value : null
}

/** Returns the type of `a + b`: an untyped constant takes the other's type. */
export function commonType(a: IntType, b: IntType): IntType {
  if (a.bits > 0) return a
  return b.bits > 0 || b === UNTYPED_RUNE ? b : a
}

/** Returns the type that a value of `type` has in a variable declared without one. */
export function defaultType(type: IntType): IntType {
  if (type.bits > 0) return type
  return type === UNTYPED_RUNE ? RUNE : INT
}

/** Returns `value << count` within a type; null for counts that panic or do not compile. */
export function shiftLeft(value: bigint, count: bigint, { bits }: IntType): bigint | null {
  const most = bits > 0 ? bits : MAX_CONSTANT_BITS
  if (count < 0n) return null
  if (count < most || value === 0n) return value << (value === 0n ? 0n : count)
  return bits > 0 ? 0n : null
}

/** Returns `value >> count`; null for a negative count. */
export function shiftRight(value: bigint, count: bigint): bigint | null {
  if (count < 0n) return null
  return value >> (count < MAX_CONSTANT_BITS ? count : BigInt(MAX_CONSTANT_BITS))
}
