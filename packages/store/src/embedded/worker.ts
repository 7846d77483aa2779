/**
 * The thread that runs the embedded Postgres: opens the folder, serves the socket, cleans up when told to.
 * A thread and not a process, because it cannot outlive the command that started it: after `kill -9` of the command
 * nothing is left holding the folder. Queries block this thread only.
 */

import { once } from 'node:events'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { messageOf } from '../errors.ts'
import { IDLE_IN_TRANSACTION_MS, MAX_EMBEDDED_CONNECTIONS } from '../limits.ts'
import { startHousekeeping } from './housekeeping.ts'
import { openPostgres } from './postgres.ts'
import { createEmbeddedServer } from './server.ts'
import { openUsers } from './users.ts'

export interface EmbeddedWorkerData {
  database: string
  socketPath: string
  /** Socket to which each joined process stays connected while it uses the store. */
  usersPath: string
  idleLimitMs?: number
  housekeepingMs?: number
}

export type EmbeddedWorkerMessage =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  | { type: 'trouble'; message: string }
  /** The store is closing while other processes still use it. */
  | { type: 'used'; users: number }
  | { type: 'closing' }

/** Time that open transactions get to finish when the store closes. */
const CLOSE_GRACE_MS = 5_000

function report(message: EmbeddedWorkerMessage): void {
  parentPort?.postMessage(message)
}

/**
 * Makes the database under another name first, so that a process killed in the two seconds that this takes leaves
 * nothing that looks like a database.
 */
async function ensureDatabase(database: string): Promise<void> {
  if (existsSync(database)) return
  const draft = `${database}.new`
  rmSync(draft, { recursive: true, force: true })
  const [code] = await once(
    new Worker(new URL('./create.ts', import.meta.url), { workerData: draft }),
    'exit',
  )
  if (code !== 0) throw new Error(`making the database ended with exit code ${code}`)
  renameSync(draft, database)
}

async function main(): Promise<void> {
  const { database, socketPath, usersPath, idleLimitMs, housekeepingMs } = workerData as EmbeddedWorkerData
  await ensureDatabase(database)
  const db = await openPostgres(database)
  let executed = 0
  const server = createEmbeddedServer({
    execute(message, onRawData) {
      executed += 1
      return db.runExclusive(() => db.execProtocolRawStream(message, { onRawData }))
    },
    maxConnections: MAX_EMBEDDED_CONNECTIONS,
    idleLimitMs: idleLimitMs ?? IDLE_IN_TRANSACTION_MS,
    onBroken(error) {
      report({ type: 'failed', message: error.message })
      process.exit(1)
    },
  })
  // A socket left behind by a killed process. No process serves it, because this one has the lock.
  rmSync(socketPath, { force: true })
  await server.listen(socketPath)
  const users = await openUsers(usersPath)
  const housekeeping = startHousekeeping({
    runAlone: async <Row>(statement: string) => (await server.alone(() => db.query<Row>(statement))).rows,
    activity: () => executed,
    onTrouble: (message) => report({ type: 'trouble', message }),
    ...(housekeepingMs === undefined ? {} : { everyMs: housekeepingMs }),
  })
  parentPort?.once('message', () => {
    shutDown().catch((error: unknown) => report({ type: 'failed', message: String(error) }))
  })

  async function shutDown(): Promise<void> {
    if (users.count() > 0) report({ type: 'used', users: users.count() })
    await users.close()
    report({ type: 'closing' })
    housekeeping.stop()
    await server.close(CLOSE_GRACE_MS)
    await db.close()
    parentPort?.close()
  }

  report({ type: 'ready' })
}

try {
  await main()
} catch (error) {
  report({ type: 'failed', message: messageOf(error) })
  process.exitCode = 1
}
