import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_NAME_CHARS } from '@mirrorwatch/gomod/limits'
import { checkModuleVersion } from '@mirrorwatch/gomod/paths/module-path'
import { cleanText } from '@mirrorwatch/gomod/untrusted-text'
import type { HttpClient } from '../http/types.ts'
import type { SumdbCache } from './sumdb-cache.ts'
import { openNote, parseTreeHead, parseVerifierKey, type TreeHead } from './sumdb-note.ts'
import { parseRecord, type SumRecord, splitRecords } from './sumdb-record.ts'
import { cachedSource, createSource, decodeUtf8, type SumdbSource } from './sumdb-source.ts'
import { fetchTile, leafHash, TILE_WIDTH, Tree, tileWidth } from './sumdb-tiles.ts'

export interface RecordTile {
  records: SumRecord[]
  /** Records that are proven to be in the log, but say nothing that Go would accept. */
  skipped: number
}

/**
 * A checksum database such as sum.golang.org (https://go.dev/ref/mod#checksum-database). All throw `not-trusted` where a
 * signature or proof does not hold, `bad-response` or `retry-later`.
 */
export interface SumdbClient {
  /** Name of the key that signs it. */
  readonly name: string
  /** The newest tree head as the server gives it, unchecked, for who keeps the heads and the evidence. */
  latestNote(signal?: AbortSignal): Promise<string>
  /** The tree head in a note that the key has signed. Throws `malformed` or `not-trusted`. */
  openHead(untrustedNote: string): TreeHead
  /** The newest tree head, its signature checked, and its tree shown to have grown out of the last one seen here. */
  latest(signal?: AbortSignal): Promise<TreeHead>
  /** Throws `not-trusted` unless the newer tree begins with the older one. Both heads must have been checked. */
  checkConsistency(older: TreeHead, newer: TreeHead, signal?: AbortSignal): Promise<void>
  /**
   * The record of a version, proven to be in the log. Side effect upstream: a version that is not logged yet gets fetched
   * from its origin and logged for ever. Only ask for versions that the mirror is known to have. Throws `not-found`.
   */
  lookup(module: string, version: string, signal?: AbortSignal): Promise<SumRecord>
  /** `h1:` of a version's zip by {@link lookup}, with its side effect. */
  zipSum(module: string, version: string, signal?: AbortSignal): Promise<string>
  /** Records 256·index and following, all of them proven to be in the tree of `head`; no side effects. */
  readRecords(tileIndex: bigint, head: TreeHead, signal?: AbortSignal): Promise<RecordTile>
  /** The two halves of {@link readRecords}, for who keeps what could not be proven. The first proves nothing. */
  fetchRecords(tileIndex: bigint, head: TreeHead, signal?: AbortSignal): Promise<Buffer>
  proveRecords(
    untrustedTile: Buffer,
    tileIndex: bigint,
    head: TreeHead,
    signal?: AbortSignal,
  ): Promise<RecordTile>
}

export interface SumdbOptions {
  http: HttpClient
  baseUrl: string
  /** `name+hash+key`, as in GOSUMDB. */
  verifierKey: string
  /** Keeps tiles and records between runs. What is in it is proven like what the server says. */
  cache?: SumdbCache | undefined
}

/** Creates a client. Where a cached answer cannot be proven, the server is asked, and its answer replaces the cached one. */
export function createSumdbClient(options: SumdbOptions): SumdbClient {
  const source = createSource(options)
  const { cache } = options
  if (cache === undefined) return clientOf(options, source)
  const cached = clientOf(options, cachedSource(source, cache, { isFresh: false }))
  const fresh = clientOf(options, cachedSource(source, cache, { isFresh: true }))
  const lookup: SumdbClient['lookup'] = async (module, version, signal) => {
    try {
      return await cached.lookup(module, version, signal)
    } catch (error) {
      if (!isGomodError(error, 'not-trusted', 'bad-response', 'malformed')) throw error
      return fresh.lookup(module, version, signal)
    }
  }
  return { ...fresh, lookup, zipSum: async (...args) => (await lookup(...args)).sum }
}

