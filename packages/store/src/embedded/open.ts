import { rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { PoolConfig } from 'pg'
import { messageOf, StoreError } from '../errors.ts'
import { CLOSE_TIMEOUT_MS, JOIN_TIMEOUT_MS } from '../limits.ts'
import type { EmbeddedLocation } from './location.ts'
import { embeddedLocation, SOCKET_PORT, usersSocket } from './location.ts'
import type { FileLock } from './lock.ts'
import { tryLock } from './lock.ts'
import type { Owner } from './owner-file.ts'
import { readOwner, removeOwner, writeOwner } from './owner-file.ts'
import { joinAsUser } from './users.ts'
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './worker.ts'

/** A running embedded Postgres: this process's own, or another's that this one has joined. */
export interface EmbeddedPostgres {
  poolConfig: PoolConfig
  folder: string
  /** True where this process runs it. */
  owned: boolean
  ownerPid: number
  /** Why it is no longer there, once it is not; null while it is. */
  failure(): Promise<StoreError | null>
  close(): Promise<void>
}

export interface OpenEmbeddedOptions {
  /** Milliseconds to wait for an answer from another process that holds the folder. */
  joinTimeoutMs?: number
  idleLimitMs?: number
  housekeepingMs?: number
  /** Reports a failure in background work, which will be retried. The caller logs it. */
  onTrouble?: ((message: string) => void) | undefined
}

const RETRY_MS = 50
/**
 * Young objects of the thread that runs Postgres, which only passes messages on. V8's own limit follows the machine's memory and
 * is filled before anything is collected.
 */
const LIMITS = { maxYoungGenerationSizeMb: 8 }

/**
 * Opens the embedded Postgres of `dataDir`: starts it in a worker thread, or joins the process that already runs it.
 *
 * @throws StoreError `data-dir`, `locked`, `embedded-failed`
 */
export async function openEmbedded(
  dataDir: string,
  options: OpenEmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  const location = embeddedLocation(dataDir)
  const deadline = performance.now() + (options.joinTimeoutMs ?? JOIN_TIMEOUT_MS)
  for (;;) {
    const lock = takeLock(location)
    if (lock !== null) return start(location, lock, options)
    const owner = readOwner(location.ownerFile)
    const user = owner === null ? null : await joinAsUser(usersSocket(owner.socketFolder))
    if (owner !== null && user !== null) return join(location, owner, user)
    if (performance.now() > deadline) throw lockedError(location)
    await sleep(RETRY_MS)
  }
}

function takeLock(location: EmbeddedLocation): FileLock | null {
  try {
    return tryLock(location.lockFile)
  } catch (cause) {
    throw new StoreError('data-dir', `Cannot lock the data folder ${location.folder}: ${messageOf(cause)}.`, {
      cause,
    })
  }
}

async function start(
  location: EmbeddedLocation,
  lock: FileLock,
  options: OpenEmbeddedOptions,
): Promise<EmbeddedPostgres> {
  writeOwner(location.ownerFile, {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    socketFolder: location.socketFolder,
  })
  const worker = startWorker(location, options)
  let failure: StoreError | null = null
  let closing: Promise<void> | undefined
  try {
    await ready(worker)
  } catch (cause) {
    await worker.terminate()
    giveUp(location, lock)
    throw failedError(location, cause)
  }
  worker.on('error', (cause) => {
    failure = failedError(location, cause)
  })
  worker.on('message', (message: EmbeddedWorkerMessage) => {
    if (message.type === 'failed') failure = failedError(location, new Error(message.message))
    if (message.type === 'trouble') options.onTrouble?.(message.message)
    if (message.type === 'used') options.onTrouble?.(usedText(location, message.users))
  })
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      failure ??= failedError(location, new Error('its thread ended'))
      // However it ended: another command may open the folder now.
      giveUp(location, lock)
      resolve()
    })
  })

  /** Waits for as long as other processes use the store: it must not end under them. */
  async function close(): Promise<void> {
    worker.ref()
    let timer: NodeJS.Timeout | undefined
    worker.on('message', ({ type }: EmbeddedWorkerMessage) => {
      // What is committed is safe without it: a close that hangs must not keep the command from ending.
      if (type === 'closing') timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS)
    })
    worker.postMessage('close')
    await exited
    clearTimeout(timer)
  }

  worker.unref()
  return {
    poolConfig: poolConfigOf(location.socketFolder),
    folder: location.folder,
    owned: true,
    ownerPid: process.pid,
    failure: () => Promise.resolve(failure),
    close: () => (closing ??= close()),
  }
}

function giveUp(location: EmbeddedLocation, lock: FileLock): void {
  removeOwner(location.ownerFile)
  if (location.socketFolder !== location.folder)
    rmSync(location.socketFolder, { recursive: true, force: true })
  lock.release()
}

function startWorker(location: EmbeddedLocation, options: OpenEmbeddedOptions): Worker {
  const workerData: EmbeddedWorkerData = {
    database: location.database,
    socketPath: location.socketPath,
    usersPath: usersSocket(location.socketFolder),
    ...(options.idleLimitMs === undefined ? {} : { idleLimitMs: options.idleLimitMs }),
    ...(options.housekeepingMs === undefined ? {} : { housekeepingMs: options.housekeepingMs }),
  }
  return new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    name: 'embedded-postgres',
    resourceLimits: LIMITS,
  })
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('its thread ended')))
    worker.once('message', (message: EmbeddedWorkerMessage) => {
      worker.removeAllListeners()
      if (message.type === 'ready') resolve()
      else reject(new Error(message.type === 'failed' ? message.message : message.type))
    })
  })
}

function join(location: EmbeddedLocation, owner: Owner, user: Socket): EmbeddedPostgres {
  user.unref()
  return {
    poolConfig: poolConfigOf(owner.socketFolder),
    folder: location.folder,
    owned: false,
    ownerPid: owner.pid,
    failure: async () => ((await answers(socketPathOf(owner))) ? null : ownerGoneError(location, owner)),
    close() {
      user.destroy()
      return Promise.resolve()
    },
  }
}

function socketPathOf(owner: Owner): string {
  return `${owner.socketFolder}/.s.PGSQL.${SOCKET_PORT}`
}

function poolConfigOf(socketFolder: string): PoolConfig {
  return { host: socketFolder, port: SOCKET_PORT, user: 'postgres', database: 'postgres', ssl: false }
}

/** True where something accepts connections on the socket. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function lockedError(location: EmbeddedLocation): StoreError {
  const owner = readOwner(location.ownerFile)
  const who =
    owner === null ? 'another process' : `the process ${owner.pid} (the store's since ${owner.startedAt})`
  return new StoreError(
    'locked',
    `The store in ${location.folder} is held by ${who}, which does not answer. ` +
      'Wait for it to start, or stop it and run this again.',
  )
}

function usedText(location: EmbeddedLocation, users: number): string {
  return `${users} other mirrorwatch processes use the store in ${location.folder}, which this one runs: waiting for them to end`
}

function failedError(location: EmbeddedLocation, cause: unknown): StoreError {
  return new StoreError(
    'embedded-failed',
    `The embedded Postgres in ${location.folder} stopped: ${messageOf(cause)}. ` +
      'Run the command again; if it stays so, move the folder away or set DATABASE_URL to a Postgres server.',
    { cause },
  )
}

function ownerGoneError(location: EmbeddedLocation, owner: Owner): StoreError {
  return new StoreError(
    'owner-gone',
    `The mirrorwatch process ${owner.pid}, which ran the store in ${location.folder}, has exited. ` +
      'What was committed is safe; run this command again.',
  )
}
