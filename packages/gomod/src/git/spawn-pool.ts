import { Worker } from 'node:worker_threads'
import { GomodError, type GomodErrorCode } from '../errors.ts'
import type { SpawnRequest, SpawnResult } from './spawn.ts'

type Command = Omit<SpawnRequest, 'onStdout' | 'signal'>

export type ToThread =
  | { kind: 'run'; id: number; request: Command; streamed: boolean }
  | { kind: 'stop'; id: number }

export type FromThread =
  | { kind: 'chunk'; id: number; chunk: Uint8Array }
  | { kind: 'done'; id: number; result: Omit<SpawnResult, 'stdout'> & { stdout: Uint8Array } }
  | { kind: 'failed'; id: number; code: GomodErrorCode; message: string }

/** Runs commands like `spawnLimited`, whose promises and errors it has, without holding up this thread. */
export interface SpawnPool extends AsyncDisposable {
  spawn: (request: SpawnRequest) => Promise<SpawnResult>
}

/** How often closing looks whether the stopped commands have ended: they are killed, which takes milliseconds. */
const CLOSE_POLL_MS = 5

interface Waiting {
  onStdout: ((chunk: Buffer) => void) | undefined
  /** Why it was stopped here. Told once the command has ended, so that nothing of it still writes to its folder. */
  stoppedBy: { reason: unknown } | null
  resolve: (result: SpawnResult) => void
  reject: (error: unknown) => void
}

/**
 * A thread that starts commands. Starting one is not asynchronous in Node: the event loop stands still while the process is
 * copied and until the copy has become the command, 3 ms on an idle machine and 60 on a busy one, five times an inspection.
 * The thread is started with the first command, started anew if it should die, and does not keep the process alive.
 */
export function createSpawnPool(): SpawnPool {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | null = null
  let lastId = 0

  function failAll(error: unknown): void {
    thread = null
    const failure = new GomodError('git-failed', 'the thread that starts git has ended', { cause: error })
    for (const { reject } of waiting.values()) reject(failure)
    waiting.clear()
  }

  function started(): Worker {
    if (thread !== null) return thread
    const fresh = new Worker(new URL('./spawn-thread.ts', import.meta.url))
    fresh.on('message', (message: FromThread) => receive(waiting, message, stop))
    fresh.once('error', failAll)
    fresh.once('exit', (code) => thread === fresh && failAll(new Error(`exit code ${code}`)))
    thread = fresh
    return fresh
  }

  function stop(id: number): void {
    thread?.postMessage({ kind: 'stop', id } satisfies ToThread)
  }

  async function spawn({ onStdout, signal, ...request }: SpawnRequest): Promise<SpawnResult> {
    signal?.throwIfAborted()
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<SpawnResult>()
    const waiter: Waiting = { onStdout, stoppedBy: null, resolve, reject }
    waiting.set(id, waiter)
    const onAbort = (): void => {
      waiter.stoppedBy ??= { reason: signal?.reason }
      stop(id)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const own = started()
    // The thread keeps the process alive while a command runs, and not longer.
    own.ref()
    own.postMessage({ kind: 'run', id, request, streamed: onStdout !== undefined } satisfies ToThread)
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
      waiting.delete(id)
      if (waiting.size === 0) own.unref()
    }
  }

  return {
    spawn,
    async [Symbol.asyncDispose]() {
      for (const [id, waiter] of waiting) {
        waiter.stoppedBy ??= { reason: new GomodError('git-failed', 'the thread that starts git is closed') }
        stop(id)
      }
      while (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, CLOSE_POLL_MS))
      await thread?.terminate()
    },
  }
}

function receive(
  waiting: ReadonlyMap<number, Waiting>,
  message: FromThread,
  stop: (id: number) => void,
): void {
  const waiter = waiting.get(message.id)
  if (waiter === undefined) return
  if (message.kind === 'chunk') return take(waiter, message, stop)
  if (waiter.stoppedBy !== null) return waiter.reject(waiter.stoppedBy.reason)
  if (message.kind === 'failed') return waiter.reject(new GomodError(message.code, message.message))
  waiter.resolve({ ...message.result, stdout: asBuffer(message.result.stdout) })
}

function take(
  waiter: Waiting,
  { id, chunk }: Extract<FromThread, { kind: 'chunk' }>,
  stop: (id: number) => void,
): void {
  if (waiter.stoppedBy !== null) return
  try {
    waiter.onStdout?.(asBuffer(chunk))
  } catch (error) {
    waiter.stoppedBy = { reason: error }
    stop(id)
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
