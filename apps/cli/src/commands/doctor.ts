import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Config } from '@mirrorwatch/pipeline/config/config'
import { isSet } from '@mirrorwatch/pipeline/config/read-variable'
import { unknownVariables, unknownVariableText } from '@mirrorwatch/pipeline/config/unknown-variables'
import { VARIABLES, type VariableName } from '@mirrorwatch/pipeline/config/variables'
import { paceOf, paceText } from '@mirrorwatch/pipeline/crawl/progress'
import { causes } from '@mirrorwatch/pipeline/errors'
import { probeUpstreams } from '@mirrorwatch/pipeline/health/probe'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { openConfiguredStore } from '@mirrorwatch/pipeline/service/configured-store'
import { openConfiguredQueue } from '@mirrorwatch/pipeline/service/runtime'
import type { Db } from '@mirrorwatch/store/database'
import { storeStats } from '@mirrorwatch/store/queries/stats'
import { troubledDeliveries } from '@mirrorwatch/store/tables/deliveries'
import { crawlProgress } from '@mirrorwatch/store/work/crawl-progress'
import { logAlarms, readLogHead } from '@mirrorwatch/store/work/log-heads'
import { failedInspections } from '@mirrorwatch/store/work/schedule'
import { parseVerifierKey } from '@mirrorwatch/upstream/sumdb/sumdb-note'
import { Command } from 'commander'
import { type Check, checkText, missing, note, ok } from '../doctor/check.ts'
import { deliveryChecks } from '../doctor/delivery.ts'
import { readingCheck } from '../doctor/readings.ts'
import { repositoryChecks } from '../doctor/repositories.ts'
import { configuration } from '../inputs/configuration.ts'
import { EXIT, exitWith } from '../output/exit.ts'
import { printJson, printLine, visible } from '../output/print.ts'

const HELP = `
Reads the configuration, opens the store and the queue, asks every upstream one small question and signs in at the mail server.
Nothing is changed or sent, except with --send-test.

Examples:
  mirrorwatch doctor
  mirrorwatch doctor --send-test

Exit codes: 0 all is well, 1 something is missing, 2 the configuration cannot be read.`

export function doctorCommand(): Command {
  return new Command('doctor')
    .option('--send-test', 'send a test message to every recipient of reports and alerts')
    .option('--json', 'print one JSON object per check')
    .addHelpText('after', HELP)
    .action(doctor)
}

async function doctor(options: { json?: true; sendTest?: true }): Promise<void> {
  const config = configuration()
  const checks = [
    ...configured(config),
    await git(),
    ...(await store(config)),
    ...(await upstreams(config)),
    ...(await deliveryChecks(config, options.sendTest === true)),
  ]
  for (const check of checks) {
    if (options.json) await printJson(check)
    else for (const line of checkText(check)) await printLine(line)
  }
  if (checks.some((check) => check.state === 'missing')) exitWith(EXIT.found)
}

function configured(config: Config): Check[] {
  const names = Object.keys(VARIABLES) as VariableName[]
  const set = names.filter((name) => isSet(process.env, name))
  const values = set.length === 0 ? 'nothing is set, all defaults apply' : `set: ${set.join(', ')}`
  const unknown = unknownVariables(process.env).map((variable) =>
    missing('configuration', unknownVariableText(variable), 'Correct the name, or unset it.'),
  )
  if (isSet(process.env, 'MIRRORWATCH_USER_AGENT') || !config.indexIsPublic)
    return [ok('configuration', values), ...unknown]
  const todo =
    'Set MIRRORWATCH_USER_AGENT to something like "example-watch/1 (+https://example.com/contact)".'
  return [
    ok('configuration', values),
    ...unknown,
    note('user agent', 'it names no contact for the operators of the servers that are asked', todo),
  ]
}

async function upstreams(config: Config): Promise<Check[]> {
  const probes = await probeUpstreams(config)
  return probes.map(({ name, url, fault, todo }) =>
    fault === null ? ok(name, `${url} answers`) : missing(name, `${url}: ${fault}`, todo),
  )
}

async function git(): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'])
    return ok('git', stdout.trim())
  } catch (error) {
    return missing(
      'git',
      error instanceof Error ? error.message : String(error),
      'Install git; it compares repositories.',
    )
  }
}

async function store(config: Config): Promise<Check[]> {
  try {
    await using opened = await openConfiguredStore(config, 'mirrorwatch-doctor')
    await using _queue = await openConfiguredQueue(config, opened, createLogger('silent'))
    const stats = await storeStats(opened.db)
    const failures = await failedInspections(opened.db, 0)
    const unsent = await troubledDeliveries(opened.db, new Date(Date.now() - 14 * 86_400_000))
    const megabytes = Math.round(stats.databaseBytes / 1_000_000)
    return [
      ok(
        'store',
        `${opened.where}, ${megabytes} MB: ${about(stats.modules)} modules, ${about(stats.versions)} versions, ${about(stats.targets)} targets`,
      ),
      ok(
        'queue',
        config.redisUrl === null
          ? `in ${opened.kind === 'embedded' ? 'the embedded store' : 'Postgres'}`
          : 'on Redis',
      ),
      ...(await crawling(opened.db, config)),
      await readingCheck(opened.db, config, new Date()),
      ...(await repositoryChecks(opened.db, config)),
      ...unsent.map(({ kind, subject, recipient, state, lastError }) => ({
        name: `${kind} ${subject}`,
        state: 'note' as const,
        says: `${state === 'failed' ? 'given up' : 'not through yet'} to ${visible(recipient)}: ${visible(lastError ?? '')}`,
        todo:
          kind === 'report'
            ? `mirrorwatch report --week ${subject} --send tries again.`
            : 'Its findings are in mirrorwatch findings list, and in the weekly report.',
      })),
      ...(failures.total === 0
        ? []
        : [
            {
              name: 'inspections',
              state: 'note' as const,
              says: `${failures.total} failed and are tried again`,
              todo: null,
            },
          ]),
    ]
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return [
      missing('store or queue', causes(error), 'Correct DATABASE_URL or REDIS_URL, or start the server.'),
    ]
  }
}

/** Checks the crawlers' progress and the alarms about the checksum database. */
async function crawling(db: Db, config: Config): Promise<Check[]> {
  const log = parseVerifierKey(config.sumdbKey).name
  const head = await readLogHead(db, log)
  const now = Date.now()
  const progress = await crawlProgress(db)
  const alarms = await logAlarms(db, 5)
  return [
    ...progress.map((each) => ok('crawl', paceText(paceOf(each, now, head?.size ?? null)))),
    ...alarms.map((alarm) =>
      missing(
        'CRITICAL, checksum database',
        `${alarm.log}: ${alarm.message} (${alarm.kind}, seen ${alarm.times} times, last ${alarm.lastSeenAt})`,
        `Row ${alarm.id} of the table log_alarm has the evidence; tell the operator of the database.`,
      ),
    ),
  ]
}

function about({ count, exact }: { count: number; exact: boolean }): string {
  return exact ? String(count) : `about ${count}`
}
