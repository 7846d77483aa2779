import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import { encodeFingerprint, featuresOf } from '@mirrorwatch/detect/clone/fingerprint'
import { readZipDirectory } from '@mirrorwatch/gomod/zip/module-zip'
import { likelyCopies, sharedNeeded } from '@mirrorwatch/pipeline/stages/copies/likely-copies'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { modulesSharing, saveFingerprint } from '@mirrorwatch/store/tables/fingerprints'
import { createDatabase } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { measureCode } from './fingerprints/code.ts'
import { measureCodeIndex } from './fingerprints/code-index.ts'
import { random } from './fingerprints/random.ts'

/**
 * `npm run bench:fingerprints [-- --modules N] [--zips FOLDER] [--sources FOLDER]`, with DATABASE_URL: how long the question
 * "which modules is this nearly a copy of?" takes over N fingerprints (default 200,000) in Postgres, what they occupy, and
 * whether the copies among them are found, by files and by code. With a folder of module zips (such as GOMODCACHE/cache/download): bytes read for a
 * zip's directory against the whole zip. With a folder of modules' sources: see `measureCode`.
 *
 * The modules are synthetic, with the proportions of real ones: a median of 14 files that count, a long tail to thousands, one
 * file in twenty from a pool that everybody copies from (templates, generators), one module in thirty a copy of another.
 */

const { values } = parseArgs({
  options: {
    modules: { type: 'string', default: '200000' },
    zips: { type: 'string' },
    sources: { type: 'string' },
  },
})
const moduleCount = Number(values.modules)
const QUESTIONS = 4_000
const BATCH = 2_000
const COPY_EVERY = 30
const COMMON_FILES = 3_000

interface Synthetic {
  path: string
  files: FingerprintFile[]
  /** Module that it was copied from; null for an original. */
  copyOf: number | null
}

function synthetic(at: number): Synthetic {
  const next = random(at * 7919 + 1)
  const copyOf = at % COPY_EVERY === 1 && at > 100 ? Math.floor(next() * (at - 1)) : null
  const path = `github.com/owner${at % 40_009}/repository${at}`
  if (copyOf === null) return { path, files: ownFiles(at, next), copyOf }
  const source = synthetic(copyOf)
  // Import lines of a third of the files change with the path; one file is armed.
  const files = source.files.map((file, place) =>
    place === 0 || next() < 0.33 ? { ...file, crc32: Math.floor(next() * 2 ** 32) } : file,
  )
  return { path, files, copyOf: source.copyOf ?? copyOf }
}

function ownFiles(at: number, next: () => number): FingerprintFile[] {
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const count = Math.min(5_000, Math.max(1, Math.round(14 * Math.exp(1.3 * normal))))
  return Array.from({ length: count }, (_, place): FingerprintFile => {
    // A few of the common files are everywhere: the square of a fraction favours the first.
    const common = next() < 0.05 ? Math.floor(next() ** 3 * COMMON_FILES) : null
    const own = random(common === null ? at * 104_729 + place : -common - 1)
    const size = Math.round(400 * Math.exp(2.2 * own()) * (1 + own()))
    const name = `${['internal/', 'pkg/store/', '', 'cmd/tool/'][place % 4]}file_${place}.go`
    return { name, size, crc32: Math.floor(own() * 2 ** 32) }
  })
}

async function fill(store: Store): Promise<void> {
  for (let from = 0; from < moduleCount; from += BATCH) {
    const modules = Array.from({ length: Math.min(BATCH, moduleCount - from) }, (_, i) => synthetic(from + i))
    await insertBatch(store, from, modules)
  }
  await sql`analyze`.execute(store.db)
}

/** Statements over whole batches: what `saveFingerprint` does, without a round trip a module. */
async function insertBatch(store: Store, from: number, modules: readonly Synthetic[]): Promise<void> {
  const ids = modules.map((_, i) => from + i + 1)
  const listings = modules.map(({ files }) => encodeFingerprint(files))
  const rows = modules.flatMap(({ files }, i) =>
    featuresOf(files).map((feature) => [feature, from + i + 1] as const),
  )
  const sizes = modules.map(({ files }) => files.reduce((sum, { size }) => sum + size, 0))
  await store.db.transaction().execute(async (trx) => {
    await sql`insert into module (id, path, first_cached_at, last_cached_at) overriding system value
      select id, path, now(), now()
      from unnest(${ids}::bigint[], ${modules.map(({ path }) => path)}::text[]) as m (id, path)`.execute(trx)
    await sql`insert into fingerprint select id, 'v1.0.0', files, bytes, listing, now()
      from unnest(${ids}::bigint[], ${modules.map(({ files }) => files.length)}::integer[], ${sizes}::bigint[],
                  ${listings}::bytea[]) as f (id, files, bytes, listing)`.execute(trx)
    await sql`insert into fingerprint_feature
      select f, m from unnest(${rows.map(([f]) => f)}::bigint[], ${rows.map(([, m]) => m)}::bigint[]) as r (f, m)
      on conflict do nothing`.execute(trx)
  })
}

