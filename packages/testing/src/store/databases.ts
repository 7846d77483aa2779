import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { openStore } from '@mirrorwatch/store/connect/connect'
import type { Trx } from '@mirrorwatch/store/database'
import { sql } from 'kysely'
import { Client } from 'pg'
import { prepareStore } from './embedded-store.ts'

const databaseUrl = process.env['DATABASE_URL']

/** The engines that every store test runs on. */
export const ENGINES: { kind: Store['kind']; skip: string | false }[] = [
  { kind: 'embedded', skip: false },
  { kind: 'postgres', skip: databaseUrl === undefined ? 'DATABASE_URL is not set' : false },
]

export interface TestStore {
  store: Store
  /** One transaction. */
  tx: <T>(work: (trx: Trx) => Promise<T>) => Promise<T>
  /** Empties every table. */
  reset: () => Promise<void>
  drop: () => Promise<void>
}

/** Opens an empty store in a new folder, or in a new database on the server of DATABASE_URL. */
export async function openTestStore(kind: Store['kind']): Promise<TestStore> {
  if (kind === 'embedded') {
    const dataDir = temporaryFolder()
    await prepareStore(dataDir)
    const store = await openStore({ dataDir })
    return testStore(store, () => {
      rmSync(dataDir, { recursive: true, force: true })
      return Promise.resolve()
    })
  }
  const database = await createDatabase()
  const store = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
  return testStore(store, database.drop)
}

function testStore(store: Store, cleanUp: () => Promise<void>): TestStore {
  return {
    store,
    tx: (work) => store.db.transaction().execute(work),
    async reset() {
      const { rows } = await sql<{ name: string }>`
        select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r'
          and relname not like 'kysely%' and relname <> 'installation'`.execute(store.db)
      const tables = rows.map((row) => sql.table(row.name))
      await sql`truncate ${sql.join(tables)} restart identity cascade`.execute(store.db)
    },
    async drop() {
      await store.close()
      await cleanUp()
    },
  }
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'mirrorwatch-test-'))
}

export interface TestDatabase {
  url: string
  drop: () => Promise<void>
}

/** A fresh database on the server of DATABASE_URL. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `mirrorwatch_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  const url = new URL(databaseUrl ?? 'postgres://127.0.0.1/postgres')
  await asAdmin(url, `create database ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return { url: own.href, drop: () => asAdmin(url, `drop database if exists ${name} with (force)`) }
}

/** Runs one statement in the database of `url`. */
export async function asAdmin(url: URL | string, statement: string): Promise<void> {
  const client = new Client({ connectionString: String(url) })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export const MICROS = 1_554_923_332_997_264n
export const NOW = '2026-11-24T20:00:00.000000Z'

/** `NOW` plus some seconds. */
export function later(seconds: number): string {
  return new Date(Date.parse(NOW) + seconds * 1000).toISOString().replace('Z', '000Z')
}

/** Inserts modules directly; returns their ids in order. */
export async function insertModules(store: Store, ...paths: string[]): Promise<number[]> {
  const rows = await store.db
    .insertInto('module')
    .values(paths.map((path) => ({ path, first_cached_at: NOW, last_cached_at: NOW })))
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}
