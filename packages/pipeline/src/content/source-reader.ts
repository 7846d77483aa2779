import { availableParallelism } from 'node:os'
import { ThreadPool } from '../work/threads/thread-pool.ts'
import { Reading } from './reading.ts'
import type { SharedZip, Task, TaskAnswer } from './tasks.ts'

/**
 * Limit on CPU time for reading one module, comparisons with all its originals included. The largest module within the limits
 * (64 MB of Go, cut off at MAX_TOTAL_NODES) takes 12 s an analysis: 26 s for a comparison with one original, some two minutes
 * with three originals and a repository.
 */
const MODULE_CPU_MS = 180_000
/** Limit on elapsed time, for a machine that is busy with other work. */
const HANG_MS = 1_800_000
/**
 * The heap of one analysis holds up to 400 MB (MAX_TOTAL_NODES of detect); zips and contents are not on it. With 64 MB of young
 * objects a scan held 140 MB more at the same CPU.
 */
const LIMITS = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 }
/** Limit on waiting questions. Each job waits for one answer at a time, so a process never has this number. */
const MAX_WAITING = 1_000
/** Bytes copied before yielding to the event loop: a millisecond. */
const BYTES_PER_TURN = 4 * 1024 * 1024

export interface SourceReaderOptions {
  /** Number of threads. Default: one for each concurrent job, up to the number of cores minus the event loop's. */
  threads: number
  file?: URL
  moduleCpuMs?: number
}

/** Returns the number of threads for `jobs` concurrent jobs. */
export function threadsFor(jobs: number): number {
  return Math.max(1, Math.min(jobs, availableParallelism() - 1))
}

/**
 * Reader of zips and of their code, in separate threads. Reading takes seconds, and the jobs of an event loop that is blocked
 * for half a minute would run a second time.
 */
export class SourceReader implements AsyncDisposable {
  readonly #pool: ThreadPool<Task, TaskAnswer>
  readonly #moduleCpuMs: number
  #zips = 0

  constructor({ threads, file, moduleCpuMs = MODULE_CPU_MS }: SourceReaderOptions) {
    this.#moduleCpuMs = moduleCpuMs
    this.#pool = new ThreadPool({
      file: file ?? new URL('./source-worker.ts', import.meta.url),
      limits: LIMITS,
      name: 'a thread that reads source',
      todo: 'The module is tried again; run mirrorwatch scan --module PATH to see it alone.',
      size: threads,
      maxWaiting: MAX_WAITING,
      hangMs: HANG_MS,
    })
  }

  /** Starts the reading of one module. */
  begin(signal: AbortSignal): Reading {
    return new Reading((task, cpuMs) => this.#pool.ask(task, { signal, cpuMs }), this.#moduleCpuMs)
  }

  /** Copies the zip into memory that threads share, so that it is copied once. */
  async share(path: string, version: string, bytes: Buffer): Promise<SharedZip> {
    const memory = new SharedArrayBuffer(bytes.length)
    const shared = Buffer.from(memory)
    for (let at = 0; at < bytes.length; at += BYTES_PER_TURN) {
      bytes.copy(shared, at, at, at + BYTES_PER_TURN)
      if (at > 0) await new Promise(setImmediate)
    }
    this.#zips++
    return { id: this.#zips, path, version, bytes: memory }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]()
  }
}