interface Answers {
  indexMs: number[]
  wholeMs: number[]
  copies: number
  found: number
}

/** The question to the index alone, and the whole one with the listings of the best. Half of those asked about are copies. */
async function ask(store: Store): Promise<Answers> {
  const answers: Answers = { indexMs: [], wholeMs: [], copies: 0, found: 0 }
  const next = random(42)
  for (let i = 0; i < QUESTIONS; i++) {
    const group = Math.floor(next() * Math.floor(moduleCount / COPY_EVERY)) * COPY_EVERY
    const at = i % 2 === 0 ? group + 1 : group
    const { path, files, copyOf } = synthetic(at)
    const features = featuresOf(files)
    const started = performance.now()
    const minShared = sharedNeeded(features.length)
    await modulesSharing(store.db, { features, moduleId: at + 1, minShared, limit: 8 })
    const asked = performance.now()
    const near = await likelyCopies(store.db, { moduleId: at + 1, path, files })
    answers.indexMs.push(asked - started)
    answers.wholeMs.push(performance.now() - asked)
    if (copyOf === null || files.length < 2) continue
    answers.copies++
    const isFamily = (id: number): boolean => id === copyOf + 1 || synthetic(id - 1).copyOf === copyOf
    if (near.some(({ moduleId }) => isFamily(moduleId))) answers.found++
  }
  return answers
}

function quantile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)
}

async function report(store: Store): Promise<void> {
  const { rows } = await sql<{ name: string; bytes: number; count: number }>`
    select relname as name, pg_total_relation_size(oid) as bytes, reltuples::bigint as count from pg_class
    where relname in ('fingerprint', 'fingerprint_feature') order by relname`.execute(store.db)
  for (const { name, bytes, count } of rows) {
    const perModule = (bytes / moduleCount).toFixed(0)
    console.log(
      `${name}: ${count} rows, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${perModule} bytes a module, indexes included`,
    )
  }
  const { indexMs, wholeMs, copies, found } = await ask(store)
  console.log(
    `index question, ${QUESTIONS} asked: p50 ${quantile(indexMs, 0.5)} ms, p99 ${quantile(indexMs, 0.99)} ms`,
  )
  console.log(
    `whole question, listings compared: p50 ${quantile(wholeMs, 0.5)} ms, p99 ${quantile(wholeMs, 0.99)} ms`,
  )
  console.log(`copies found: ${found} of ${copies}`)
}

async function timeSaves(store: Store): Promise<void> {
  const started = performance.now()
  const saves = 1_000
  for (let i = 0; i < saves; i++) {
    const { files } = synthetic(i)
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    const row = {
      moduleId: i + 1,
      version: 'v1.0.1',
      files: files.length,
      bytes,
      listing: encodeFingerprint(files),
    }
    await store.db
      .transaction()
      .execute((trx) => saveFingerprint(trx, { ...row, features: featuresOf(files) }))
  }
  console.log(`saved one at a time: ${Math.round((saves * 1000) / (performance.now() - started))} a second`)
}

/** Reads each zip's directory through a counting source. Names end in `MODULE/@v/VERSION.zip`, as in a module cache. */
async function measureZips(root: string): Promise<void> {
  let [zips, whole, read, listings] = [0, 0, 0, 0]
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const [, module, version] = /^(.+)\/@v\/(.+)\.zip$/.exec(name) ?? []
    if (module === undefined || version === undefined) continue
    const bytes = readFileSync(join(root, name))
    // The client's first request is for the end of the file; what lies before it is read where the directory begins there.
    let lowest = Math.max(0, bytes.length - TAIL_BYTES)
    const source = {
      size: bytes.length,
      read: async (offset: number, length: number) => {
        lowest = Math.min(lowest, offset)
        return bytes.subarray(offset, offset + length)
      },
    }
    const files = await readZipDirectory(source, { module: unescape(module), version: unescape(version) })
    zips++
    whole += bytes.length
    read += bytes.length - lowest
    listings += encodeFingerprint(files).length
  }
  const each = (bytes: number): string => `${(bytes / zips / 1024).toFixed(1)} KiB`
  console.log(
    `${zips} zips: ${each(whole)} whole, ${each(read)} read for the directory, ${each(listings)} kept (means)`,
  )
}

/** Same size as in packages/gomod: the zip reader always requests the last 64 KiB. */
const TAIL_BYTES = 72 * 1024

function unescape(escaped: string): string {
  return escaped.replace(/!([a-z])/g, (_all, letter: string) => letter.toUpperCase())
}

if (values.zips !== undefined) await measureZips(values.zips)
if (values.sources !== undefined) measureCode(values.sources)
if (process.env['DATABASE_URL'] === undefined) {
  console.log('DATABASE_URL is not set: nothing else to measure')
} else {
  const database = await createDatabase()
  const store = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
  try {
    const started = performance.now()
    await fill(store)
    console.log(`${moduleCount} modules filled in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    await report(store)
    await timeSaves(store)
    await measureCodeIndex(store.db, moduleCount)
  } finally {
    await store.close()
    await database.drop()
  }
}
