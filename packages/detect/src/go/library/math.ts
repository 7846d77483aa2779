import { intTypeNamed } from '../value/int-types.ts'
import {
  floatValue,
  howOf,
  intValue,
  type LibraryFunction,
  type MaybeValue,
  mergeHow,
} from '../value/values.ts'

type Arg = MaybeValue | undefined

const FUNCTIONS: Readonly<Record<string, (x: number, y: number) => number>> = {
  Floor: Math.floor,
  Ceil: Math.ceil,
  Trunc: Math.trunc,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Cbrt: Math.cbrt,
  Exp: Math.exp,
  Log: Math.log,
  Log2: Math.log2,
  Log10: Math.log10,
  Sin: Math.sin,
  Cos: Math.cos,
  Tan: Math.tan,
  Pow: (x, y) => x ** y,
  Mod: (x, y) => x % y,
  Max: Math.max,
  Min: Math.min,
  Hypot: Math.hypot,
  // Go rounds halves away from zero.
  Round: (x) => Math.sign(x) * Math.round(Math.abs(x)),
}

/** Package math. Results of sine and the like may differ in their last bit. */
export const MATH_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  ...Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, result]): [string, LibraryFunction] => [
      `math.${name}`,
      ([x, y]) => calculated(result, x, y, result.length > 1),
    ]),
  ),
  'math.Float64bits': ([x]) => toBits(x, 64),
  'math.Float32bits': ([x]) => toBits(x, 32),
  'math.Float64frombits': ([bits]) => fromBits(bits, 64),
  'math.Float32frombits': ([bits]) => fromBits(bits, 32),
}

function valueOf(value: Arg): number | null {
  return value?.kind === 'float' || value?.kind === 'int' ? Number(value.value) : null
}

function calculated(result: (x: number, y: number) => number, x: Arg, y: Arg, needsY: boolean): MaybeValue {
  const [a, b] = [valueOf(x), valueOf(y)]
  if (a === null || (needsY && b === null)) return null
  return floatValue(result(a, b ?? 0), 64, mergeHow(howOf(x), howOf(y), ['arithmetic']))
}

function toBits(x: Arg, size: 32 | 64): MaybeValue {
  const value = valueOf(x)
  if (value === null) return null
  const buffer = Buffer.alloc(8)
  if (size === 32) buffer.writeFloatBE(value, 4)
  else buffer.writeDoubleBE(value)
  return intValue(
    buffer.readBigUInt64BE(),
    intTypeNamed(`uint${size}`) ?? undefined,
    mergeHow(howOf(x), ['packing']),
  )
}

function fromBits(bits: Arg, size: 32 | 64): MaybeValue {
  if (bits?.kind !== 'int') return null
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64BE(BigInt.asUintN(size, bits.value))
  const value = size === 32 ? buffer.readFloatBE(4) : buffer.readDoubleBE()
  return floatValue(value, size, mergeHow(bits.how, ['packing']))
}
