import { createHash } from 'node:crypto'
import { GomodError } from '@mirrorwatch/gomod/errors'
import type { TreeHead } from './sumdb-note.ts'

/** Records and hashes in one tile of height 8. */
export const TILE_WIDTH = 256
/** A hash tile is 256 × 32 bytes. */
export const HASH_TILE_BYTES = TILE_WIDTH * 32
/** Hash tiles kept in memory by one tree reader: 256 × 8 KiB = 2 MiB. */
const MAX_CACHED_TILES = 256

/**
 * The Merkle tree of a checksum database, read through tiles of height 8: tile (L, K) holds the hashes of the subtrees of
 * 256^L records with the numbers 256·K to 256·K + 255. After https://research.swtch.com/tlog and RFC 6962, section 2.1.
 */

/** Bytes of a tile, or null where the server has no such tile (it may have the full one only). */
export type FetchTile = (path: string, signal?: AbortSignal) => Promise<Buffer | null>

const HASH_BYTES = 32
const HEIGHT = 8n
const WIDTH = BigInt(TILE_WIDTH)
const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

export function leafHash(record: Buffer | string): Buffer {
  return createHash('sha256').update(LEAF).update(record).digest()
}

export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest()
}

/** `tile/8/1/x001/x234/067.p/3`: numbers in groups of three, all but the last with an `x`; the width if it is not full. */
export function tilePath(level: number | 'data', index: bigint, width: number): string {
  let path = String(index % 1000n).padStart(3, '0')
  for (let rest = index / 1000n; rest > 0n; rest /= 1000n)
    path = `x${String(rest % 1000n).padStart(3, '0')}/${path}`
  return `tile/8/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** Number of records or hashes of tile (`level`, `index`) in a tree of `size` records; 0 if it has no such tile. */
export function tileWidth(size: bigint, level: number, index: bigint): number {
  const width = (size >> (HEIGHT * BigInt(level))) - index * WIDTH
  if (index < 0n || width <= 0n) return 0
  return width > WIDTH ? TILE_WIDTH : Number(width)
}

/** A tile that is not full may have been dropped in favour of the full one, of which it is the beginning. */
export async function fetchTile(
  fetch: FetchTile,
  level: number | 'data',
  index: bigint,
  width: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  const path = tilePath(level, index, width)
  const tile =
    (await fetch(path, signal)) ??
    (width < TILE_WIDTH ? await fetch(tilePath(level, index, TILE_WIDTH), signal) : null)
  if (tile) return tile
  throw new GomodError('bad-response', `checksum database: ${path} is missing`)
}

/**
 * A tree whose head is trusted. Every hash that it hands out leads up to that head, so that neither the server nor a cache
 * has to be believed. Throws `not-trusted` where one does not.
 */
export class Tree {
  readonly head: TreeHead
  readonly #fetch: FetchTile
  /** Tiles at the right end, that no other tile vouches for: level to hashes. */
  readonly #edges = new Map<number, Buffer>()
  readonly #cache = new Map<string, Buffer>()

  private constructor(head: TreeHead, fetch: FetchTile) {
    this.head = head
    this.#fetch = fetch
  }

  /** Reads the right end of the tree, at most one tile a level, and holds it against the head. */
  static async open(head: TreeHead, fetch: FetchTile, signal?: AbortSignal): Promise<Tree> {
    const tree = new Tree(head, fetch)
    for (const { level, index, width } of edgesOf(head.size)) {
      const tile = await fetchTile(fetch, level, index, width, signal)
      tree.#edges.set(level, checkLength(tile, width).subarray(0, width * HASH_BYTES))
    }
    const root = await tree.rootOf(head.size, signal)
    if (root.equals(head.hash)) return tree
    throw new GomodError('not-trusted', 'checksum database: its tiles do not lead to its signed tree head')
  }

  /** The hash over the first `size` records; equal to an older head's, if this tree has grown out of that one. */
  async rootOf(size: bigint, signal?: AbortSignal): Promise<Buffer> {
    if (size > this.head.size)
      throw new GomodError('malformed', `the tree has only ${this.head.size} records`)
    if (size === 0n) return createHash('sha256').digest()
    const peaks: Buffer[] = []
    for (const { level, index, width } of edgesOf(size)) {
      const hashes = await this.#hashes(level, index, signal)
      let at = 0
      for (let run = TILE_WIDTH / 2; run >= 1; run /= 2) {
        if ((width & run) === 0) continue
        peaks.push(fold(hashes, at, run))
        at += run
      }
    }
    return peaks.reduceRight((right, left) => nodeHash(left, right))
  }

  /** Throws `not-trusted` unless the record with this number has this hash. */
  async checkRecord(number: bigint, hash: Buffer, signal?: AbortSignal): Promise<void> {
    const hashes = await this.#hashes(0, number / WIDTH, signal)
    if (hashAt(hashes, Number(number % WIDTH)).equals(hash)) return
    throw new GomodError('not-trusted', `checksum database: record ${number} is not in the tree`)
  }

  /** Throws `not-trusted` unless data tile `index` has exactly these records. */
  async checkRecords(index: bigint, hashes: readonly Buffer[], signal?: AbortSignal): Promise<void> {
    const width = tileWidth(this.head.size, 0, index)
    if (hashes.length === width && width > 0) {
      const ours = Buffer.concat(hashes)
      // The tile above vouches for a full one, so that its own hash tile need not be fetched.
      const proven =
        width === TILE_WIDTH
          ? hashAt(await this.#hashes(1, index / WIDTH, signal), Number(index % WIDTH)).equals(
              fold(ours, 0, width),
            )
          : (await this.#hashes(0, index, signal)).equals(ours)
      if (proven) return
    }
    throw new GomodError(
      'not-trusted',
      `checksum database: the records of tile ${index} are not those of the tree`,
    )
  }

  /** The hashes of tile (`level`, `index`), proven. */
  async #hashes(level: number, index: bigint, signal?: AbortSignal): Promise<Buffer> {
    const width = tileWidth(this.head.size, level, index)
    if (width === 0)
      throw new GomodError('malformed', `no tile ${tilePath(level, index, TILE_WIDTH)} in the tree`)
    const known = width < TILE_WIDTH ? this.#edges.get(level) : this.#cached(tilePath(level, index, width))
    if (known) return known
    const path = tilePath(level, index, width)
    const tile = checkLength(await fetchTile(this.#fetch, level, index, width, signal), width)
    const parent = await this.#hashes(level + 1, index / WIDTH, signal)
    if (!hashAt(parent, Number(index % WIDTH)).equals(fold(tile, 0, TILE_WIDTH))) {
      throw new GomodError('not-trusted', `checksum database: ${path} is not a tile of the signed tree`)
    }
    this.#remember(path, tile)
    return tile
  }

  #cached(path: string): Buffer | undefined {
    const tile = this.#cache.get(path)
    if (tile) this.#remember(path, tile)
    return tile
  }

  /** Least recently used out first. */
  #remember(path: string, tile: Buffer): void {
    this.#cache.delete(path)
    this.#cache.set(path, tile)
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > MAX_CACHED_TILES && oldest !== undefined) this.#cache.delete(oldest)
  }
}

/** The tiles that are not full in a tree of `size` records, from the top. */
function edgesOf(size: bigint): { level: number; index: bigint; width: number }[] {
  const edges: { level: number; index: bigint; width: number }[] = []
  for (let level = 0, rest = size; rest > 0n; level++, rest /= WIDTH) {
    const width = Number(rest % WIDTH)
    if (width > 0) edges.unshift({ level, index: rest / WIDTH, width })
  }
  return edges
}

/** The hash of the subtree over `count` hashes (a power of two) of a tile. */
function fold(tile: Buffer, from: number, count: number): Buffer {
  if (count === 1) return hashAt(tile, from)
  const half = count / 2
  return nodeHash(fold(tile, from, half), fold(tile, from + half, half))
}

function hashAt(tile: Buffer, position: number): Buffer {
  return tile.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES)
}

function checkLength(tile: Buffer, width: number): Buffer {
  if (tile.length === width * HASH_BYTES || tile.length === TILE_WIDTH * HASH_BYTES) return tile
  throw new GomodError('bad-response', `checksum database: a tile of ${tile.length} bytes`)
}
