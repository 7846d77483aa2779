import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { BlockMatcher, type MatchedBlock, type MatchSetup } from './match-block.ts'

/** Text given to a thread at once: some 25,000 paths, a fraction of a second of work. */
const BLOCK_CHARS = 1 << 20
/** Below this, building an index per thread takes longer than the matching. */
const SMALL_CHARS = 4 << 20
/** Blocks in flight for each thread: one that it works on, one that waits. */
const BLOCKS_PER_THREAD = 2
const MOST_THREADS = 16

/**
 * Matches module paths, one a line, on several cores; blocks come back in the order of the input. A small input is
 * matched here, without threads. Memory is bounded: input is read only as blocks are taken.
 */
export async function* matchLines(
  input: AsyncIterable<string>,
  setup: MatchSetup,
  threads: number = Math.min(availableParallelism(), MOST_THREADS),
): AsyncGenerator<MatchedBlock> {
  const blocks = lineBlocks(input)
  const first: string[] = []
  let chars = 0
  let ended = false
  while (chars < SMALL_CHARS && !ended) {
    const next = await blocks.next()
    ended = next.done === true
    if (!next.done) {
      first.push(next.value)
      chars += next.value.length
    }
  }
  if (ended || threads <= 1) {
    const matcher = new BlockMatcher(setup)
    for (const text of first) yield matcher.match(text)
    for await (const text of blocks) yield matcher.match(text)
    return
  }
  await using pool = new MatchPool(setup, threads)
  yield* pool.run(first, blocks)
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

class MatchPool implements AsyncDisposable {
  readonly #workers: Worker[]

  constructor(setup: MatchSetup, threads: number) {
    const file = new URL('./match-worker.ts', import.meta.url)
    this.#workers = Array.from({ length: threads }, () => new Worker(file, { workerData: setup }))
  }

  async *run(first: readonly string[], rest: AsyncGenerator<string>): AsyncGenerator<MatchedBlock> {
    const queued = [...first]
    const answers: Promise<MatchedBlock>[] = []
    const busy = this.#workers.map(() => Promise.resolve() as Promise<unknown>)
    for (let count = 0; ; count++) {
      const text = queued.shift() ?? (await rest.next()).value
      if (text === undefined) break
      const thread = count % this.#workers.length
      const answer = (busy[thread] ?? Promise.resolve()).then(() => this.#ask(thread, text))
      answer.catch(ignoreUntilAwaited)
      busy[thread] = answer
      answers.push(answer)
      if (answers.length >= this.#workers.length * BLOCKS_PER_THREAD) {
        const oldest = answers.shift()
        if (oldest) yield await oldest
      }
    }
    for (const answer of answers) yield await answer
  }

  async #ask(thread: number, text: string): Promise<MatchedBlock> {
    const worker = this.#workers[thread]
    if (worker === undefined) throw new RangeError(`there is no thread ${thread}`)
    worker.postMessage(text)
    const [block] = (await once(worker, 'message')) as [MatchedBlock]
    return block
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}

/** The same promise is awaited in its turn, and throws there; until then nobody listens. */
function ignoreUntilAwaited(): void {}
