import { INT, type IntType, intTypeNamed } from '../value/int-types.ts'
import {
  byteList,
  floatValue,
  type Host,
  intValue,
  type LibraryFunction,
  listValue,
  MAX_LIST,
  type MaybeValue,
  numberOf,
  objectValue,
  tuple,
  writeItems,
} from '../value/values.ts'
import { mixedState } from './random-state.ts'

const HOW = ['seeded random']
const LENGTH = 607
const TAP = 273
const MASK_63 = (1n << 63n) - 1n

/** A source of 64 random bits. */
type Source = () => bigint

/** State of the generator that the functions of package math/rand share, once `rand.Seed` was called. */
const SHARED = 'math/rand'

/** Packages math/rand and math/rand/v2 with a seed that is known; what has none is not known. */
export const RANDOM_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'math/rand.NewSource': ([seed], host) => newGenerator(seed, host),
  'math/rand.New': ([source]) => (source?.kind === 'object' ? source : null),
  'math/rand.Seed': ([seed], host) => {
    host.shared.set(SHARED, newGenerator(seed, host))
    return null
  },
  ...Object.fromEntries(
    Object.keys(methodsOf(() => 0n)).map((name): [string, LibraryFunction] => [
      `math/rand.${name}`,
      (args, host) => {
        const generator = host.shared.get(SHARED)
        return generator?.kind === 'object' ? (generator.methods[name]?.(args, host) ?? null) : null
      },
    ]),
  ),
  'math/rand/v2.NewPCG': ([high, low]) => newPcg(high, low),
  'math/rand/v2.New': ([source]) => (source?.kind === 'object' ? source : null),
}

function newGenerator(seed: MaybeValue | undefined, host: Host): MaybeValue {
  if (seed?.kind !== 'int' || !host.step(LENGTH)) return null
  let source = lagged(seed.value)
  return objectValue({
    ...methodsOf(() => source()),
    Seed: ([next], inner) => {
      if (next?.kind === 'int' && inner.step(LENGTH)) source = lagged(next.value)
      return null
    },
  })
}

/** Go's additive lagged Fibonacci generator. */
function lagged(seed: bigint): Source {
  const modulus = 2 ** 31 - 1
  let x = Number(((seed % BigInt(modulus)) + BigInt(modulus)) % BigInt(modulus)) || 89_482_311
  const next = (): bigint => {
    x = (48_271 * x) % modulus
    return BigInt(x)
  }
  for (let i = 0; i < 20; i++) next()
  const state = mixedState()
  for (let i = 0; i < LENGTH; i++) state[i] = (state[i] ?? 0n) ^ (next() << 40n) ^ (next() << 20n) ^ next()
  let [tap, feed] = [0, LENGTH - TAP]
  return () => {
    tap = (tap + LENGTH - 1) % LENGTH
    feed = (feed + LENGTH - 1) % LENGTH
    // The array keeps 64 bits.
    state[feed] = (state[feed] ?? 0n) + (state[tap] ?? 0n)
    return state[feed] ?? 0n
  }
}

/** Returns the methods that `*rand.Rand` of math/rand has. */
function methodsOf(source: Source): Record<string, LibraryFunction> {
  const int63 = (): bigint => source() & MASK_63
  const uint32 = (): bigint => int63() >> 31n
  const below = (n: bigint, bits: 31n | 63n): bigint => {
    const draw = (): bigint => int63() >> (63n - bits)
    if ((n & (n - 1n)) === 0n) return draw() & (n - 1n)
    const most = (1n << bits) - 1n - ((1n << bits) % n)
    let drawn = draw()
    while (drawn > most) drawn = draw()
    return drawn % n
  }
  const intn = (n: bigint): bigint => below(n, n < 1n << 31n ? 31n : 63n)
  const limited =
    (result: (n: bigint) => bigint, type: IntType): LibraryFunction =>
    ([n]) =>
      n?.kind === 'int' && n.value > 0n ? intValue(result(n.value), type, HOW) : null
  const unlimited =
    (result: () => bigint, type: IntType): LibraryFunction =>
    () =>
      intValue(result(), type, HOW)
  return {
    Int63: unlimited(int63, typed('int64')),
    Int31: unlimited(() => int63() >> 32n, typed('int32')),
    Int: unlimited(int63, INT),
    Uint32: unlimited(uint32, typed('uint32')),
    Uint64: unlimited(source, typed('uint64')),
    Intn: limited(intn, INT),
    Int31n: limited((n) => below(n, 31n), typed('int32')),
    Int63n: limited((n) => below(n, 63n), typed('int64')),
    Float64: () => floatValue(Number(int63()) / 2 ** 63, 64, HOW),
    Float32: () => floatValue(Number(int63()) / 2 ** 63, 32, HOW),
    Perm: ([n], host) => permutation(numberOf(n), intn, host),
    Shuffle: ([n, swap], host) => shuffle(numberOf(n), swap, (count) => scaled(count, uint32), host),
    Read: ([into]) => readBytes(into, int63),
  }
}

