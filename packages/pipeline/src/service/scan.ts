import { setTimeout as sleep } from 'node:timers/promises'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { dueVersions } from '@mirrorwatch/store/work/schedule'
import { withoutCredentials } from '../config/schemas.ts'
import { type CrawlTotals, catchUp, type OnPage } from '../crawl/crawl.ts'
import type { FeedWindow } from '../crawl/feed-window.ts'
import { causes, PipelineError } from '../errors.ts'
import { SCAN_ORDER, type StageDeps } from '../pipeline.ts'
import { queueName } from '../work/queue/queue-names.ts'
import type { Stage } from '../work/stage.ts'
import { sweep } from '../work/sweep.ts'
import type { Runtime } from './runtime.ts'

export interface ScanEvents {
  onPage?: OnPage
  /** Reports that a group of stages began; `stage` is its first. */
  onStage?: (stage: Stage<StageDeps>) => void
  /** Reports the jobs done in this stage, and the jobs still known to be due. */
  onProgress?: (stage: Stage<StageDeps>, done: number, left: number) => void
}

export interface ScanSummary {
  crawl: CrawlTotals
  /** Jobs run, by stage. */
  done: Record<string, number>
  /** Jobs that failed for an unexpected reason; they were logged. */
  failed: number
}

/**
 * Runs one bounded pass, feed to findings: reads `window` to its end, then runs every stage until nothing is due in it. Stages
 * run in sequence, so that the next one has the results for all modules. After an interruption the next call resumes there.
 */
export async function scan(
  runtime: Runtime,
  window: FeedWindow,
  { signal, ...events }: ScanEvents & { signal: AbortSignal },
): Promise<ScanSummary> {
  const crawl = await catchUp({ ...runtime.ingestDeps, inspect: 'all' }, window, { signal, ...pick(events) })
  return runStages(runtime, crawl, { signal, ...events })
}

/** Runs every stage, in sequence, until nothing is due in it. */
export async function runStages(
  runtime: Runtime,
  crawl: CrawlTotals,
  { signal, ...events }: ScanEvents & { signal: AbortSignal },
): Promise<ScanSummary> {
  await checkProxy(runtime, signal)
  const summary: ScanSummary = { crawl, done: {}, failed: 0 }
  await runtime.startWorkers([...new Set(SCAN_ORDER.flat())], (stage, error) => {
    summary.done[stage.name] = (summary.done[stage.name] ?? 0) + 1
    if (error !== null) summary.failed++
  })
  for (const stages of SCAN_ORDER) {
    const [first] = stages
    if (first !== undefined) events.onStage?.(first)
    await runUntilIdle(runtime, stages, signal, (left) => {
      if (first !== undefined) events.onProgress?.(first, summary.done[first.name] ?? 0, left)
    })
  }
  return summary
}

/**
 * Sends one request to the proxy before thousands of them, so that a wrong or unreachable address is reported at once instead of
 * once per version.
 */
async function checkProxy(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const [due] = await dueVersions(runtime.store.db, runtime.clock(), 1)
  if (due === undefined) return
  try {
    await runtime.clients.proxy.list(due.path, signal)
  } catch (error) {
    if (!isGomodError(error, 'bad-response', 'retry-later', 'forbidden-address')) return
    throw new PipelineError(
      'upstream',
      `the module proxy ${withoutCredentials(runtime.config.proxyUrl)} cannot be used: ${causes(error)}`,
      {
        todo: 'Check MIRRORWATCH_PROXY_URL and the network. What was read is saved; the next scan goes on with it.',
        cause: error,
      },
    )
  }
}

function pick({ onPage }: ScanEvents): { onPage?: OnPage } {
  return onPage === undefined ? {} : { onPage }
}

/** Poll interval for more work: short enough that a small scan does not wait. */
const ASK_EVERY_MS = 50
/** Number of jobs below which the queue is refilled. */
const LOW_WATER = 200

/** Runs a stage until nothing is due. Asks once even if nothing is due, because counting targets has no row. */
export async function runUntilIdle(
  runtime: Pick<Runtime, 'clock' | 'queue' | 'runNow' | 'sweepDeps'>,
  stages: readonly Stage<StageDeps>[],
  signal: AbortSignal,
  onLeft: (left: number) => void,
): Promise<void> {
  // Retries that are due later than this are left to the next scan, or this one might never end.
  const until = runtime.clock()
  if (stages.some((stage) => stage.name === 'targets')) await runtime.runNow('targets', signal)
  for (;;) {
    signal.throwIfAborted()
    const due = await sweep(runtime.sweepDeps, stages, until)
    onLeft(due.length)
    if (due.length === 0 && (await queued(runtime, stages)) === 0) return
    do {
      await sleep(ASK_EVERY_MS, undefined, { signal })
    } while ((await queued(runtime, stages)) > Math.max(0, Math.min(LOW_WATER, due.length - 1)))
  }
}

async function queued(runtime: Pick<Runtime, 'queue'>, stages: readonly Stage<StageDeps>[]): Promise<number> {
  const counts = await runtime.queue.counts(...stages.map((stage) => queueName(stage.name)))
  return Object.values(counts).reduce(
    (sum, { waiting, active, delayed }) => sum + waiting + active + delayed,
    0,
  )
}
