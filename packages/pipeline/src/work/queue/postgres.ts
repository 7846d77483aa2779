import { preparedSessions, prepareSession } from '@mirrorwatch/store/session'
import { pause } from '@mirrorwatch/upstream/http/pause'
import type { PostgresConnectionOptions } from 'bullmq'
import {
  assertSchemaCompatibility,
  createPostgresBackend,
  LATEST_SCHEMA_VERSION,
  Queue,
  runMigrations,
  SchemaMigrationRequiredError,
  Worker,
} from 'bullmq'
import type { ClientBase, PoolConfig } from 'pg'
import { Client, Pool } from 'pg'
import { asError, PipelineError } from '../../errors.ts'
import {
  ABORT_GRACE_MS,
  CONNECT_MS,
  DRAIN_DELAY_S,
  EMBEDDED_DRAIN_DELAY_S,
  KEEP_EVENTS,
  QUEUE_POOL_SIZE,
} from './limits.ts'
import { queueName, STAGE_NAMES } from './queue-names.ts'
import { settles } from './settles.ts'
import type { QueueConfig, QueueConnection, QueueOptions } from './types.ts'

type PostgresQueueConfig = Exclude<QueueConfig, { kind: 'redis' }>

/** Schema of BullMQ's tables. */
const SCHEMA = 'bullmq'

/**
 * Connects BullMQ to Postgres, or to the embedded one. Creates or upgrades its tables under an advisory lock.
 *
 * @throws PipelineError `upstream`
 */
export async function connectToPostgres(
  { kind, poolConfig, fresh = false }: PostgresQueueConfig,
  { onError, telemetry }: QueueOptions,
): Promise<QueueConnection> {
  const pool = createPool(poolConfig, kind)
  pool.on('error', onError)
  // A connection in use has no listener, and an 'error' event without one ends the process.
  pool.on('connect', (client) => client.on('error', onError))
  // BullMQ adds one listener per queue and worker.
  pool.setMaxListeners(0)
  try {
    await prepare(pool, fresh)
  } catch (error) {
    await pool.end()
    throw translate(error)
  }
  const options = {
    // BullMQ's own type of a pool and the one of `pg` differ in optional members that neither uses.
    connection: pool as unknown as PostgresConnectionOptions,
    ...(telemetry === undefined ? {} : { telemetry }),
  }
  const drainDelay = kind === 'embedded' ? EMBEDDED_DRAIN_DELAY_S : DRAIN_DELAY_S
  return {
    openQueue(name, forget) {
      const events = { maxLen: KEEP_EVENTS }
      const queue = new Queue(name, { ...options, streams: { events } }, createPostgresBackend)
      queue.on('error', onError)
      // A queue never recovers from a failed first connection.
      queue.waitUntilReady().catch(forget)
      return queue
    },
    openWorker: (name, processor, more) =>
      new Worker(name, processor, { ...more, ...options, drainDelay }, createPostgresBackend),
    translate,
    async close(closeQueues) {
      await closeQueues()
      // `end` waits for every connection to be returned: indefinitely if the database has stopped answering.
      await settles(pool.end(), ABORT_GRACE_MS)
    },
  }
}

/**
 * Creates a pool. BullMQ gets it instead of settings, because it can load `pg` only where `require` exists. The embedded
 * Postgres has one session, which is prepared when it starts.
 */
function createPool(poolConfig: PoolConfig, kind: 'postgres' | 'embedded'): Pool {
  return new Pool({
    connectionTimeoutMillis: CONNECT_MS,
    ...poolConfig,
    max: QUEUE_POOL_SIZE,
    keepAlive: true,
    ...(kind === 'embedded' ? {} : preparedSessions(SCHEMA)),
  })
}

/** Tables about jobs, without the settings of queues and the list of applied migrations. */
const JOB_TABLES = ['job', 'job_log', 'job_dependency', 'event', 'rate_limit', 'dedup', 'dedup_next']

async function prepare(pool: Pool, fresh: boolean): Promise<void> {
  const client = await pool.connect()
  try {
    if (!(await isUpToDate(client))) await bringUpToDate(client)
    if (fresh) await client.query(`truncate ${JOB_TABLES.map((table) => `${SCHEMA}.${table}`).join(', ')}`)
  } finally {
    client.release()
  }
}

/** Returns true if the tables are current. Only reads, so that a user without rights to change tables can start. */
async function isUpToDate(client: ClientBase): Promise<boolean> {
  try {
    return (await assertSchemaCompatibility(client, SCHEMA)) >= LATEST_SCHEMA_VERSION
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return false
    throw error
  }
}

/** Advisory lock that nothing else in the database uses. */
const MIGRATION_LOCK = 7_301_101
const LOCK_POLL_MS = 50

/**
 * Upgrades the tables in one process at a time. BullMQ's own lock does not cover all of its first run: of four workers that
 * started together on an empty database, one got "duplicate key". Polls for the lock, because a wait inside a statement would
 * block an index that is created concurrently.
 */
async function bringUpToDate(client: ClientBase): Promise<void> {
  const tryLock = 'select pg_try_advisory_lock($1) as locked'
  while ((await client.query<{ locked: boolean }>(tryLock, [MIGRATION_LOCK])).rows[0]?.locked !== true) {
    await pause(LOCK_POLL_MS)
  }
  try {
    await runMigrations(client, SCHEMA)
    for (const name of STAGE_NAMES) await makeSequence(client, queueName(name))
    await client.query(GRANT_TO_WORKERS)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
  }
}

/** Creates a queue's sequence, which BullMQ creates with the first job, so that adding a job needs no such right. */
async function makeSequence(client: ClientBase, queue: string): Promise<void> {
  const { rows } = await client.query<{ sequence: string }>(
    `select quote_ident(${SCHEMA}.job_id_seq_name($1)) as sequence`,
    [queue],
  )
  await client.query(`create sequence if not exists ${SCHEMA}.${rows[0]?.sequence}`)
}

/** Rights of workers: they add, take and finish jobs, and create or drop nothing. The store's migrations create the role. */
const GRANT_TO_WORKERS = `do $$
begin
  if exists (select from pg_roles where rolname = 'mirrorwatch_worker') then
    grant usage on schema ${SCHEMA} to mirrorwatch_worker;
    grant select, insert, update, delete on all tables in schema ${SCHEMA} to mirrorwatch_worker;
    revoke insert, update, delete on ${SCHEMA}.migration from mirrorwatch_worker;
    grant usage on all sequences in schema ${SCHEMA} to mirrorwatch_worker;
  end if;
end
$$`

/**
 * Creates or upgrades the queue's tables, and lets the role of the workers use them.
 *
 * @throws PipelineError `upstream`
 */
export async function migrateQueue(poolConfig: PoolConfig): Promise<void> {
  const client = new Client(poolConfig)
  client.on('error', () => undefined)
  try {
    await client.connect()
    await prepareSession(client)
    await bringUpToDate(client)
  } catch (error) {
    throw translate(error)
  } finally {
    await client.end()
  }
}

function translate(error: unknown): PipelineError {
  return new PipelineError('upstream', `The queue in Postgres does not answer: ${asError(error).message}`, {
    todo: 'Check that the Postgres of DATABASE_URL runs and that its user may create the schema "bullmq", or run "mirrorwatch migrate" as a user who may.',
    cause: error,
  })
}
