import { UNTYPED_INT } from '../value/int-types.ts'
import type { Host, LibraryFunction, MaybeValue, Value } from '../value/values.ts'
import { floatValue, intValue } from '../value/values.ts'
import { BIG_FUNCTIONS, newBigInt } from './big.ts'
import { BINARY_FUNCTIONS, BYTE_ORDERS } from './binary.ts'
import { asBytes } from './bytes.ts'
import { CIPHER_FUNCTIONS } from './ciphers.ts'
import { ENCODING_FUNCTIONS, ENCODINGS } from './encodings.ts'
import { HASH_FUNCTIONS } from './hashes.ts'
import { MATH_FUNCTIONS } from './math.ts'
import { RANDOM_FUNCTIONS } from './random.ts'
import { SORT_FUNCTIONS } from './sort.ts'
import { builderMethod, STREAM_FUNCTIONS } from './streams.ts'
import { STRING_FUNCTIONS } from './strings.ts'
import { TEXT_FUNCTIONS } from './text.ts'

const FUNCTIONS: ReadonlyMap<string, LibraryFunction> = new Map(
  Object.entries({
    ...STRING_FUNCTIONS,
    ...TEXT_FUNCTIONS,
    ...STREAM_FUNCTIONS,
    ...ENCODING_FUNCTIONS,
    ...CIPHER_FUNCTIONS,
    ...HASH_FUNCTIONS,
    ...BINARY_FUNCTIONS,
    ...MATH_FUNCTIONS,
    ...BIG_FUNCTIONS,
    ...RANDOM_FUNCTIONS,
    ...SORT_FUNCTIONS,
  }),
)

const SIZES = Object.fromEntries(
  Object.entries({
    'crypto/aes.BlockSize': 16,
    'crypto/des.BlockSize': 8,
    'crypto/md5.Size': 16,
    'crypto/sha1.Size': 20,
    'crypto/sha256.Size': 32,
    'crypto/sha512.Size': 64,
    'math.MaxUint8': 255,
    'math.MaxUint16': 65_535,
    'math.MaxInt32': 2_147_483_647,
    'math.MaxUint32': 4_294_967_295,
  }).map(([name, size]) => [name, intValue(size, UNTYPED_INT)]),
)

const VALUES: ReadonlyMap<string, MaybeValue> = new Map(
  Object.entries({
    ...ENCODINGS,
    ...BYTE_ORDERS,
    ...SIZES,
    'math.Pi': floatValue(Math.PI, 0),
    'math.E': floatValue(Math.E, 0),
  }),
)

/** Calls a standard library function; undefined for those that folding does not follow. */
export function callLibrary(
  path: string,
  name: string,
  args: readonly MaybeValue[],
  host: Host,
): MaybeValue | undefined {
  const own = FUNCTIONS.get(`${path}.${name}`)
  if (own !== undefined) return own(args, host)
  if (path !== 'bytes') return undefined
  const ofStrings = FUNCTIONS.get(`strings.${name}`)
  return ofStrings === undefined ? undefined : asBytes(ofStrings, args, host)
}

/** Returns a variable or constant of the standard library; null for those that folding does not follow. */
export function libraryValue(path: string, name: string): MaybeValue {
  return VALUES.get(`${path}.${name}`) ?? null
}

/** Calls a method of a library value; undefined for those that folding does not follow. */
export function callMethod(
  receiver: Value,
  name: string,
  args: readonly MaybeValue[],
  host: Host,
): MaybeValue | undefined {
  if (receiver.kind === 'builder') return builderMethod(receiver, name, args, host)
  if (receiver.kind !== 'object') return undefined
  return Object.hasOwn(receiver.methods, name) ? receiver.methods[name]?.(args, host, receiver) : undefined
}

/** Returns the zero value of a library type that does something as it is; null for other types. */
export function zeroObject(typeName: string): Value | null {
  return typeName === 'big.Int' ? newBigInt(0n) : null
}
