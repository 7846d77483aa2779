import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { PoolClient, PoolConfig, QueryResult } from 'pg'
import { Pool } from 'pg'
import { isStoreError, StoreError } from '../errors.ts'
import { storable, valueTypes } from '../values.ts'

/** Turns what the driver throws into a {@link StoreError} where it is about the connection; SQL errors stay as they are. */
export type Translate = (error: unknown) => Promise<unknown>

/** Connections of a pool now, and callers that wait for one. */
export interface PoolUse {
  busy: number
  idle: number
  waiting: number
}

/** A `pg` pool for Kysely whose connection errors are {@link StoreError}s. */
export function createPool(config: PoolConfig, translate: Translate): PostgresPool & { use: () => PoolUse } {
  const pool = new Pool({ ...config, types: valueTypes })
  // An idle connection that breaks is replaced on the next query, which fails with a clear error if it cannot be.
  pool.on('error', () => undefined)

  async function connect(): Promise<PostgresPoolClient> {
    try {
      return translating(await pool.connect(), translate)
    } catch (error) {
      throw await translate(error)
    }
  }

  return {
    connect,
    end: () => pool.end(),
    options: pool.options,
    use: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
  }
}

function translating(client: PoolClient, translate: Translate): PostgresPoolClient {
  let broken = false
  // A broken connection also emits 'error' on the client, which would end the process if it had no listener.
  const notice = (): void => {
    broken = true
  }
  client.on('error', notice)
  const query = async (text: string, parameters: unknown[]): Promise<QueryResult> => {
    try {
      return await client.query(text, parameters.map(storable))
    } catch (error) {
      const translated = await translate(error)
      // The server's farewell can arrive before the connection is seen to close; the pool must not lend it again.
      if (isStoreError(translated, 'connection-lost', 'owner-gone', 'embedded-failed', 'unreachable'))
        notice()
      throw translated
    }
  }
  return {
    query,
    release(destroy?: boolean) {
      client.removeListener('error', notice)
      client.release(destroy === true || broken)
    },
  } as unknown as PostgresPoolClient
}

/** `user@host:port/database` of a connection, without its password. */
export function describeTarget(config: {
  host?: string
  port?: number
  user?: string
  database?: string
}): string {
  const user = config.user === undefined || config.user === '' ? '' : `${config.user}@`
  const database = config.database === undefined ? '' : `/${config.database}`
  return `${user}${config.host ?? 'localhost'}:${config.port ?? 5432}${database}`
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOENT',
  'EACCES',
])
const BROKEN = new Set(['ECONNRESET', 'EPIPE'])
/** Connection-level messages of `pg`, which carry no code. */
const BROKEN_TEXT = /Connection terminated|not queryable|server closed the connection/
const TIMEOUT_TEXT = /timeout expired|timeout exceeded when trying to connect/

/** The server speaks no TLS, or its certificate cannot be trusted. */
const TLS_TEXT = /does not support SSL connections|error establishing an SSL connection/
const TLS_CODES =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/
const PASSWORD_TEXT = /client password must be a/

/**
 * What a connection error means, or null where `error` is not one (a constraint, a syntax error).
 * SQLSTATEs: PostgreSQL documentation, appendix A.
 */
export function connectionError(error: unknown, where: string): StoreError | null {
  if (!(error instanceof Error)) return null
  const cause = error
  const code = codeOf(error)
  if (UNREACHABLE.has(code) || TIMEOUT_TEXT.test(error.message)) {
    return new StoreError(
      'unreachable',
      `Cannot reach Postgres at ${where}: ${reasonOf(error, code)}. ` +
        'Check that the server runs and DATABASE_URL names it; without DATABASE_URL an embedded store is used.',
      { cause },
    )
  }
  if (/^28|^3D000|^42501|^53300/.test(code)) {
    return new StoreError(
      'refused',
      `Postgres at ${where} refuses: ${error.message}. Check the user, password, database and rights of DATABASE_URL.`,
      { cause },
    )
  }
  if (TLS_TEXT.test(error.message) || TLS_CODES.test(code)) {
    return new StoreError(
      'refused',
      `No TLS connection to Postgres at ${where}: ${error.message}. ` +
        'Set up TLS on the server, or change sslmode in DATABASE_URL (sslmode=disable does without TLS).',
      { cause },
    )
  }
  if (PASSWORD_TEXT.test(error.message)) {
    return new StoreError(
      'refused',
      `Postgres at ${where} asks for a password, and DATABASE_URL has none or an empty one.`,
      { cause },
    )
  }
  if (code === '53100') {
    return new StoreError('disk-full', `Postgres at ${where} has no room left: ${error.message}.`, { cause })
  }
  if (/^08|^57P|^25P03/.test(code) || BROKEN.has(code) || BROKEN_TEXT.test(error.message)) {
    return new StoreError(
      'connection-lost',
      `The connection to Postgres at ${where} broke: ${error.message}.`,
      {
        cause,
      },
    )
  }
  return null
}

function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses were tried: the first one's error says as much as all of them.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return ''
}

function reasonOf(error: Error, code: string): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is unknown'
  return error.message === '' ? code : error.message
}
