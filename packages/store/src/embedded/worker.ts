/**
 * The thread that runs the embedded Postgres: opens the folder, serves the socket, cleans up when told to.
 * A thread and not a process, because it cannot outlive the command that started it: after `kill -9` of the command
 * nothing is left holding the folder. Queries block this thread only.
 */

import { existsSync, renameSync, rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { messageOf } from '../errors.ts'
import { IDLE_IN_TRANSACTION_MS, MAX_EMBEDDED_CONNECTIONS } from '../limits.ts'
import { sessionParameters } from '../session.ts'
import { startHousekeeping } from './housekeeping.ts'
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

/** One session serves every connection, so what others set per connection is set here, once. One thread: no JIT. */
function startParameters(): string[] {
  return [...PGlite.defaultStartParams, ...sessionParameters(), '-c', 'jit=off']
}

/** The search for a part of a path uses trigrams. */
const EXTENSIONS = { pg_trgm }

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
  const db = await PGlite.create({ dataDir: draft, extensions: EXTENSIONS, startParams: startParameters() })
  await db.close()
  renameSync(draft, database)
}

async function main(): Promise<void> {
  const { database, socketPath, usersPath, idleLimitMs, housekeepingMs } = workerData as EmbeddedWorkerData
  await ensureDatabase(database)
  const db = await PGlite.create({
    dataDir: database,
    extensions: EXTENSIONS,
    startParams: startParameters(),
  })
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
