import { type Cipheriv, createCipheriv, createDecipheriv } from 'node:crypto'
import {
  allHow,
  byteList,
  type Host,
  intValue,
  knownBytes,
  type LibraryFunction,
  type MaybeValue,
  mergeHow,
  type ObjectValue,
  objectValue,
  tuple,
  writeItems,
} from '../value/values.ts'

type Arg = MaybeValue | undefined

/** A block cipher with its key. */
interface Block {
  name: string
  size: number
  encrypt: (block: Buffer) => Buffer
  decrypt: (block: Buffer) => Buffer
  key: Buffer
}

/** Blocks by the value that the code holds: the modes are functions of another package. */
const BLOCKS = new WeakMap<ObjectValue, Block>()

/** Packages crypto/aes, crypto/des, crypto/rc4 and crypto/cipher, and x/crypto's ChaCha20-Poly1305. */
export const CIPHER_FUNCTIONS: Readonly<Record<string, LibraryFunction>> = {
  'crypto/aes.NewCipher': ([key], host) => tuple(newBlock(host, 'aes', 16, key), null),
  'crypto/des.NewCipher': ([key], host) => tuple(newBlock(host, 'des', 8, key), null),
  'crypto/des.NewTripleDESCipher': ([key], host) => tuple(newBlock(host, '3des', 8, key), null),
  'crypto/rc4.NewCipher': ([key], host) => tuple(newRc4(host, key), null),
  'crypto/cipher.NewCBCDecrypter': ([block, iv]) => newCbc(block, iv, false),
  'crypto/cipher.NewCBCEncrypter': ([block, iv]) => newCbc(block, iv, true),
  'crypto/cipher.NewCTR': ([block, iv]) => newStream(block, iv, counter),
  'crypto/cipher.NewOFB': ([block, iv]) => newStream(block, iv, outputFeedback),
  'crypto/cipher.NewCFBDecrypter': ([block, iv]) => newStream(block, iv, cipherFeedback(false)),
  'crypto/cipher.NewCFBEncrypter': ([block, iv]) => newStream(block, iv, cipherFeedback(true)),
  'crypto/cipher.NewGCM': ([block]) => tuple(newGcm(block), null),
  'golang.org/x/crypto/chacha20poly1305.New': ([key]) => tuple(newChaCha(key), null),
}

/** Steps that setting up a cipher is worth. */
const SETUP_STEPS = 20
const KEY_LENGTHS = { aes: [16, 24, 32], des: [8], '3des': [24] }

function newBlock(host: Host, name: keyof typeof KEY_LENGTHS, size: number, key: Arg): ObjectValue | null {
  const text = knownBytes(key)
  if (text === null || !KEY_LENGTHS[name].includes(text.length) || !host.step(SETUP_STEPS)) return null
  const bytes = Buffer.from(text, 'latin1')
  // OpenSSL has single DES only as triple DES with one key.
  const used = name === 'des' ? Buffer.concat([bytes, bytes, bytes]) : bytes
  const algorithm = name === 'aes' ? `aes-${bytes.length * 8}-ecb` : 'des-ede3-ecb'
  const lazy = (make: () => Cipheriv): ((block: Buffer) => Buffer) => {
    let cipher: Cipheriv | undefined
    return (block) => {
      cipher ??= make().setAutoPadding(false)
      return cipher.update(block)
    }
  }
  const block: Block = {
    name,
    size,
    key: bytes,
    encrypt: lazy(() => createCipheriv(algorithm, used, null)),
    decrypt: lazy(() => createDecipheriv(algorithm, used, null)),
  }
  const one =
    (act: (bytes: Buffer) => Buffer): LibraryFunction =>
    ([into, from], host) =>
      transform(host, into, from, name, (input) => act(input.subarray(0, size)))
  const self = objectValue({
    BlockSize: () => intValue(size),
    Encrypt: one(block.encrypt),
    Decrypt: one(block.decrypt),
  })
  BLOCKS.set(self, block)
  return self
}

/** Writes what becomes of the bytes of `from` into `into`. A step is worth about four bytes. */
function transform(
  host: Host,
  into: Arg,
  from: Arg,
  way: string,
  change: (input: Buffer) => Buffer,
): MaybeValue {
  const text = knownBytes(from)
  if (text === null || into?.kind !== 'list' || !host.step(text.length >> 2)) return null
  const output = change(Buffer.from(text, 'latin1'))
  writeItems(into, 0, byteList(output.toString('latin1')).items, mergeHow(allHow(from), [way]))
  return null
}

