import { type ResourceLimits, Worker } from 'node:worker_threads'
import { PipelineError } from '../../errors.ts'

export interface ThreadOptions {
  /** Module that starts the thread; it answers each message with one message, in order. */
  file: URL
  setup?: unknown
  /** Limits on memory. Exceeding them ends the thread with a clear error instead of exhausting the machine's memory. */
  limits: ResourceLimits
  /** Name for messages: `a matching thread`. */
  name: string
  /** Advice for the case that it dies. */
  todo: string
}

/** Thread that answers questions in sequence. Once it has died, all questions are refused. */
export class Thread<Question, Answer> implements AsyncDisposable {
  readonly #worker: Worker
  readonly #options: ThreadOptions
  /** Answers arrive in the order of the questions. */
  readonly #waiting: PromiseWithResolvers<Answer>[] = []
  #failure: PipelineError | null = null

  constructor(options: ThreadOptions) {
    this.#options = options
    this.#worker = new Worker(options.file, { workerData: options.setup, resourceLimits: options.limits })
    this.#worker.on('message', (answer: Answer) => this.#waiting.shift()?.resolve(answer))
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', (code) => this.#fail(new Error(`exit code ${code}`)))
  }

  /** Number of unanswered questions. */
  get waiting(): number {
    return this.#waiting.length
  }

  get dead(): boolean {
    return this.#failure !== null
  }

  /** Asks the thread. Throws `internal` if it has died or dies before it answers; `too-much` if it runs out of memory. */
  ask(question: Question): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const answer = Promise.withResolvers<Answer>()
    // It is awaited in its turn, and throws there; until then it has no handler.
    answer.promise.catch(ignoreUntilAwaited)
    this.#worker.postMessage(question)
    this.#waiting.push(answer)
    return answer.promise
  }

  /** Returns the milliseconds of CPU used since the start, also during a computation. */
  async cpuMs(): Promise<number> {
    const { user, system } = await this.#worker.cpuUsage()
    return (user + system) / 1000
  }

  /** Ends the thread at once; unanswered questions fail with `reason`. */
  end(reason: PipelineError): Promise<unknown> {
    this.#giveUp(reason)
    return this.#worker.terminate()
  }

  /** Ends the thread and gives up unanswered questions. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(cause: Error): void {
    const { name, todo } = this.#options
    const outOfMemory = 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
    const [code, what] = outOfMemory
      ? (['too-much', 'had no memory left'] as const)
      : (['internal', 'ended'] as const)
    this.#giveUp(new PipelineError(code, `${name} ${what} before it had answered`, { cause, todo }))
  }

  /** Fails all questions. The first reason counts: the exit follows the error that caused it. */
  #giveUp(reason: PipelineError): void {
    this.#failure ??= reason
    for (const answer of this.#waiting.splice(0)) answer.reject(this.#failure)
  }
}

function ignoreUntilAwaited(): void {}
