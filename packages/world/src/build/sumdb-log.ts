import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'

const TILE_WIDTH = 256
const TILE_HEIGHT = 8
/** DER around a raw 32-byte Ed25519 seed (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** Note signature algorithm 1 is Ed25519 (golang.org/x/mod/sumdb/note). */
const ALGORITHM_ED25519 = Buffer.of(1)

/**
 * A checksum database: an append-only Merkle log of record texts with signed tree heads and tiles of height 8
 * (RFC 6962 hashing; design/25530-sumdb).
 */
export class SumdbLog {
  readonly name: string
  /** The verifier key that `GOSUMDB` takes: `name+hash+key`. */
  readonly key: string
  readonly #privateKey: KeyObject
  readonly #keyHash: Buffer
  readonly #records: Buffer[] = []
  readonly #numbers = new Map<string, number>()
  /** Hashes of complete subtrees: `#levels[l][i]` covers records `i << l` up to `(i + 1) << l`. */
  readonly #levels: Buffer[][] = [[]]

  /** Creates an empty log. A given `seed` always gives the same key. */
  constructor(name: string, seed: string) {
    this.name = name
    const raw = createHash('sha256').update(seed).digest()
    this.#privateKey = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, raw]),
      format: 'der',
      type: 'pkcs8',
    })
    const spki = createPublicKey(this.#privateKey).export({ format: 'der', type: 'spki' })
    const publicKey = Buffer.concat([ALGORITHM_ED25519, spki.subarray(-32)])
    this.#keyHash = sha256(Buffer.from(`${name}\n`), publicKey).subarray(0, 4)
    this.key = `${name}+${this.#keyHash.toString('hex')}+${publicKey.toString('base64')}`
  }

  get size(): number {
    return this.#records.length
  }

  /** Adds `path version h1:` and `path version/go.mod h1:` once; a version that is there stays as it is. */
  append(module: string, version: string, zipSum: string, goModSum: string): void {
    const key = `${module}@${version}`
    if (this.#numbers.has(key)) return
    const text = Buffer.from(`${module} ${version} ${zipSum}\n${module} ${version}/go.mod ${goModSum}\n`)
    this.#numbers.set(key, this.#records.length)
    this.#records.push(text)
    this.#addHash(0, sha256(Buffer.of(0), text))
  }

  /** The body of `/lookup`, or undefined where the version is not logged. */
  lookup(module: string, version: string): string | undefined {
    const number = this.#numbers.get(`${module}@${version}`)
    if (number === undefined) return undefined
    return `${number}\n${(this.#records[number] as Buffer).toString()}\n${this.signedHead()}`
  }

  /** The body of `/latest`: the tree head as a signed note. */
  signedHead(): string {
    const text = `go.sum database tree\n${this.size}\n${this.root().toString('base64')}\n`
    const signature = Buffer.concat([this.#keyHash, sign(null, Buffer.from(text), this.#privateKey)])
    return `${text}\n— ${this.name} ${signature.toString('base64')}\n`
  }

  /** Root hash of the whole log. */
  root(): Buffer {
    if (this.size === 0) return sha256()
    const peaks: Buffer[] = []
    let start = 0
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      if ((this.size - start) >> level === 0) continue
      peaks.push(this.#levels[level]?.[start >> level] as Buffer)
      start += 1 << level
    }
    return peaks.reduceRight((right, left) => node(left, right))
  }

  /** `width` hashes of tile (`level`, `index`), or undefined where the log is not that long. */
  tile(level: number, index: number, width: number): Buffer | undefined {
    const hashes = this.#levels[level * TILE_HEIGHT]?.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)
    return hashes?.length === width ? Buffer.concat(hashes) : undefined
  }

  /** `width` records of data tile `index`, each followed by a blank line, or undefined. */
  dataTile(index: number, width: number): Buffer | undefined {
    const records = this.#records.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)
    if (records.length !== width) return undefined
    return Buffer.concat(records.flatMap((text) => [text, Buffer.from('\n')]))
  }

  #addHash(level: number, hash: Buffer): void {
    const hashes = (this.#levels[level] ??= [])
    hashes.push(hash)
    if (hashes.length % 2 === 0) this.#addHash(level + 1, node(hashes.at(-2) as Buffer, hash))
  }
}

function node(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.of(1), left, right)
}

function sha256(...parts: Buffer[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
