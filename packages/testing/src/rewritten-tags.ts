import { rm } from 'node:fs/promises'
import { catchUp } from '@mirrorwatch/pipeline/crawl/crawl'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import { assessStage } from '@mirrorwatch/pipeline/stages/assess/assess'
import { baselineStage } from '@mirrorwatch/pipeline/stages/baseline/baseline'
import { inspectStage } from '@mirrorwatch/pipeline/stages/inspect/inspect'
import { locateStage } from '@mirrorwatch/pipeline/stages/locate/locate'
import { lookStage } from '@mirrorwatch/pipeline/stages/look/look'
import type { Stage } from '@mirrorwatch/pipeline/work/stage'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { exportFindings } from '@mirrorwatch/store/queries/findings-list'
import { upsertTargets } from '@mirrorwatch/store/tables/targets'
import type { OriginStyle } from '@mirrorwatch/world/build/spec'
import type { World } from '@mirrorwatch/world/world'
import { sql } from 'kysely'
import { openTestRuntime, type TestRuntime } from './scan-world.ts'
import { temporaryFolder } from './store/databases.ts'

/**
 * Proofs that a tag was rewritten before the first look: the commit in the mirror's record, the time of the tag's commit, the
 * hash in the checksum database.
 */
export type Proof = 'record' | 'time' | 'sum'

/** Settings that leave a single proof: the mirror's record of the commit, and the time of the commit that the tag is moved to. */
export const ONLY: Readonly<
  Record<Proof, { origin: OriginStyle; commitTime: (cached: Date, listed: Date) => Date }>
> = {
  record: { origin: 'full', commitTime: (cached) => cached },
  time: { origin: 'none', commitTime: (_, listed) => new Date(listed.getTime() + 400 * 86_400_000) },
  sum: { origin: 'none', commitTime: (cached) => cached },
}

export interface RewrittenTags {
  /** `path@version` of all versions that were inspected. */
  inspected: string[]
  /** Those whose repository shows something else, with the verdict. */
  differing: Map<string, string>
  findings: Finding[]
}

/**
 * Looks at a world for the first time as a service does, with one proof alone. For `sum` the modules are targets, as the hash is
 * compared for look-alikes and targets only, and the mirror refuses its zips; else there are no targets and no checksum database.
 */
export async function findRewrittenTags(world: World, proof: Proof): Promise<RewrittenTags> {
  const folder = temporaryFolder()
  const env = { ...world.env, MIRRORWATCH_DATA_DIR: folder }
  const opened = await openTestRuntime(proof === 'sum' ? env : { ...env, MIRRORWATCH_SUMDB_URL: 'off' })
  using _fault = proof === 'sum' ? world.faults.add({ service: 'proxy', path: /\.zip$/, kind: GONE }) : null
  try {
    await makeTargets(opened, proof === 'sum' ? [...world.mirror.all()].map(({ module }) => module) : [])
    return await lookOnce(opened)
  } finally {
    await opened.runtime.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

const GONE = { do: 'status', status: 404 } as const

/** Has these modules, and no others, be targets. */
async function makeTargets({ runtime: { db } }: TestRuntime, paths: readonly string[]): Promise<void> {
  const targets = [...new Set(paths)].map((path) => ({ path, dependents: 1_000 }))
  await sql`delete from target`.execute(db)
  await db.transaction().execute((trx) => upsertTargets(trx, targets, 'import', new Date()))
}

async function lookOnce({ runtime }: TestRuntime): Promise<RewrittenTags> {
  const { db, config, ingestDeps, stageDeps } = runtime
  const { signal } = new AbortController()
  const feed = {
    feedUrl: config.feedName,
    isPublic: false,
    sinceMicros: null,
    untilMicros: null,
    nowMicros: 0n,
  }
  await catchUp(ingestDeps, feedWindow(feed), { signal })
  for (const stage of [locateStage, lookStage, baselineStage, inspectStage, assessStage] as Stage<
    typeof stageDeps
  >[]) {
    for (;;) {
      const due = await stage.due({ db, until: new Date(), limit: 500, readBytesPerDay: 0 })
      if (due.length === 0) break
      for (const { key } of due) await stage.run(stageDeps, key, signal)
    }
  }
  const { rows } = await sql<{ version: string; verdict: string }>`
    select m.path || '@' || i.version as version, i.verdict from inspection i join module m on m.id = i.module_id
    order by 1`.execute(db)
  return {
    inspected: rows.map(({ version }) => version),
    differing: new Map(
      rows.filter(({ verdict }) => verdict !== 'same').map((row) => [row.version, row.verdict]),
    ),
    findings: await Array.fromAsync(exportFindings(db)),
  }
}
