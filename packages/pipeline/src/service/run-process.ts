import { NotifyError } from '@mirrorwatch/notify/errors'
import { createSharedLimiter } from '@mirrorwatch/upstream/limits/shared-limiter'
import { type Config, readConfig } from '../config/config.ts'
import { loadEnvironmentFile } from '../config/environment-file.ts'
import { ratesOf } from '../config/rates.ts'
import { unknownVariables, unknownVariableText } from '../config/unknown-variables.ts'
import { PipelineError } from '../errors.ts'
import { probeUpstreams } from '../health/probe.ts'
import { serveHealth } from '../health/server.ts'
import { countRequests, countSlots } from '../observe/count-upstreams.ts'
import { createHostClass } from '../observe/host-class.ts'
import { createLogger, type Logger } from '../observe/log.ts'
import { LoopWatch } from '../observe/loop-watch.ts'
import { createMetrics } from '../observe/metrics.ts'
import { createClients } from './clients.ts'
import { openConfiguredStore } from './configured-store.ts'
import { createConfiguredTurns } from './configured-turns.ts'
import { openRuntime, type Runtime } from './runtime.ts'
import { type Parts, runService, untilAborted } from './service.ts'

/** Runs a service process: like {@link serve}, but also reads the configuration and logs every failure. */
export async function runProcess(name: string, parts: Parts): Promise<void> {
  await withConfiguration(name, (config, log) => serve(name, config, parts, { log }))
}

/** Runs the page alone until the first SIGINT or SIGTERM: store and clients, without a queue. Logs every failure. */
export async function runAlone(name: string, beside: Beside): Promise<void> {
  await withConfiguration(name, async (config, log) => {
    const stop = stopSignal(log)
    const clock = (): Date => new Date()
    await using store = await openConfiguredStore(config, name, (message) => log.warn(message))
    await using turns = await createConfiguredTurns(config, store, log)
    const metrics = createMetrics()
    const classOf = createHostClass(config)
    const limiter = createSharedLimiter({ turns, perSecond: ratesOf(config) })
    const rateLimiter = countSlots(limiter, metrics, classOf)
    const observer = countRequests(metrics, classOf)
    await using clients = await createClients(config, { rateLimiter, observer })
    const health = { db: store.db, queue: null, config, clock, log, metrics, loops: new LoopWatch() }
    await using _health = config.listen === null ? null : await serveHealth(health, config.listen, stop)
    await using page = await beside({ config, store, clients, log, clock, metrics })
    if (page === null) {
      throw new PipelineError('bad-config', 'MIRRORWATCH_WEB_LISTEN is off', { todo: 'Give an address.' })
    }
    log.info({ store: store.where }, `${name} is up`)
    await untilAborted(stop)
    log.info(`${name} has stopped`)
  })
}

async function withConfiguration(
  name: string,
  run: (config: Config, log: Logger) => Promise<void>,
): Promise<void> {
  try {
    loadEnvironmentFile()
    const config = readConfig(process.env, process.cwd())
    const log = createLogger(config.logLevel)
    for (const unknown of unknownVariables(process.env)) log.warn(unknownVariableText(unknown))
    await run(config, log)
  } catch (error) {
    logFatal(createLogger('info'), name, error)
  }
}

/** Starts the page along with the parts of a process. Null if it is switched off. */
export type Beside = (deps: BesideDeps) => Promise<AsyncDisposable | null>
type BesideDeps = Pick<Runtime, 'config' | 'store' | 'clients' | 'log' | 'clock' | 'metrics'>

/**
 * Runs `parts` until the first SIGINT or SIGTERM, lets running jobs finish and closes everything. A second signal ends the
 * process at once. Nothing but the log is written; a failure after the start is logged and sets exit code 2.
 *
 * @throws StoreError, PipelineError or NotifyError if it cannot start
 */
export async function serve(
  name: string,
  config: Config,
  parts: Parts,
  options: { log?: Logger; beside?: Beside } = {},
): Promise<void> {
  const { log = createLogger(config.logLevel), beside } = options
  const stop = stopSignal(log)
  await using runtime = await openRuntime(config, { log, applicationName: name })
  await using _page = (await beside?.(runtime)) ?? null
  log.info({ store: runtime.store.where, queue: runtime.queue.kind }, `${name} is up`)
  const probed = parts.crawl ? warnOfUnreachable(config, log, stop) : undefined
  try {
    await runService(runtime, parts, stop)
    await probed
    log.info(`${name} has stopped`)
  } catch (error) {
    logFatal(log, name, error)
  }
}

function logFatal(log: Logger, name: string, error: unknown): void {
  const todo = error instanceof PipelineError || error instanceof NotifyError ? error.todo : undefined
  log.fatal({ err: error, todo }, `${name} cannot go on`)
  process.exitCode = 2
}

/** Warns at once of an upstream that does not answer; the readers would only say so after their retries. */
async function warnOfUnreachable(config: Config, log: Logger, signal: AbortSignal): Promise<void> {
  for (const { name, url, fault, todo } of await probeUpstreams(config, signal)) {
    if (fault === null || signal.aborted) continue
    log.warn({ url, todo }, `cannot reach the ${name}, trying again later: ${fault}`)
  }
}

function stopSignal(log: Logger): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130)
      log.info(`${name}: finishing running jobs; a second signal stops at once`)
      controller.abort(new Error(`stopped by ${name}`))
    })
  }
  return controller.signal
}
