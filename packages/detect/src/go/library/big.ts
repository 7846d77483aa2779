import { intTypeNamed } from '../value/int-types.ts'
import {
  allHow,
  boolValue,
  byteList,
  type Host,
  intValue,
  knownBytes,
  type LibraryFunction,
  type MaybeValue,
  madeString,
  mergeHow,
  numberOf,
  type ObjectValue,
  objectValue,
  textIn,
  tuple,
  writeItems,
} from '../value/values.ts'

type Arg = MaybeValue | undefined

/** Bits of a number that is followed: 64 kilobytes. */
const MAX_BITS = 1 << 19
/** Digits of a number in text that is followed: its conversion takes time by the square. */
const MAX_DIGITS = 40_000

interface BigNumber {
  value: bigint
  how: readonly string[]
}

const HOW = ['big integer']

/** The number of a `*big.Int`, by the value in the code. */
const NUMBERS = new WeakMap<ObjectValue, BigNumber>()

export const BIG_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'math/big.NewInt': ([n]) => (n?.kind === 'int' ? newBigInt(n.value, n.how) : null),
}

type Operation = (a: bigint, b: bigint) => bigint | null

const OPERATIONS: Readonly<Record<string, Operation>> = {
  Set: (a) => a,
  Neg: (a) => -a,
  Abs: (a) => (a < 0n ? -a : a),
  Not: (a) => ~a,
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Quo: (a, b) => (b === 0n ? null : a / b),
  Rem: (a, b) => (b === 0n ? null : a % b),
  Div: (a, b) => (b === 0n ? null : (a - modulo(a, b)) / b),
  Mod: (a, b) => (b === 0n ? null : modulo(a, b)),
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Xor: (a, b) => a ^ b,
}

/** Makes a `*big.Int`. Its methods change it and return it, as Go's do. */
export function newBigInt(value: bigint, how: readonly string[] = []): ObjectValue {
  const self = objectValue(METHODS)
  NUMBERS.set(self, { value, how })
  return self
}

/** A call of a method: `own` is the number that it is called of, `set` changes it. */
interface Call {
  own: BigNumber
  args: readonly MaybeValue[]
  host: Host
  set: Setter
}
type Method = (call: Call) => MaybeValue
type Setter = (value: bigint | null, how?: readonly string[]) => ObjectValue | null

function method(run: Method): LibraryFunction {
  return (args, host, self) => {
    const own = numberIn(self)
    if (own === undefined || self === undefined) return null
    const set: Setter = (value, how = []) => {
      if (value === null) return null
      Object.assign(own, { value, how: mergeHow(how, HOW) })
      return self
    }
    return run({ own, args, host, set })
  }
}

function operate(operation: Operation): Method {
  return ({ args: [a, b], host, set }) => {
    const [x, y] = [numberIn(a), numberIn(b)]
    if (x === undefined || (operation.length > 1 && y === undefined)) return null
    if (!affordable(host, x.value, y?.value ?? 0n)) return null
    return set(operation(x.value, y?.value ?? 0n), mergeHow(x.how, y?.how ?? []))
  }
}

function bytesOfNumber({ value }: BigNumber): string {
  if (value === 0n) return ''
  const hex = (value < 0n ? -value : value).toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('latin1')
}

const OTHERS: Readonly<Record<string, Method>> = {
  SetString: ({ args: [s, base], host, set }) =>
    tuple(set(parse(s, numberOf(base), host), allHow(s)), boolValue(true)),
  SetBytes: ({ args: [list], set }) => {
    const text = knownBytes(list)
    return text === null
      ? null
      : set(BigInt(`0x0${Buffer.from(text, 'latin1').toString('hex')}`), allHow(list))
  },
  SetInt64: ({ args: [n], set }) => (n?.kind === 'int' ? set(n.value, n.how) : null),
  SetUint64: ({ args: [n], set }) => (n?.kind === 'int' ? set(n.value, n.how) : null),
  SetBit: ({ args: [a, at, bit], set }) => {
    const [x, n] = [numberIn(a), numberOf(at)]
    if (x === undefined || n === null || n < 0 || n > MAX_BITS || bit?.kind !== 'int') return null
    const mask = 1n << BigInt(n)
    return set(bit.value === 0n ? x.value & ~mask : x.value | mask, x.how)
  },
  Lsh: ({ args: [a, by], host, set }) => {
    const [x, n] = [numberIn(a), numberOf(by)]
    if (x === undefined || n === null || n > MAX_BITS || !affordable(host, x.value, 0n)) return null
    return set(x.value << BigInt(n), x.how)
  },
  Rsh: ({ args: [a, by], host, set }) => {
    const [x, n] = [numberIn(a), numberOf(by)]
    if (x === undefined || n === null || !affordable(host, x.value, 0n)) return null
    return set(x.value >> BigInt(n), x.how)
  },
  Exp: ({ args: [a, b, m], host, set }) => {
    const [x, y, z] = [numberIn(a), numberIn(b), numberIn(m)]
    if (x === undefined || y === undefined) return null
    return set(power(x.value, y.value, z?.value ?? 0n, host), mergeHow(x.how, y.how))
  },
  DivMod: ({ args: [a, b, m], host, set }) => divide(set, a, b, m, host, modulo),
  QuoRem: ({ args: [a, b, m], host, set }) => divide(set, a, b, m, host, (x, y) => x % y),
  Bytes: ({ own }) => byteList(bytesOfNumber(own), mergeHow(own.how, HOW)),
  FillBytes: ({ own, args: [list] }) => {
    if (list?.kind !== 'list') return null
    const text = bytesOfNumber(own).padStart(list.items.length, '\0')
    writeItems(list, 0, byteList(text).items, own.how)
    return list
  },
  String: ({ own }) => madeString(own.value.toString(), own.how),
  Text: ({ own, args: [base] }) =>
    madeString(own.value.toString(Math.min(Math.max(numberOf(base) ?? 10, 2), 36)), own.how),
  Int64: ({ own }) => intValue(own.value, intTypeNamed('int64') ?? undefined, own.how),
  Uint64: ({ own }) => intValue(own.value, intTypeNamed('uint64') ?? undefined, own.how),
  Sign: ({ own }) => intValue(own.value > 0n ? 1 : own.value < 0n ? -1 : 0),
  BitLen: ({ own }) => intValue(own.value === 0n ? 0 : own.value.toString(2).replace('-', '').length),
  Cmp: ({ own, args: [other] }) => {
    const y = numberIn(other)?.value
    return y === undefined ? null : intValue(own.value > y ? 1 : own.value < y ? -1 : 0)
  },
}

