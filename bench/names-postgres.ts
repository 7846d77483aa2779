import { connect } from 'node:net'
import { Client } from 'pg'

const DEFAULT_URL = 'postgres://postgres@127.0.0.1:5432/postgres'

/**
 * Measures Postgres on the same matching, with an index on trigram similarity and with edit distance. Uses a separate schema,
 * which it drops at the end. Returns nothing and prints a note if no Postgres is available.
 */
export async function postgresRates(
  modules: readonly string[],
  targets: readonly string[],
): Promise<{ name: string; rate: number }[]> {
  const url = process.env['DATABASE_URL'] ?? DEFAULT_URL
  if (process.env['DATABASE_URL'] === undefined && !(await answers(5432))) {
    console.log('Postgres: left out, DATABASE_URL is not set and nothing answers at 127.0.0.1:5432')
    return []
  }
  const client = new Client({ connectionString: url })
  await client.connect()
  const schema = `bench_names_${process.pid}`
  try {
    await client.query(`create schema ${schema}`)
    await client.query(`set search_path to ${schema}, public`)
    await client.query('create extension if not exists pg_trgm')
    await client.query('create extension if not exists fuzzystrmatch')
    await client.query('create table target (path text not null)')
    await client.query('insert into target select unnest($1::text[])', [targets])
    await client.query('create index on target using gin (path gin_trgm_ops)')
    await client.query('analyze target')
    return [
      {
        name: 'pg_trgm, similarity over 0.6, GIN index',
        rate: await queryRate(client, modules, 'select path from target where path % $1', [
          'set pg_trgm.similarity_threshold = 0.6',
        ]),
      },
      {
        name: 'levenshtein_less_equal, up to 2',
        rate: await queryRate(
          client,
          modules,
          'select path from target where levenshtein_less_equal(path, $1, 2) <= 2',
          [],
        ),
      },
    ]
  } finally {
    await client.query(`drop schema if exists ${schema} cascade`)
    await client.end()
  }
}

async function queryRate(
  client: Client,
  modules: readonly string[],
  query: string,
  settings: readonly string[],
): Promise<number> {
  for (const setting of settings) await client.query(setting)
  const start = performance.now()
  for (const module of modules)
    await client.query({ name: query.slice(0, 40), text: query, values: [module] })
  return modules.length / ((performance.now() - start) / 1000)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
