import { type ResourceLimits, Worker } from 'node:worker_threads'
import { PipelineError } from '../../errors.ts'

export interface ThreadOptions {
  /** What starts it; it answers each message with one message, in order. */
  file: URL
  setup?: unknown
  /** What it needs beyond is a fault, and ends the thread with a clear error instead of the machine's memory. */
  limits: ResourceLimits
  /** What it is, for messages: `a matching thread`. */
  name: string
  /** What a person can do where it dies. */
  todo: string
}

/** A thread that answers questions, one after the other. Once it has died, all questions are refused. */
export class Thread<Question, Answer> implements AsyncDisposable {
  readonly #worker: Worker
  readonly #options: ThreadOptions
  /** Answers come in the order of the questions. */
  readonly #waiting: PromiseWithResolvers<Answer>[] = []
  #failure: PipelineError | null = null

  constructor(options: ThreadOptions) {
    this.#options = options
    this.#worker = new Worker(options.file, { workerData: options.setup, resourceLimits: options.limits })
    this.#worker.on('message', (answer: Answer) => this.#waiting.shift()?.resolve(answer))
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', (code) => this.#fail(new Error(`exit code ${code}`)))
  }

  /** Questions that were given and not answered. */
  get waiting(): number {
    return this.#waiting.length
  }

  get dead(): boolean {
    return this.#failure !== null
  }

  /** Throws `internal` where the thread has died, or does before it answers; `too-much` where it ran out of memory. */
  ask(question: Question): Promise<Answer> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const answer = Promise.withResolvers<Answer>()
    // It is awaited in its turn, and throws there; until then nobody listens.
    answer.promise.catch(ignoreUntilAwaited)
    this.#worker.postMessage(question)
    this.#waiting.push(answer)
    return answer.promise
  }

  /** Milliseconds of CPU that it has used since it was started, also while it computes. */
  async cpuMs(): Promise<number> {
    const { user, system } = await this.#worker.cpuUsage()
    return (user + system) / 1000
  }

  /** Ends the thread whatever it does; questions that are not answered yet fail for `reason`. */
  end(reason: PipelineError): Promise<unknown> {
    this.#giveUp(reason)
    return this.#worker.terminate()
  }

  /** Questions that are not answered yet are given up. */
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

  /** The first reason counts: the exit follows the error that caused it. */
  #giveUp(reason: PipelineError): void {
    this.#failure ??= reason
    for (const answer of this.#waiting.splice(0)) answer.reject(this.#failure)
  }
}

function ignoreUntilAwaited(): void {}