function clientOf(options: SumdbOptions, source: SumdbSource): SumdbClient {
  const key = parseVerifierKey(options.verifierKey)
  const trees = createTrees(source)

  const openHead = (untrustedNote: string): TreeHead => parseTreeHead(openNote(untrustedNote, key))

  async function lookup(module: string, version: string, signal?: AbortSignal): Promise<SumRecord> {
    checkModuleVersion(module, version)
    const { number, text, note } = splitLookup(await source.lookup(module, version, signal))
    const head = openHead(note)
    if (number >= head.size) throw new GomodError('not-trusted', `record ${number} is beyond the signed tree`)
    const tree = await trees.holding(number, head, signal)
    await tree.checkRecord(number, leafHash(text), signal)
    const record = parseRecord(number, text)
    if (record.path === module && record.version === version) return record
    throw new GomodError(
      'not-trusted',
      `asked for ${module}@${version}, got ${record.path}@${record.version}`,
    )
  }

  const fetchRecords: SumdbClient['fetchRecords'] = (index, head, signal) =>
    fetchTile(source.tile, 'data', index, widthOf(head, index), signal)

  const proveRecords: SumdbClient['proveRecords'] = async (untrustedTile, index, head, signal) =>
    proveTile(await trees.of(head, signal), untrustedTile, index, signal)

  return {
    name: key.name,
    latestNote: (signal) => source.latest(signal),
    openHead,
    latest: async (signal) => {
      const head = openHead(await source.latest(signal))
      await trees.accept(head, signal)
      return head
    },
    checkConsistency: async (older, newer, signal) =>
      checkGrowth(older, await trees.of(newer, signal), signal),
    lookup,
    zipSum: async (module, version, signal) => (await lookup(module, version, signal)).sum,
    readRecords: async (index, head, signal) =>
      proveRecords(await fetchRecords(index, head, signal), index, head, signal),
    fetchRecords,
    proveRecords,
  }
}

interface Trees {
  of(head: TreeHead, signal?: AbortSignal): Promise<Tree>
  /** Takes a signed head as part of one history with all heads before. */
  accept(head: TreeHead, signal?: AbortSignal): Promise<Tree>
  /** A tree with that record: the largest one so far, else the head's. */
  holding(number: bigint, head: TreeHead, signal?: AbortSignal): Promise<Tree>
}

/** The trees that are at work: the largest one of the accepted history, and the last one of another size. */
function createTrees(source: SumdbSource): Trees {
  let largest: Tree | null = null
  let last: Tree | null = null

  async function of(head: TreeHead, signal?: AbortSignal): Promise<Tree> {
    const open = [largest, last].find(
      (tree) => tree?.head.size === head.size && tree.head.hash.equals(head.hash),
    )
    if (open) return open
    last = await Tree.open(head, source.tile, signal)
    return last
  }

  async function accept(head: TreeHead, signal?: AbortSignal): Promise<Tree> {
    const before = largest
    const tree = await of(head, signal)
    // Two heads that do not fit together: some clients are shown another log than others.
    if (before && before.head.size <= head.size) await checkGrowth(before.head, tree, signal)
    else if (before) await checkGrowth(head, before, signal)
    if (!largest || tree.head.size > largest.head.size) largest = tree
    return tree
  }

  return {
    of,
    accept,
    holding: async (number, head, signal) =>
      largest && number < largest.head.size ? largest : accept(head, signal),
  }
}

async function checkGrowth(older: TreeHead, tree: Tree, signal?: AbortSignal): Promise<void> {
  if (older.size > tree.head.size) throw new GomodError('malformed', 'the older tree head is the larger one')
  if ((await tree.rootOf(older.size, signal)).equals(older.hash)) return
  throw new GomodError(
    'not-trusted',
    `the checksum database has two histories: that of ${tree.head.size} records does not begin with that of ${older.size}`,
  )
}

function widthOf(head: TreeHead, index: bigint): number {
  const width = tileWidth(head.size, 0, index)
  if (width > 0) return width
  throw new GomodError('not-found', `checksum database: no tile ${index} in a tree of ${head.size} records`)
}

async function proveTile(
  tree: Tree,
  untrustedTile: Buffer,
  index: bigint,
  signal?: AbortSignal,
): Promise<RecordTile> {
  const width = widthOf(tree.head, index)
  const texts = splitRecords(decodeUtf8(untrustedTile, `record tile ${index}`)).slice(0, width)
  await tree.checkRecords(index, texts.map(leafHash), signal)
  const records: SumRecord[] = []
  for (const [i, text] of texts.entries()) {
    const record = recordOrNull(index * BigInt(TILE_WIDTH) + BigInt(i), text)
    if (record) records.push(record)
  }
  return { records, skipped: texts.length - records.length }
}

function recordOrNull(number: bigint, text: string): SumRecord | null {
  try {
    const record = parseRecord(number, text)
    return record.path.length + record.version.length <= MAX_NAME_CHARS ? record : null
  } catch (error) {
    if (isGomodError(error, 'malformed', 'invalid-path', 'invalid-version')) return null
    throw error
  }
}

/** `<record number>`, the record's text, an empty line, and a signed tree head. */
function splitLookup(untrustedAnswer: string): { number: bigint; text: string; note: string } {
  const match = /^(0|[1-9][0-9]{0,17})\n((?:[^\n]+\n)+)\n(.*)$/s.exec(untrustedAnswer)
  const [, number, text, note] = match ?? []
  if (number !== undefined && text !== undefined && note !== undefined)
    return { number: BigInt(number), text, note }
  throw new GomodError('bad-response', `checksum database: not a record, but: ${cleanText(untrustedAnswer)}`)
}
