import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { GomodError, type GomodErrorCode } from '@mirrorwatch/gomod/errors'
import type { SpawnRequest, SpawnResult } from './spawn.ts'

type Command = Omit<SpawnRequest, 'onStdout' | 'signal'>

export type ToProcess =
  | { kind: 'run'; id: number; request: Command; streamed: boolean }
  | { kind: 'stop'; id: number }

export type FromProcess =
  | { kind: 'chunk'; id: number; chunk: Uint8Array }
  | { kind: 'done'; id: number; result: Omit<SpawnResult, 'stdout'> & { stdout: Uint8Array } }
  | { kind: 'failed'; id: number; code: GomodErrorCode; message: string }

/** Runs commands like `spawnLimited`, whose promises and errors it has, without holding up this process. */
export interface SpawnPool extends AsyncDisposable {
  spawn: (request: SpawnRequest) => Promise<SpawnResult>
}

/** Interval at which closing checks whether the stopped commands have ended: they are killed, which takes milliseconds. */
const CLOSE_POLL_MS = 5

interface Waiting {
  onStdout: ((chunk: Buffer) => void) | undefined
  /** Why it was stopped here. Told once the command has ended, so that nothing of it still writes to its folder. */
  stoppedBy: { reason: unknown } | null
  resolve: (result: SpawnResult) => void
  reject: (error: unknown) => void
}

/**
 * A small process that starts commands. Node starts one by copying the whole process first, while its event loop stands
 * still: with 600 MB in memory 83 ms a command, where this way it is 4 to 6
 * (docs/design.md). It is started with the first command, started anew if it should die, does not keep the process
 * alive, and ends with it, and with all that it runs, however that ends.
 */
export function createSpawnPool(): SpawnPool {
  const waiting = new Map<number, Waiting>()
  let starter: ChildProcess | null = null
  let lastId = 0

  function failAll(error: unknown): void {
    starter = null
    const failure = new GomodError('git-failed', 'the process that starts git has ended', { cause: error })
    for (const { reject } of waiting.values()) reject(failure)
    waiting.clear()
  }

  function started(): ChildProcess {
    if (starter !== null) return starter
    const fresh = fork(new URL('./spawn-process.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      env: {},
    })
    fresh.on('message', (message: FromProcess) => receive(waiting, message, stop))
    fresh.once('error', failAll)
    fresh.once('exit', (code) => starter === fresh && failAll(new Error(`exit code ${code}`)))
    fresh.unref()
    starter = fresh
    return fresh
  }

  function tell(to: ChildProcess | null, message: ToProcess): void {
    // A process that has just ended fails its commands by that.
    to?.send(message, () => {})
  }

  function stop(id: number): void {
    tell(starter, { kind: 'stop', id })
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
    // It keeps this process alive while a command runs, and not longer.
    own.channel?.ref()
    tell(own, { kind: 'run', id, request, streamed: onStdout !== undefined })
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
      waiting.delete(id)
      if (waiting.size === 0) own.channel?.unref()
    }
  }

  return {
    spawn,
    async [Symbol.asyncDispose]() {
      for (const [id, waiter] of waiting) {
        waiter.stoppedBy ??= { reason: new GomodError('git-failed', 'the process that starts git is closed') }
        stop(id)
      }
      while (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, CLOSE_POLL_MS))
      const last = starter
      if (last === null) return
      const exited = once(last, 'exit')
      last.ref()
      last.disconnect()
      await exited
    },
  }
}

function receive(
  waiting: ReadonlyMap<number, Waiting>,
  message: FromProcess,
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
  { id, chunk }: Extract<FromProcess, { kind: 'chunk' }>,
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
