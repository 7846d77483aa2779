import { GAP } from '../parse/bytes.ts'
import { commonType, shiftLeft, shiftRight } from './int-types.ts'
import {
  boolValue,
  type FloatValue,
  floatValue,
  type IntValue,
  intValue,
  type MaybeValue,
  mergeHow,
  pointedTo,
  type StringValue,
  stringValue,
} from './values.ts'

/** Returns the result of a binary operator, or null. One unknown side of a `+` on strings leaves a gap. */
export function applyOperator(operator: string, left: MaybeValue, right: MaybeValue): MaybeValue {
  if (operator === '+' && (left?.kind === 'string' || right?.kind === 'string')) return concat(left, right)
  if (left?.kind === 'int' && right?.kind === 'int')
    return compare(operator, left.value, right.value) ?? applyIntegers(operator, left, right)
  if (isNumber(left) && isNumber(right)) return applyFloats(operator, left, right)
  if (left?.kind === 'string' && right?.kind === 'string') {
    const known = !left.text.includes(GAP) && !right.text.includes(GAP)
    return known ? compare(operator, left.text, right.text) : null
  }
  if (left?.kind !== 'bool' || right?.kind !== 'bool') return null
  const [a, b] = [left.value, right.value]
  if (operator === '&&') return boolValue(a && b)
  return operator === '||' ? boolValue(a || b) : compare(operator, a, b)
}

/** Joins strings; a side that is not a known string becomes a gap. */
export function concat(left: MaybeValue, right: MaybeValue): StringValue {
  const a = left?.kind === 'string' ? left : stringValue(GAP, [], 0)
  const b = right?.kind === 'string' ? right : stringValue(GAP, [], 0)
  if (a.text === '') return b
  if (b.text === '') return a
  const how = mergeHow(a.how, b.how, ['concatenation'])
  return stringValue(a.text + b.text, how, Math.max(a.piece, b.piece))
}

type Comparable = bigint | number | string | boolean

const COMPARISONS: Readonly<Record<string, <T extends Comparable>(a: T, b: T) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

function compare<T extends Comparable>(operator: string, a: T, b: T): MaybeValue {
  const comparison = COMPARISONS[operator]
  return comparison === undefined ? null : boolValue(comparison(a, b))
}

type Arithmetic = (a: bigint, b: bigint) => bigint | null

const ARITHMETIC: Readonly<Record<string, readonly [how: string, result: Arithmetic]>> = {
  '+': ['arithmetic', (a, b) => a + b],
  '-': ['arithmetic', (a, b) => a - b],
  '*': ['arithmetic', (a, b) => a * b],
  '/': ['arithmetic', (a, b) => (b === 0n ? null : a / b)],
  '%': ['arithmetic', (a, b) => (b === 0n ? null : a % b)],
  '^': ['xor', (a, b) => a ^ b],
  '&': ['masking', (a, b) => a & b],
  '|': ['masking', (a, b) => a | b],
  '&^': ['masking', (a, b) => a & ~b],
}

function applyIntegers(operator: string, left: IntValue, right: IntValue): IntValue | null {
  const how = (way: string): readonly string[] => mergeHow(left.how, right.how, [way])
  if (operator === '<<' || operator === '>>') {
    // A shift has its left side's type.
    const shifted =
      operator === '<<' ? shiftLeft(left.value, right.value, left.type) : shiftRight(left.value, right.value)
    return shifted === null ? null : intValue(shifted, left.type, how('shift'))
  }
  const [way, result] = ARITHMETIC[operator] ?? []
  const value = result?.(left.value, right.value) ?? null
  if (way === undefined || value === null) return null
  return intValue(value, commonType(left.type, right.type), how(way))
}

function isNumber(value: MaybeValue): value is IntValue | FloatValue {
  return value?.kind === 'int' || value?.kind === 'float'
}

const FLOAT_ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}

/** Evaluates an operator on two numbers of which at least one is a float; the other may be an untyped integer. */
function applyFloats(
  operator: string,
  left: IntValue | FloatValue,
  right: IntValue | FloatValue,
): MaybeValue {
  const [a, b] = [Number(left.value), Number(right.value)]
  const compared = compare(operator, a, b)
  const result = FLOAT_ARITHMETIC[operator]?.(a, b)
  if (compared !== null || result === undefined) return compared
  const bits = Math.max(bitsOf(left), bitsOf(right)) as FloatValue['bits']
  return floatValue(result, bits, mergeHow(left.how, right.how, ['arithmetic']))
}

function bitsOf(value: IntValue | FloatValue): number {
  return value.kind === 'float' ? value.bits : 0
}

/** Returns the result of a unary operator on a known value. */
export function applyUnary(operator: string, value: MaybeValue): MaybeValue {
  if (operator === '*') return pointedTo(value)
  if (operator === '&' || operator === '+') return value
  if (value?.kind === 'bool') return operator === '!' ? boolValue(!value.value) : null
  if (value?.kind === 'float') return operator === '-' ? { ...value, value: -value.value } : null
  if (value?.kind !== 'int') return null
  if (operator === '-') return intValue(-value.value, value.type, value.how)
  return operator === '^' ? intValue(~value.value, value.type, mergeHow(value.how, ['xor'])) : null
}

/** Returns the smallest (`min`) or largest (`max`) of integers; null where one of them is not known. */
export function extreme(name: 'min' | 'max', args: readonly MaybeValue[]): MaybeValue {
  let best: MaybeValue = args[0] ?? null
  for (const arg of args) {
    if (best?.kind !== 'int' || arg?.kind !== 'int') return null
    const better = name === 'min' ? arg.value < best.value : arg.value > best.value
    best = intValue(better ? arg.value : best.value, commonType(best.type, arg.type))
  }
  return best
}