function typed(name: string): IntType {
  return intTypeNamed(name) ?? INT
}

/** Returns a number below `n`, by multiplication: what `Shuffle` and math/rand/v2 draw with. */
function scaled(n: bigint, uint32: () => bigint): bigint {
  let product = uint32() * n
  const low = (): bigint => product & 0xffff_ffffn
  if (low() < n) {
    const threshold = (0x1_0000_0000n - n) % n
    while (low() < threshold) product = uint32() * n
  }
  return product >> 32n
}

function permutation(n: number | null, intn: (n: bigint) => bigint, host: Host): MaybeValue {
  if (n === null || n < 0 || n > MAX_LIST || !host.step(n)) return null
  const order: number[] = []
  for (let i = 0; i < n; i++) {
    const j = Number(intn(BigInt(i + 1)))
    order[i] = order[j] ?? i
    order[j] = i
  }
  return listValue(
    order.map((at) => intValue(at, INT, HOW)),
    INT,
    HOW,
  )
}

function shuffle(
  n: number | null,
  swap: MaybeValue | undefined,
  draw: (n: bigint) => bigint,
  host: Host,
): MaybeValue {
  if (n === null || n < 0 || n > MAX_LIST) return null
  for (let i = n - 1; i > 0 && host.step(1); i--)
    host.call(swap, [intValue(i), intValue(draw(BigInt(i + 1)))])
  return null
}

function readBytes(into: MaybeValue | undefined, int63: () => bigint): MaybeValue {
  if (into?.kind !== 'list') return null
  let [value, left, text] = [0n, 0, '']
  for (let at = 0; at < into.items.length; at++) {
    if (left === 0) [value, left] = [int63(), 7]
    text += String.fromCharCode(Number(value & 0xffn))
    value >>= 8n
    left--
  }
  return tuple(intValue(writeItems(into, 0, byteList(text).items, HOW)), null)
}

const PCG_MULTIPLIER = (2_549_297_995_355_413_924n << 64n) | 4_865_540_595_714_422_341n
const PCG_INCREMENT = (6_364_136_223_846_793_005n << 64n) | 1_442_695_040_888_963_407n
const PCG_MIX = 0xda94_2042_e4dd_58b5n

/** The permuted congruential generator of math/rand/v2. */
function newPcg(high: MaybeValue | undefined, low: MaybeValue | undefined): MaybeValue {
  if (high?.kind !== 'int' || low?.kind !== 'int') return null
  let state = (BigInt.asUintN(64, high.value) << 64n) | BigInt.asUintN(64, low.value)
  const source = (): bigint => {
    state = BigInt.asUintN(128, state * PCG_MULTIPLIER + PCG_INCREMENT)
    let mixed = state >> 64n
    mixed ^= mixed >> 32n
    mixed = BigInt.asUintN(64, mixed * PCG_MIX)
    mixed ^= mixed >> 48n
    return BigInt.asUintN(64, mixed * (BigInt.asUintN(64, state) | 1n))
  }
  return objectValue(secondMethods(source))
}

/** Returns the methods that `*rand.Rand` of math/rand/v2 has. */
function secondMethods(source: Source): Record<string, LibraryFunction> {
  const uint32 = (): bigint => source() >> 32n
  const below = (n: bigint): bigint => {
    if ((n & (n - 1n)) === 0n) return source() & (n - 1n)
    if (n < 1n << 32n) return scaled(n, uint32)
    let product = source() * n
    const threshold = ((1n << 64n) - n) % n
    while ((product & ((1n << 64n) - 1n)) < threshold) product = source() * n
    return product >> 64n
  }
  const limited =
    (type: IntType): LibraryFunction =>
    ([n]) =>
      n?.kind === 'int' && n.value > 0n ? intValue(below(n.value), type, HOW) : null
  return {
    Uint64: () => intValue(source(), typed('uint64'), HOW),
    Uint32: () => intValue(uint32(), typed('uint32'), HOW),
    Int: () => intValue(source() & MASK_63, INT, HOW),
    Int64: () => intValue(source() & MASK_63, typed('int64'), HOW),
    IntN: limited(INT),
    Int64N: limited(typed('int64')),
    Uint64N: limited(typed('uint64')),
    Int32N: limited(typed('int32')),
    Uint32N: limited(typed('uint32')),
    Float64: () => floatValue(Number((source() << 11n) & ((1n << 64n) - 1n)) / 2 ** 64, 64, HOW),
    Shuffle: ([n, swap], host) => shuffle(numberOf(n), swap, below, host),
    Perm: ([n], host) => {
      const length = numberOf(n)
      if (length === null || length < 0 || length > MAX_LIST || !host.step(length)) return null
      const items = Array.from({ length }, (_, at) => intValue(at, INT, HOW))
      for (let i = length - 1; i > 0; i--) {
        const j = Number(below(BigInt(i + 1)))
        const [a = null, b = null] = [items[i], items[j]]
        items[i] = b
        items[j] = a
      }
      return listValue(items, INT, HOW)
    },
  }
}
