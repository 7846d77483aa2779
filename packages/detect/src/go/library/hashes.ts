import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { BYTE, intTypeNamed } from '../value/int-types.ts'
import {
  allHow,
  byteList,
  bytesOf,
  type Host,
  intValue,
  knownBytes,
  type LibraryFunction,
  listValue,
  type MaybeValue,
  numberOf,
  objectValue,
} from '../value/values.ts'

type Arg = MaybeValue | undefined

/** Bytes that one hash is given at most. */
const MAX_HASHED = 1024 * 1024
/** Rounds of a key derivation that are followed: they take 10 ms. */
const MAX_ROUNDS = 20_000

/** Go's constructors and one-call functions, by the name that Node has for the hash. */
const DIGESTS: Readonly<Record<string, string>> = {
  'crypto/md5.New': 'md5',
  'crypto/md5.Sum': 'md5',
  'crypto/sha1.New': 'sha1',
  'crypto/sha1.Sum': 'sha1',
  'crypto/sha256.New': 'sha256',
  'crypto/sha256.Sum256': 'sha256',
  'crypto/sha256.New224': 'sha224',
  'crypto/sha256.Sum224': 'sha224',
  'crypto/sha512.New': 'sha512',
  'crypto/sha512.Sum512': 'sha512',
  'crypto/sha512.New384': 'sha384',
  'crypto/sha512.Sum384': 'sha384',
}

/** Packages of hashes, which keys and look-ups are made with. */
export const HASH_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  ...Object.fromEntries(
    Object.entries(DIGESTS).map(([name, algorithm]): [string, LibraryFunction] => [
      name,
      name.includes('.New')
        ? () => newHash((bytes) => digest(algorithm, bytes))
        : ([data], host) => sumOf(algorithm, data, host),
    ]),
  ),
  'crypto/hmac.New': ([hash, key]) => newHmac(hash, key),
  'hash/fnv.New32': () => newHash((bytes) => fnv(bytes, 32, false), 'Sum32'),
  'hash/fnv.New32a': () => newHash((bytes) => fnv(bytes, 32, true), 'Sum32'),
  'hash/fnv.New64': () => newHash((bytes) => fnv(bytes, 64, false), 'Sum64'),
  'hash/fnv.New64a': () => newHash((bytes) => fnv(bytes, 64, true), 'Sum64'),
  'hash/crc32.NewIEEE': () => newHash((bytes) => bigEndian(BigInt(crc32(bytes)), 4), 'Sum32'),
  'hash/crc32.ChecksumIEEE': ([data]) => checksum(data, (bytes) => BigInt(crc32(bytes))),
  'hash/adler32.New': () => newHash((bytes) => bigEndian(adler(bytes), 4), 'Sum32'),
  'hash/adler32.Checksum': ([data]) => checksum(data, adler),
  'golang.org/x/crypto/pbkdf2.Key': (args, host) => derive(args, host),
}

function digest(algorithm: string, bytes: Buffer): Buffer {
  return createHash(algorithm).update(bytes).digest()
}

function sumOf(algorithm: string, data: Arg, host: Host): MaybeValue {
  const bytes = knownBytes(data)
  if (bytes === null || !host.step(4 + (bytes.length >> 6))) return null
  return bytesAs(digest(algorithm, Buffer.from(bytes, 'latin1')))
}

function bytesAs(bytes: Buffer): MaybeValue {
  return byteList(bytes.toString('latin1'), ['hash'])
}

/** Makes a hash of what is written to it. `number` names the method that returns it as one number, if it has one. */
function newHash(finish: (bytes: Buffer) => Buffer, number?: string): MaybeValue {
  let written: string | null = ''
  const sum = (host: Host): Buffer | null =>
    written === null || !host.step(4 + (written.length >> 4)) ? null : finish(Buffer.from(written, 'latin1'))
  const write: LibraryFunction = ([data]) => {
    const bytes = bytesOf(data)
    const known = bytes !== null && knownBytes(data) !== null
    written =
      written === null || !known || written.length + bytes.length > MAX_HASHED ? null : written + bytes
    return null
  }
  return objectValue({
    Write: write,
    WriteString: write,
    Reset() {
      written = ''
      return null
    },
    Sum([before], host) {
      const bytes = sum(host)
      if (bytes === null) return null
      const list = byteList(bytes.toString('latin1'), ['hash'])
      return before?.kind === 'list' ? listValue([...before.items, ...list.items], BYTE, list.how) : list
    },
    ...(number === undefined ? {} : { [number]: (_args: unknown, host: Host) => asNumber(sum(host)) }),
  })
}

function asNumber(bytes: Buffer | null): MaybeValue {
  if (bytes === null) return null
  const value = BigInt(`0x${bytes.toString('hex')}`)
  return intValue(value, intTypeNamed(bytes.length === 4 ? 'uint32' : 'uint64') ?? undefined)
}

function newHmac(hash: Arg, key: Arg): MaybeValue {
  const algorithm = algorithmOf(hash)
  const secret = knownBytes(key)
  if (algorithm === null || secret === null) return null
  return newHash((bytes) => createHmac(algorithm, Buffer.from(secret, 'latin1')).update(bytes).digest())
}

function algorithmOf(hash: Arg): string | null {
  return hash?.kind === 'imported' ? (DIGESTS[`${hash.path}.${hash.name}`] ?? null) : null
}

/** Evaluates `pbkdf2.Key(password, salt, rounds, length, hash)`. */
function derive([password, salt, rounds, length, hash]: readonly MaybeValue[], host: Host): MaybeValue {
  const algorithm = algorithmOf(hash)
  const [secret, with_] = [knownBytes(password), knownBytes(salt)]
  const [count, size] = [numberOf(rounds), numberOf(length)]
  if (algorithm === null || secret === null || with_ === null || count === null || size === null) return null
  if (count < 1 || count > MAX_ROUNDS || size < 1 || size > 256 || !host.step(count * (1 + (size >> 4))))
    return null
  const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
  return bytesAs(pbkdf2Sync(bytes(secret), bytes(with_), count, size, algorithm))
}

function checksum(data: Arg, sum: (bytes: Buffer) => bigint): MaybeValue {
  const bytes = knownBytes(data)
  if (bytes === null) return null
  return intValue(sum(Buffer.from(bytes, 'latin1')), intTypeNamed('uint32') ?? undefined, allHow(data))
}

function adler(bytes: Buffer): bigint {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  return BigInt(b) * 65_536n + BigInt(a)
}

function fnv(bytes: Buffer, bits: 32 | 64, xorFirst: boolean): Buffer {
  const [start, prime] =
    bits === 32 ? [2_166_136_261n, 16_777_619n] : [14_695_981_039_346_656_037n, 1_099_511_628_211n]
  let hash = start
  for (const byte of bytes) {
    if (xorFirst) hash ^= BigInt(byte)
    hash = BigInt.asUintN(bits, hash * prime)
    if (!xorFirst) hash ^= BigInt(byte)
  }
  return bigEndian(hash, bits / 8)
}

function bigEndian(value: bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')
}
