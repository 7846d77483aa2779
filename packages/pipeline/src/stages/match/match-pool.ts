import { availableParallelism } from 'node:os'
import type { Thread } from '../../work/threads/thread.ts'
import { BlockMatcher, type MatchedBlock, type MatchSetup } from './match-block.ts'
import { startMatchThread } from './match-thread.ts'

/**
 * Text given to a thread at once: some 2,000 paths, whose candidates may be 1.5 MB of JSON. With four times as much,
 * matching is as fast and takes half a gigabyte more, as large strings outlive the collection of the young ones.
 */
const BLOCK_CHARS = 1 << 16
/** Below this, building an index per thread takes longer than the matching. */
const SMALL_CHARS = 4 << 20
/** Blocks in flight for each thread, with those that are done before their turn. */
const BLOCKS_PER_THREAD = 3
const MOST_THREADS = 16

export interface MatchOptions {
  /** Default: the cores that there are, up to 16. */
  threads?: number | undefined
  /** Ends the matching with the signal's reason. */
  signal?: AbortSignal | undefined
}

/**
 * Matches module paths, one a line, on several cores; blocks come back in the order of the input. A small input is
 * matched here, without threads. Memory is bounded: input is read only as blocks are taken, and a few blocks for each
 * thread are held. Ends early without harm when the reader stops. Throws `internal` where a thread dies.
 */
export async function* matchLines(
  input: AsyncIterable<string>,
  setup: MatchSetup,
  { threads = Math.min(availableParallelism(), MOST_THREADS), signal }: MatchOptions = {},
): AsyncGenerator<MatchedBlock> {
  const blocks = lineBlocks(input)
  const first: string[] = []
  let chars = 0
  let ended = threads <= 1
  while (chars < SMALL_CHARS && !ended) {
    const next = await blocks.next()
    signal?.throwIfAborted()
    ended = next.done === true
    if (next.done) break
    first.push(next.value)
    chars += next.value.length
  }
  const all = joined(first, blocks)
  yield* ended ? matchHere(all, setup, signal) : matchOnThreads(all, setup, threads, signal)
}

async function* joined(first: readonly string[], rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield* first
  yield* rest
}

async function* matchHere(
  blocks: AsyncIterable<string>,
  setup: MatchSetup,
  signal: AbortSignal | undefined,
): AsyncGenerator<MatchedBlock> {
  const matcher = new BlockMatcher(setup)
  for await (const text of blocks) {
    signal?.throwIfAborted()
    yield matcher.match(text)
  }
}

async function* matchOnThreads(
  blocks: AsyncIterable<string>,
  setup: MatchSetup,
  count: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<MatchedBlock> {
  await using pool = new MatchPool(setup, count)
  const answers: Promise<MatchedBlock>[] = []
  for await (const text of blocks) {
    answers.push(pool.match(text))
    const oldest = answers.length < count * BLOCKS_PER_THREAD ? undefined : answers.shift()
    if (oldest !== undefined) yield await oldest
    // A block takes a fraction of a second, so an abort waits for one block at most.
    signal?.throwIfAborted()
  }
  for (const answer of answers) {
    yield await answer
    signal?.throwIfAborted()
  }
}

class MatchPool implements AsyncDisposable {
  readonly #threads: Thread<string, MatchedBlock>[]

  constructor(setup: MatchSetup, count: number) {
    this.#threads = Array.from({ length: count }, () => startMatchThread(setup))
  }

  /** Gives the block to the thread that has the least to do. */
  match(text: string): Promise<MatchedBlock> {
    const [thread] = this.#threads.toSorted((a, b) => a.waiting - b.waiting)
    if (thread === undefined) throw new RangeError('a pool without threads')
    return thread.ask(text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()))
  }
}

/** Cuts text at line ends into blocks of about the same size. */
async function* lineBlocks(input: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const text of input) {
    rest += text
    while (rest.length >= BLOCK_CHARS) {
      const newline = rest.lastIndexOf('\n', BLOCK_CHARS)
      // A line longer than a block is no module path, wherever it is cut.
      const end = newline === -1 ? BLOCK_CHARS : newline + 1
      yield rest.slice(0, newline === -1 ? end : newline)
      rest = rest.slice(end)
    }
  }
  if (rest !== '') yield rest.endsWith('\n') ? rest.slice(0, -1) : rest
}
