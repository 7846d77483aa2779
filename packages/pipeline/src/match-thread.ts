import { Worker } from 'node:worker_threads'
import { PipelineError } from './errors.ts'
import type { MatchedBlock, MatchSetup } from './match-block.ts'

/**
 * An index of 300,000 targets takes some 800 MB; what a thread needs beyond is a fault, and ends the thread with a clear
 * error instead of the machine's memory.
 */
const LIMITS = { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 48 }

/** A thread that matches blocks of lines, one after the other. */
export class MatchThread implements AsyncDisposable {
  readonly #worker: Worker
  /** Answers come in the order of the questions. */
  readonly #waiting: PromiseWithResolvers<MatchedBlock>[] = []
  #failure: PipelineError | null = null

  constructor(setup: MatchSetup, file: URL = new URL('./match-worker.ts', import.meta.url)) {
    this.#worker = new Worker(file, { workerData: setup, resourceLimits: LIMITS })
    this.#worker.on('message', (block: MatchedBlock) => this.#waiting.shift()?.resolve(block))
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', (code) => this.#fail(new Error(`exit code ${code}`)))
  }

  /** Blocks that were given and not answered. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Throws `internal` where the thread has died, or does before it answers. */
  match(text: string): Promise<MatchedBlock> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const answer = Promise.withResolvers<MatchedBlock>()
    // It is awaited in its turn, and throws there; until then nobody listens.
    answer.promise.catch(ignoreUntilAwaited)
    this.#waiting.push(answer)
    this.#worker.postMessage(text)
    return answer.promise
  }

  /** Blocks that are not answered yet are given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }

  /** The first reason counts: the exit follows the error that caused it. */
  #fail(cause: Error): void {
    this.#failure ??= new PipelineError('internal', 'a matching thread ended before it had answered', {
      cause,
      todo: 'Match fewer targets, or use one thread (--threads 1), which says more about the reason.',
    })
    for (const answer of this.#waiting.splice(0)) answer.reject(this.#failure)
  }
}

function ignoreUntilAwaited(): void {}
