import { Kysely, PostgresDialect, sql } from 'kysely'
import type { PoolConfig } from 'pg'
import type { Database, Db } from '../database.ts'
import type { EmbeddedPostgres } from '../embedded/open.ts'
import { openEmbedded } from '../embedded/open.ts'
import { StoreError } from '../errors.ts'
import { CONNECT_TIMEOUT_MS, MIN_POSTGRES_MAJOR, POOL_SIZE } from '../limits.ts'
import { preparedSessions } from '../session.ts'
import { migrate } from './migrate.ts'
import { connectionError, createPool, describeTarget, type PoolUse } from './pool.ts'

export interface OpenStoreOptions {
  /** A postgres:// URL; without it an embedded Postgres in `dataDir` is started, or joined where it runs already. */
  databaseUrl?: string | undefined
  dataDir: string
  /** Shown in pg_stat_activity. */
  applicationName?: string | undefined
  /** Reports a failure in background work, which will be retried. The caller logs it. */
  onTrouble?: ((message: string) => void) | undefined
}

export interface Store extends AsyncDisposable {
  db: Db
  kind: 'postgres' | 'embedded'
  /** Connection settings for other users of the same database (the queue), without value parsers. */
  poolConfig: PoolConfig
  /** The data's location, to show to people. It never contains a password. */
  where: string
  /** False where another process runs the embedded store that this one has joined. */
  owned: boolean
  /** Connections of `db` now. */
  poolUse(): PoolUse
  close(): Promise<void>
}

/**
 * Connects to Postgres, or starts or joins the embedded one, and brings the schema up to date.
 *
 * @throws StoreError `invalid-url`, `unreachable`, `refused`, `unsupported`, `migration-failed`, `data-dir`, `locked`, `embedded-failed`
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  if (options.databaseUrl === undefined) {
    const embedded = await openEmbedded(options.dataDir, { onTrouble: options.onTrouble })
    return prepare({
      kind: 'embedded',
      poolConfig: { ...embedded.poolConfig, application_name: options.applicationName ?? 'mirrorwatch' },
      where: `the embedded store in ${embedded.folder}`,
      embedded,
    })
  }
  const { databaseUrl } = options
  return prepare({
    kind: 'postgres',
    poolConfig: {
      connectionString: databaseUrl,
      application_name: options.applicationName ?? 'mirrorwatch',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    },
    where: describeUrl(databaseUrl),
    embedded: null,
  })
}

interface Connection {
  kind: Store['kind']
  poolConfig: PoolConfig
  where: string
  embedded: EmbeddedPostgres | null
}

async function prepare({ kind, poolConfig, where, embedded }: Connection): Promise<Store> {
  const translate = async (error: unknown): Promise<unknown> => {
    const known = connectionError(error, where)
    if (known === null) return error
    return (await embedded?.failure()) ?? known
  }
  // The embedded Postgres has one session for all its connections, which is prepared when it starts.
  const sessions = kind === 'embedded' ? {} : preparedSessions()
  const pool = createPool({ ...poolConfig, ...sessions, max: POOL_SIZE }, translate)
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })

  let closing: Promise<void> | undefined
  async function closeAll(): Promise<void> {
    await db.destroy()
    await embedded?.close()
  }
  const close = (): Promise<void> => (closing ??= closeAll())

  try {
    await checkServer(db, where)
    await migrate(db, where)
  } catch (error) {
    await close()
    throw error
  }
  return {
    db,
    kind,
    poolConfig,
    where,
    owned: embedded?.owned ?? true,
    poolUse: () => pool.use(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function checkServer(db: Db, where: string): Promise<void> {
  const { rows } = await sql<{ version: number; text: string }>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as text
  `.execute(db)
  const found = rows[0]
  if (found !== undefined && Math.floor(found.version / 10_000) >= MIN_POSTGRES_MAJOR) return
  throw new StoreError(
    'unsupported',
    `Postgres at ${where} is ${found?.text ?? 'of unknown version'}; ${MIN_POSTGRES_MAJOR} or newer is needed.`,
  )
}

/** @throws StoreError `invalid-url` */
function describeUrl(databaseUrl: string): string {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null
  if (url === null || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    throw new StoreError(
      'invalid-url',
      'DATABASE_URL is not a Postgres URL; it should look like postgres://user:password@host:5432/database.',
    )
  }
  return describeTarget({
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    user: decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)),
  })
}