const METHODS: Readonly<Record<string, LibraryFunction>> = Object.fromEntries(
  [
    ...Object.entries(OTHERS),
    ...Object.entries(OPERATIONS).map(([name, operation]): [string, Method] => [name, operate(operation)]),
  ].map(([name, run]) => [name, method(run)]),
)

function numberIn(value: Arg): BigNumber | undefined {
  return value?.kind === 'object' ? NUMBERS.get(value) : undefined
}

/** The remainder that is never negative. */
function modulo(a: bigint, b: bigint): bigint {
  const rest = a % b
  return rest < 0n ? rest + (b < 0n ? -b : b) : rest
}

/** Counts what an operation on numbers of that length costs; false for numbers that are too long. */
function affordable(host: Host, a: bigint, b: bigint): boolean {
  const words = (lengthInBits(a) + lengthInBits(b)) >> 6
  return words <= MAX_BITS >> 6 && host.step(3 + ((words * words) >> 10))
}

function lengthInBits(value: bigint): number {
  return value.toString(16).length * 4
}

function power(base: bigint, exponent: bigint, modulus: bigint, host: Host): bigint | null {
  const bits = lengthInBits(exponent)
  if (exponent < 0n || (modulus === 0n && bits > 20)) return null
  const longest = modulus === 0n ? lengthInBits(base) * Number(exponent) : lengthInBits(modulus)
  const words = longest >> 6
  if (longest > MAX_BITS || !host.step(bits + ((bits * words * words) >> 8))) return null
  let [result, factor] = [1n, base]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result *= factor
    if (rest > 1n) factor *= factor
    if (modulus !== 0n) [result, factor] = [modulo(result, modulus), modulo(factor, modulus)]
  }
  return modulus === 0n ? result : modulo(result, modulus)
}

function divide(
  set: Setter,
  a: Arg,
  b: Arg,
  rest: Arg,
  host: Host,
  remainder: (x: bigint, y: bigint) => bigint,
): MaybeValue {
  const [x, y, r] = [numberIn(a), numberIn(b), numberIn(rest)]
  if (x === undefined || y === undefined || r === undefined || y.value === 0n) return null
  if (!affordable(host, x.value, y.value)) return null
  const [left, how] = [remainder(x.value, y.value), mergeHow(x.how, y.how)]
  const quotient = set((x.value - left) / y.value, how)
  Object.assign(r, { value: left, how: mergeHow(how, HOW) })
  return tuple(quotient, rest ?? null)
}

function parse(s: Arg, base: number | null, host: Host): bigint | null {
  const text = textIn(s)
  if (text === null || base === null || text.length > MAX_DIGITS || !host.step(1 + (text.length >> 3)))
    return null
  const [, sign, digits = ''] = /^([+-]?)([0-9a-zA-Z_]+)$/.exec(text) ?? []
  const value = base === 0 ? prefixed(digits) : digitsOf(digits, base)
  return value !== null && sign === '-' ? -value : value
}

function prefixed(digits: string): bigint | null {
  const [, mark, rest = ''] = /^0([xXbBoO])(.+)$/.exec(digits) ?? []
  const base = { x: 16, b: 2, o: 8 }[mark?.toLowerCase() ?? ''] ?? 10
  return digitsOf(mark === undefined ? digits : rest, base)
}

/** Returns the number that digits mean in a base up to 62: beyond 36 upper-case letters follow the lower-case ones. */
export function digitsOf(digits: string, base: number): bigint | null {
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const own = base <= 36 ? digits.toLowerCase() : digits
  let value = 0n
  for (const digit of own) {
    const worth = alphabet.indexOf(digit)
    if (worth < 0 || worth >= base) return null
    value = value * BigInt(base) + BigInt(worth)
  }
  return digits === '' || base < 2 || base > 62 ? null : value
}