function newCbc(of: Arg, iv: Arg, encrypts: boolean): MaybeValue {
  const block = of?.kind === 'object' ? BLOCKS.get(of) : undefined
  const start = knownBytes(iv)
  if (block === undefined || start?.length !== block.size) return null
  let last: Buffer = Buffer.from(start, 'latin1')
  const crypt = (input: Buffer): Buffer => {
    const out: Buffer[] = []
    for (let at = 0; at + block.size <= input.length; at += block.size) {
      const part = Buffer.from(input.subarray(at, at + block.size))
      const made = encrypts ? block.encrypt(xor(part, last)) : xor(block.decrypt(part), last)
      last = encrypts ? made : part
      out.push(made)
    }
    return Buffer.concat(out)
  }
  return objectValue({
    BlockSize: () => intValue(block.size),
    CryptBlocks: ([into, from], host) => transform(host, into, from, block.name, crypt),
  })
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))
}

/** Returns the state after a block of the key stream: from the state before, that block, and its input and output. */
type NextState = (state: Buffer, stream: Buffer, input: Buffer, output: Buffer) => Buffer

const outputFeedback: NextState = (_state, stream) => stream

function cipherFeedback(encrypts: boolean): NextState {
  return (_state, _stream, input, output) => (encrypts ? output : input)
}

function counter(state: Buffer): Buffer {
  const next = Buffer.from(state)
  for (let at = next.length - 1; at >= 0; at--) {
    next[at] = ((next[at] ?? 0) + 1) & 0xff
    if (next[at] !== 0) break
  }
  return next
}

/** Makes a stream cipher of a block cipher. A call may end in the middle of a block. */
function newStream(of: Arg, iv: Arg, next: NextState): MaybeValue {
  const block = of?.kind === 'object' ? BLOCKS.get(of) : undefined
  const start = knownBytes(iv)
  if (block === undefined || start?.length !== block.size) return null
  let state: Buffer = Buffer.from(start, 'latin1')
  let stream = block.encrypt(state)
  const [input, output] = [Buffer.alloc(block.size), Buffer.alloc(block.size)]
  let at = 0
  return streamObject(block.name, (byte) => {
    if (at === block.size) {
      state = Buffer.from(next(state, stream, input, output))
      stream = block.encrypt(state)
      at = 0
    }
    input[at] = byte
    output[at] = byte ^ (stream[at] ?? 0)
    return output[at++] ?? 0
  })
}

function streamObject(name: string, one: (byte: number) => number): ObjectValue {
  return objectValue({
    XORKeyStream: ([into, from], host) =>
      transform(host, into, from, name, (bytes) => Buffer.from(bytes.map(one))),
  })
}

function newRc4(host: Host, key: Arg): MaybeValue {
  const bytes = knownBytes(key)
  if (bytes === null || bytes === '' || !host.step(SETUP_STEPS)) return null
  const s = Uint8Array.from({ length: 256 }, (_, at) => at)
  const swap = (a: number, b: number): number => {
    const [x = 0, y = 0] = [s[a], s[b]]
    s[a] = y
    s[b] = x
    return (x + y) & 0xff
  }
  let [i, j] = [0, 0]
  for (let at = 0; at < 256; at++) {
    j = (j + (s[at] ?? 0) + bytes.charCodeAt(at % bytes.length)) & 0xff
    swap(at, j)
  }
  j = 0
  return streamObject('rc4', (byte) => {
    i = (i + 1) & 0xff
    j = (j + (s[i] ?? 0)) & 0xff
    return byte ^ (s[swap(i, j)] ?? 0)
  })
}

function newGcm(of: Arg): MaybeValue {
  const block = of?.kind === 'object' ? BLOCKS.get(of) : undefined
  if (block?.name !== 'aes') return null
  const algorithm = `aes-${block.key.length * 8}-gcm` as 'aes-128-gcm'
  return aead('aes', (nonce) => createDecipheriv(algorithm, block.key, nonce))
}

function newChaCha(key: Arg): MaybeValue {
  const bytes = knownBytes(key)
  if (bytes?.length !== 32) return null
  const secret = Buffer.from(bytes, 'latin1')
  return aead('chacha20', (nonce) =>
    createDecipheriv('chacha20-poly1305', secret, nonce, { authTagLength: TAG }),
  )
}

const TAG = 16
const NONCE = 12

/** Makes an authenticated cipher that opens what was sealed. A tag that does not match is read all the same. */
function aead(name: string, decipher: (nonce: Buffer) => { update(bytes: Buffer): Buffer }): ObjectValue {
  return objectValue({
    NonceSize: () => intValue(NONCE),
    Overhead: () => intValue(TAG),
    Open([, nonce, sealed], host) {
      const [start, text] = [knownBytes(nonce), knownBytes(sealed)]
      if (start?.length !== NONCE || text === null || text.length < TAG) return null
      if (!host.step(SETUP_STEPS + (text.length >> 2))) return null
      const input = Buffer.from(text, 'latin1').subarray(0, -TAG)
      const plain = decipher(Buffer.from(start, 'latin1')).update(input)
      return tuple(byteList(plain.toString('latin1'), mergeHow(allHow(sealed), [name])), null)
    },
  })
}
