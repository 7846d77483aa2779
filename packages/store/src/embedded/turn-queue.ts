import { MAX_SEQUENCE_BYTES } from '../limits.ts'
import { CLIENT, createBackendScanner, queryMessage, syncMessage, withoutCopyIn } from './wire.ts'

/** Executes client messages on the one Postgres session, handing out the answer in pieces. */
export type Execute = (message: Uint8Array, onData: (data: Uint8Array) => void) => Promise<void>

export interface TurnQueueOptions {
  execute: Execute
  /** Time that a connection may hold the turn (an open transaction) without sending anything. */
  idleLimitMs: number
  /** The connection `id` held the turn for too long and must be closed. */
  onIdle: (id: number) => void
  /** A NotificationResponse came while `id` had the turn; the other connections want it too. */
  onNotification: (id: number, message: Uint8Array) => void
  /** The session could not be brought back to idle, so the store is unusable. */
  onBroken: (error: Error) => void
}

/**
 * The four methods that `PGLiteSocketHandler` calls on its query queue, and `settled`.
 *
 * PGlite has one Postgres session for all sockets that are connected to it. So a connection gets the *turn* for as long as
 * the session holds state of that connection:
 *
 * - the messages of an extended-protocol sequence (Parse, Bind, …) are buffered until its Sync and run together, so that no
 *   other connection replaces the unnamed statement between Parse and Execute;
 * - after a Flush, or while a transaction is open, the turn stays with the connection until a ReadyForQuery says `I`;
 * - an error rejects that one message and never stops the queue;
 * - a connection that goes away, or idles in a transaction, is rolled back and loses the turn.
 */
export interface TurnQueue {
  enqueue(id: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number>
  clearQueueForHandler(id: number): void
  clearTransactionIfNeeded(id: number): Promise<void>
  getQueueLength(): number
  /** Runs `work` on the session while no connection has the turn. `work` must leave the session idle. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** Resolves once nothing is queued, running or held. */
  settled(): Promise<void>
}

interface Job {
  id: number
  /** Uses the session; `scanner` sees what it answers. */
  use: () => Promise<void>
  /** Ends with a ReadyForQuery. */
  answered: boolean
  resolve: () => void
  reject: (error: Error) => void
}

/** No connection has this id: the library counts from 1. */
const NOBODY = 0

export function createTurnQueue(options: TurnQueueOptions): TurnQueue {
  const scanner = createBackendScanner()
  const sequences = new Map<number, { parts: Uint8Array[]; bytes: number }>()
  let jobs: Job[] = []
  let cleanups: { id: number; done: () => void }[] = []
  let waiters: (() => void)[] = []
  let holder: number | null = null
  let running: Job | null = null
  let pumping = false
  let idleTimer: NodeJS.Timeout | undefined

  function collect(id: number, message: Uint8Array): boolean {
    const sequence = sequences.get(id) ?? { parts: [], bytes: 0 }
    if (sequence.bytes + message.length > MAX_SEQUENCE_BYTES) return false
    sequence.parts.push(message)
    sequence.bytes += message.length
    sequences.set(id, sequence)
    return true
  }

  function takeSequence(id: number, last: Uint8Array): Uint8Array {
    const sequence = sequences.get(id)
    sequences.delete(id)
    return sequence === undefined ? last : Buffer.concat([...sequence.parts, last])
  }

  function enqueue(id: number, asked: Uint8Array, onData: (data: Uint8Array) => void): Promise<number> {
    const message = withoutCopyIn(asked)
    const type = message[0]
    if (type === CLIENT.terminate) {
      sequences.delete(id)
      return Promise.resolve(0)
    }
    if (isSequencePart(type)) {
      if (collect(id, message)) return Promise.resolve(0)
      sequences.delete(id)
      return Promise.reject(new Error(`more than ${MAX_SEQUENCE_BYTES} bytes before a Sync`))
    }
    const complete = takeSequence(id, message)
    let bytes = 0
    const use = (): Promise<void> =>
      options.execute(complete, (data) => {
        scanner.push(data)
        bytes += data.length
        onData(data)
      })
    return new Promise((resolve, reject) => {
      jobs.push({ id, use, answered: type !== CLIENT.flush, resolve: () => resolve(bytes), reject })
      void pump()
    })
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T
      const use = async (): Promise<void> => {
        result = await work()
      }
      jobs.push({ id: NOBODY, use, answered: false, resolve: () => resolve(result), reject })
      void pump()
    })
  }

  function nextJob(): Job | undefined {
    const at = holder === null ? 0 : jobs.findIndex((job) => job.id === holder)
    return at === -1 ? undefined : jobs.splice(at, 1)[0]
  }

  async function pump(): Promise<void> {
    if (pumping) return
    pumping = true
    clearTimeout(idleTimer)
    for (;;) {
      const cleanup = cleanups.shift()
      if (cleanup !== undefined) {
        await release(cleanup.id)
        cleanup.done()
        continue
      }
      const job = nextJob()
      if (job === undefined) break
      await run(job)
    }
    pumping = false
    if (holder !== null) watchIdle(holder)
    else if (jobs.length === 0) for (const waiter of waiters.splice(0)) waiter()
  }

  async function run(job: Job): Promise<void> {
    running = job
    scanner.reset()
    try {
      await job.use()
      if (job.answered && scanner.status() === null) throw new Error('the session did not answer')
      holder = job.id === NOBODY || scanner.status() === 'I' ? null : job.id
      for (const message of scanner.notifications()) options.onNotification(job.id, message)
      job.resolve()
    } catch (error) {
      holder = job.id
      await release(job.id)
      job.reject(error instanceof Error ? error : new Error(String(error)))
    }
    running = null
  }

  /** Brings the session back to idle if `id` holds it. Sync and ROLLBACK are harmless on an idle session. */
  async function release(id: number): Promise<void> {
    if (holder !== id) return
    holder = null
    scanner.reset()
    try {
      await options.execute(Buffer.concat([syncMessage(), queryMessage('ROLLBACK')]), (data) =>
        scanner.push(data),
      )
      if (scanner.status() !== 'I') throw new Error('the session is not idle after ROLLBACK')
    } catch (error) {
      options.onBroken(error instanceof Error ? error : new Error(String(error)))
    }
  }

  function watchIdle(id: number): void {
    idleTimer = setTimeout(() => options.onIdle(id), options.idleLimitMs)
    idleTimer.unref()
  }

  function clearQueueForHandler(id: number): void {
    sequences.delete(id)
    const dropped = jobs.filter((job) => job.id === id)
    jobs = jobs.filter((job) => job.id !== id)
    for (const job of dropped) job.reject(new Error('the connection was closed'))
  }

  function clearTransactionIfNeeded(id: number): Promise<void> {
    if (holder !== id && running?.id !== id) return Promise.resolve()
    return new Promise((done) => {
      cleanups.push({ id, done })
      void pump()
    })
  }

  function settled(): Promise<void> {
    if (!pumping && holder === null && jobs.length === 0) return Promise.resolve()
    return new Promise((resolve) => waiters.push(resolve))
  }

  return {
    enqueue,
    clearQueueForHandler,
    clearTransactionIfNeeded,
    getQueueLength: () => jobs.length,
    alone,
    settled,
  }
}

function isSequencePart(type: number | undefined): boolean {
  return (
    type === CLIENT.parse ||
    type === CLIENT.bind ||
    type === CLIENT.describe ||
    type === CLIENT.execute ||
    type === CLIENT.close
  )
}
