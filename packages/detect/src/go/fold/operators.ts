import {
  boolValue,
  GAP,
  howOf,
  intValue,
  mergeHow,
  type StringValue,
  stringValue,
  type Value,
} from './values.ts'

/** Result of a Go binary operator, or null. One unknown side of a `+` on strings leaves a gap. */
export function applyOperator(operator: string, left: Value | null, right: Value | null): Value | null {
  if (operator === '+' && (left?.kind === 'string' || right?.kind === 'string')) return concat(left, right)
  if (left === null || right === null) return null
  if (left.kind === 'int' && right.kind === 'int') {
    return compareNumbers(operator, left.value, right.value) ?? applyInts(operator, left, right)
  }
  if (left.kind === 'string' && right.kind === 'string')
    return compareStrings(operator, left.text, right.text)
  if (left.kind === 'bool' && right.kind === 'bool') return applyBools(operator, left.value, right.value)
  return null
}

/** Joins strings; a side that is not a known string becomes a gap. */
export function concat(left: Value | null, right: Value | null): StringValue {
  const a = left?.kind === 'string' ? left : stringValue(GAP, [], 0)
  const b = right?.kind === 'string' ? right : stringValue(GAP, [], 0)
  if (a.text === '') return b
  if (b.text === '') return a
  const how = mergeHow(a.how, b.how, ['concatenation'])
  return stringValue(a.text + b.text, how, Math.max(a.piece, b.piece))
}

function compareNumbers(operator: string, a: number, b: number): Value | null {
  if (operator === '==') return boolValue(a === b)
  if (operator === '!=') return boolValue(a !== b)
  if (operator === '<') return boolValue(a < b)
  if (operator === '<=') return boolValue(a <= b)
  if (operator === '>') return boolValue(a > b)
  if (operator === '>=') return boolValue(a >= b)
  return null
}

function compareStrings(operator: string, a: string, b: string): Value | null {
  if (a.includes(GAP) || b.includes(GAP)) return null
  if (operator === '==') return boolValue(a === b)
  if (operator === '!=') return boolValue(a !== b)
  if (operator === '<') return boolValue(a < b)
  if (operator === '>') return boolValue(a > b)
  return null
}

function applyBools(operator: string, a: boolean, b: boolean): Value | null {
  if (operator === '&&') return boolValue(a && b)
  if (operator === '||') return boolValue(a || b)
  if (operator === '==') return boolValue(a === b)
  if (operator === '!=') return boolValue(a !== b)
  return null
}

type IntValue = Extract<Value, { kind: 'int' }>

const INT_HOW: Readonly<Record<string, string>> = {
  '+': 'arithmetic',
  '-': 'arithmetic',
  '*': 'arithmetic',
  '/': 'arithmetic',
  '%': 'arithmetic',
  '^': 'xor',
  '<<': 'shift',
  '>>': 'shift',
  '&': 'masking',
  '|': 'masking',
  '&^': 'masking',
}

function applyInts(operator: string, left: IntValue, right: IntValue): Value | null {
  const label = INT_HOW[operator]
  const value = intResult(operator, left.value, right.value)
  if (label === undefined || value === null) return null
  // A shift keeps the left side's type; otherwise an untyped constant takes the other's.
  const shift = operator === '<<' || operator === '>>'
  const width = shift ? left.width : left.width || right.width
  return intValue(value, width, mergeHow(howOf(left), howOf(right), [label]))
}

function intResult(operator: string, a: number, b: number): number | null {
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  if (operator === '/') return b === 0 ? null : Math.trunc(a / b)
  if (operator === '%') return b === 0 ? null : a % b
  if ((operator === '<<' || operator === '>>') && (b < 0 || b > 52))
    return operator === '>>' && b > 0 ? 0 : null
  const [x, y] = [BigInt(a), BigInt(b)]
  const result = bits(operator, x, y)
  return result === null ? null : Number(result)
}

function bits(operator: string, x: bigint, y: bigint): bigint | null {
  if (operator === '^') return x ^ y
  if (operator === '&') return x & y
  if (operator === '|') return x | y
  if (operator === '&^') return x & ~y
  if (operator === '<<') return x << y
  if (operator === '>>') return x >> y
  return null
}
