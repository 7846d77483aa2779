import type { ClientBase, PoolConfig } from 'pg'

/**
 * Session settings that our statements and parsers depend on. They override those of the server, database and role. With
 * another DateStyle, times would be misread. A lock or statement timeout would abort work that is only slow. Another
 * isolation level would make jobs that wait for each other fail. Compiling a statement (`jit`) took 100 to 700 ms where
 * it was seen, longer than a page may take. Starting parallel workers made every page and report slower that was measured with
 * and without them (`bench:scale`).
 */
const SETTINGS: Record<string, string> = {
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  bytea_output: 'hex',
  array_nulls: 'on',
  extra_float_digits: '1',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  search_path: 'public',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
}

/** Sets all of them that the server knows: the newest came with PostgreSQL 17. */
const SET_ALL = `select set_config(name, value, false)
  from unnest($1::text[], $2::text[]) as s (name, value) where current_setting(name, true) is not null`

/** Brings a new connection's session into the state that ours expect. `searchPath` names another schema than `public`. */
export async function prepareSession(client: ClientBase, searchPath = 'public'): Promise<void> {
  const settings = { ...SETTINGS, search_path: searchPath }
  await client.query(SET_ALL, [Object.keys(settings), Object.values(settings)])
}

/** Pool settings with which every new connection is prepared before it is used. */
export function preparedSessions(searchPath?: string): PoolConfig {
  // The pool awaits what this returns, though its type says that nothing is returned.
  const onConnect = ((client: ClientBase) => prepareSession(client, searchPath)) as (
    client: ClientBase,
  ) => void
  return { onConnect }
}

/**
 * Returns the session settings as start parameters of the embedded Postgres. All connections share its one session, so the
 * search path contains both schemas.
 */
export function sessionParameters(): string[] {
  const settings = { ...SETTINGS, search_path: 'public,bullmq' }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
