import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import type { ClientBase } from 'pg'
import type { Database, Db } from '../database.ts'
import { StoreError } from '../errors.ts'
import { prepareSession } from '../session.ts'
import type { Store } from './connect.ts'
import { connectionError, createPool } from './pool.ts'

/** Database roles, each with the rights of one kind of use. `mirrorwatch_web` writes sessions and uses of tokens alone. */
const ROLES = {
  reader: 'mirrorwatch_reader',
  triage: 'mirrorwatch_triage',
  web: 'mirrorwatch_web',
} as const

type RoleName = keyof typeof ROLES

/** One pool for each role: a bug of the caller cannot write more than the role may. */
export interface RoleDatabases extends AsyncDisposable, Record<RoleName, Db> {}

/** Connections of each pool. */
const POOL_SIZE = 5

/**
 * Opens a pool for each role, next to the pool of `store`.
 *
 * @throws StoreError `refused` if a role is missing, or the user may not take it
 */
export async function openRoleDatabases(store: Store): Promise<RoleDatabases> {
  for (const name of Object.values(ROLES)) await checkRole(store, name)
  const open = (role: RoleName): Db => openAs(store, ROLES[role])
  const databases = { reader: open('reader'), triage: open('triage'), web: open('web') }
  return {
    ...databases,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(databases).map((db) => db.destroy()))
    },
  }
}

async function checkRole({ db, where }: Store, role: string): Promise<void> {
  const { rows } = await sql<{ user: string; may: boolean }>`
    select current_user as "user", exists (
      select from pg_roles where rolname = ${role} and pg_has_role(current_user, oid, 'member')) as may`.execute(
    db,
  )
  const [row] = rows
  if (row?.may === true) return
  throw new StoreError(
    'refused',
    `The database user ${row?.user ?? ''} of ${where} may not take the role ${role}, which the page needs. ` +
      'Run infra/postgres/roles.sql and connect as mirrorwatch_page, or grant the role to this user.',
  )
}

function openAs({ kind, poolConfig, where }: Store, role: string): Db {
  const translate = (error: unknown): Promise<unknown> =>
    Promise.resolve(connectionError(error, where) ?? error)
  const onConnect = (async (client: ClientBase) => {
    await prepareSession(client)
    await client.query(`set role ${role}`)
  }) as unknown as (client: ClientBase) => void
  const perConnection = kind === 'postgres' ? { onConnect } : {}
  const pool = createPool({ ...poolConfig, ...perConnection, max: POOL_SIZE }, translate)
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool: kind === 'postgres' ? pool : inTransactions(pool, role) }),
  })
}

/**
 * Wraps each use of a connection in a transaction that has the role. All connections of the embedded store share one session,
 * so a role that outlives a transaction would be everyone's. A transaction of the caller replaces this one: its `begin` does
 * nothing, its `commit` ends both.
 */
function inTransactions(pool: PostgresPool, role: string): PostgresPool {
  return {
    end: () => pool.end(),
    options: pool.options,
    async connect() {
      const client = await pool.connect()
      try {
        await query(client, `begin; set local role ${role}`)
      } catch (error) {
        await endTransaction(client, true)
        throw error
      }
      return {
        query: client.query.bind(client),
        release: (destroy?: boolean) => void endTransaction(client, destroy === true),
      }
    },
  }
}

async function endTransaction(client: PostgresPoolClient, destroy: boolean): Promise<void> {
  const release: (destroy: boolean) => void = client.release.bind(client)
  try {
    if (!destroy) await query(client, 'commit')
    release(destroy)
  } catch {
    // The connection is broken; the pool replaces it.
    release(true)
  }
}

async function query(client: PostgresPoolClient, text: string): Promise<void> {
  await client.query(text, [])
}
