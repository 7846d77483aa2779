import { PipelineError } from '../../errors.ts'
import { Thread, type ThreadOptions } from './thread.ts'

export interface ThreadPoolOptions extends ThreadOptions {
  /** Limit on threads; each starts on first use. */
  size: number
  /** Limit on questions that wait for a thread. */
  maxWaiting: number
  /** Limit on elapsed time for one question: a thread that uses no CPU is stuck. */
  hangMs: number
}

export interface AskOptions {
  signal: AbortSignal
  /** Limit on the CPU time of the answer. */
  cpuMs: number
}

interface Asked<Question, Answer> extends AskOptions, PromiseWithResolvers<Answer> {
  question: Question
}

/** Interval for checking the CPU time of a busy thread. */
const WATCH_MS = 500

/**
 * Pool of threads that answer one question at a time each. Anything that ends a thread (a fault, its memory, the question's
 * time, the caller's signal) fails only its question; the next one starts another thread.
 */
export class ThreadPool<Question, Answer> implements AsyncDisposable {
  readonly #options: ThreadPoolOptions
  readonly #idle: Thread<Question, Answer>[] = []
  readonly #busy = new Set<Thread<Question, Answer>>()
  readonly #waiting: Asked<Question, Answer>[] = []
  #closed = false

  constructor(options: ThreadPoolOptions) {
    this.#options = options
  }

  /**
   * Asks a thread. Throws `too-much` if the answer takes more CPU or memory than allowed, `internal` if the thread dies or is
   * stuck or if too many questions wait, the signal's reason if it fires.
   */
  async ask(question: Question, options: AskOptions): Promise<Answer> {
    const { signal } = options
    signal.throwIfAborted()
    if (this.#closed) throw this.#failure('is closed')
    if (this.#waiting.length >= this.#options.maxWaiting) throw this.#failure('has too many waiting for it')
    const asked = { question, ...options, ...Promise.withResolvers<Answer>() }
    this.#waiting.push(asked)
    const leave = (): void => {
      const at = this.#waiting.indexOf(asked)
      if (at === -1) return
      this.#waiting.splice(at, 1)
      asked.reject(signal.reason)
    }
    signal.addEventListener('abort', leave, { once: true })
    this.#next()
    try {
      return await asked.promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const closed = this.#failure('was closed')
    for (const asked of this.#waiting.splice(0)) asked.reject(closed)
    await Promise.all([...this.#idle.splice(0), ...this.#busy].map((thread) => thread.end(closed)))
  }

  #next(): void {
    const idle = this.#idle.pop()
    if (idle?.dead === true) return this.#next()
    const free = idle !== undefined || this.#busy.size < this.#options.size
    const asked = free ? this.#waiting.shift() : undefined
    if (asked === undefined) {
      if (idle !== undefined) this.#idle.push(idle)
      return
    }
    const thread = idle ?? new Thread<Question, Answer>(this.#options)
    this.#busy.add(thread)
    void this.#run(thread, asked).then(asked.resolve, asked.reject)
  }

  async #run(thread: Thread<Question, Answer>, asked: Asked<Question, Answer>): Promise<Answer> {
    using _watch = this.#watch(thread, asked)
    try {
      return await thread.ask(asked.question)
    } catch (error) {
      asked.signal.throwIfAborted()
      throw error
    } finally {
      this.#busy.delete(thread)
      if (!thread.dead) this.#idle.push(thread)
      this.#next()
    }
  }

  /** Ends the thread when the signal fires or the time is over, because only that stops running code. */
  #watch(thread: Thread<Question, Answer>, { signal, cpuMs }: AskOptions): Disposable {
    const { hangMs } = this.#options
    const from = performance.now()
    const before = thread.cpuMs().catch(() => 0)
    const abort = (): void => void thread.end(this.#failure('was stopped'))
    const look = async (): Promise<void> => {
      if (performance.now() - from > hangMs)
        void thread.end(this.#failure(`has not answered for ${hangMs} ms`))
      const used = (await thread.cpuMs()) - (await before)
      if (used > cpuMs && !thread.dead) void thread.end(tooMuch(this.#options.name, cpuMs))
    }
    // A thread that ends in between reports it itself.
    const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS)
    signal.addEventListener('abort', abort, { once: true })
    return {
      [Symbol.dispose]() {
        clearInterval(timer)
        signal.removeEventListener('abort', abort)
      },
    }
  }

  #failure(what: string): PipelineError {
    const { name, todo } = this.#options
    return new PipelineError('internal', `${name} ${what}`, { todo })
  }
}

function tooMuch(name: string, cpuMs: number): PipelineError {
  return new PipelineError('too-much', `${name} had no answer after ${Math.round(cpuMs / 1000)} s of CPU`)
}
