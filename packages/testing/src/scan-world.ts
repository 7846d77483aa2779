import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { compareSeverity } from '@mirrorwatch/detect/severity'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { openRuntime, type Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { type ScanSummary, scan } from '@mirrorwatch/pipeline/service/scan'
import { exportFindings, type Finding } from '@mirrorwatch/store/queries/findings-list'
import { upsertTargets } from '@mirrorwatch/store/tables/targets'
import type { World } from '@mirrorwatch/world/world'
import { prepareStore } from './store/embedded-store.ts'

export interface TestRuntime {
  runtime: Runtime
  /** The log's lines. */
  logged: string[]
  /** Those that are warnings or errors. */
  warned(): string[]
}

/** Pino's number of `warn`. */
const WARN_LEVEL = 40

/** Opens a runtime as a command does, and keeps its log. */
export async function openTestRuntime(
  env: Record<string, string>,
  level: 'info' | 'warn' = 'warn',
  clock: () => Date = () => new Date(),
): Promise<TestRuntime> {
  const logged: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString())
      done()
    },
  })
  const dataDir = env['MIRRORWATCH_DATA_DIR']
  if (dataDir !== undefined && env['DATABASE_URL'] === undefined) await prepareStore(dataDir)
  const runtime = await openRuntime(readConfig(env, '/nowhere'), { log: createLogger(level, stream), clock })
  const warned = (): string[] =>
    logged.filter((line) => (JSON.parse(line) as { level: number }).level >= WARN_LEVEL)
  return { runtime, logged, warned }
}

/** Scans the whole feed of the runtime's configuration. */
export function scanAll(
  { runtime }: TestRuntime,
  signal = new AbortController().signal,
): Promise<ScanSummary> {
  const window = feedWindow({
    feedUrl: runtime.config.feedName,
    isPublic: false,
    sinceMicros: null,
    untilMicros: null,
    nowMicros: 0n,
  })
  return scan(runtime, window, { signal })
}

/** A scanned world in a separate folder. */
export interface ScannedWorld extends AsyncDisposable {
  opened: TestRuntime
  /** The most severe finding of each module, by path. */
  findings: Map<string, Finding>
}

/** Scans a world in which `targets` have 3,000 dependents each, without a failure, and closes it at the end. */
export async function scanWorld(
  world: World,
  targets: readonly string[],
  clock?: () => Date,
): Promise<ScannedWorld> {
  await using made = new AsyncDisposableStack()
  made.defer(() => world.close())
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-scanned-'))
  made.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const opened = await openTestRuntime({ ...world.env, MIRRORWATCH_DATA_DIR: folder }, 'info', clock)
  made.defer(() => opened.runtime.close())
  const { db } = opened.runtime.store
  const rows = targets.map((each) => ({ path: each, dependents: 3_000 }))
  await db
    .transaction()
    .execute((trx) => upsertTargets(trx, rows, 'import', new Date('2026-02-01T10:00:00Z')))
  assert.equal((await scanAll(opened)).failed, 0, opened.logged.join('\n'))
  const all = await Array.fromAsync(exportFindings(db))
  const leastFirst = all.toSorted((a, b) => compareSeverity(b.severity, a.severity))
  const findings = new Map(leastFirst.map((finding) => [finding.module, finding]))
  const owned = made.move()
  return { opened, findings, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
