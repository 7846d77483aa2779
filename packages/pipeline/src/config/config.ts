import path from 'node:path'
import type { NotifySettings } from '@mirrorwatch/notify/settings'
import { PipelineError } from '../errors.ts'
import { isSet, readVariable, type Value } from './read-variable.ts'
import type { InsteadOf } from './schemas.ts'
import { withoutCredentials } from './schemas.ts'
import { PUBLIC_INDEX, PUBLIC_KNOWN, type VariableName } from './variables.ts'
import {
  type ListenAddress,
  readServer,
  readWebConfig,
  type ServerConfig,
  type WebConfig,
} from './web-config.ts'

/** Configuration of a process. Settings that are absent or switched off are null. URLs have no trailing slash. */
export interface Config extends NotifySettings {
  databaseUrl: string | null
  redisUrl: string | null
  /** Folder of the embedded store and of all other files on disk. Absolute. */
  dataDir: string
  indexUrl: string
  /** Name of the feed in the store: its URL without user and password, which may change and must not be stored. */
  feedName: string
  /** True for the public feed, whose 59 million records are never read from the start by accident. */
  indexIsPublic: boolean
  proxyUrl: string
  /** Headers with credentials for the proxy. Names are in small letters. */
  proxyHeaders: Record<string, string>
  sumdbUrl: string | null
  sumdbKey: string
  ecosystemsUrl: string
  /** Archive of known malicious modules; null where none is read. */
  knownUrl: string | null
  gitInsteadOf: InsteadOf[]
  /** `true`: any private address may be contacted; else the hosts (`host` or `host:port`) that may. */
  allowPrivateHosts: boolean | string[]
  userAgent: string
  inspectConcurrency: number
  readBytesPerDay: number
  /** Requests per second to one host, all workers together: for every host, and by kind of host. Null for the default. */
  rates: Readonly<Record<'all' | 'index' | 'proxy' | 'sumdb' | 'code', number | null>>
  /** Start of the feed's past that is also read, RFC 3339. */
  backfillSince: string | null
  /** Windows of the past that one process reads at once. */
  backfillReaders: number
  countDependents: 'all' | 'watched'
  /** Age in days at which evidence that no finding needs is deleted. */
  keepEvidenceDays: number
  /** Address of health and metrics. */
  listen: ListenAddress | null
  /** The page and the API. */
  web: WebConfig
  /** Server that commands ask instead of the store. */
  server: ServerConfig | null
  /** Collector of spans; the URL without `/v1/traces`. */
  otlp: { url: string; headers: Record<string, string> } | null
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

/**
 * Reads the configuration from `env`. A relative data folder is below `cwd`.
 *
 * @throws PipelineError `bad-config`, naming the variable, the given value and the accepted ones.
 */
export function readConfig(env: NodeJS.ProcessEnv, cwd: string): Config {
  const read = <N extends VariableName>(name: N): Value<N> => readVariable(env, name)
  const indexUrl = read('MIRRORWATCH_INDEX_URL')
  const sumdbUrl = read('MIRRORWATCH_SUMDB_URL')
  const otlpUrl = read('OTEL_EXPORTER_OTLP_ENDPOINT')
  const config = {
    databaseUrl: read('DATABASE_URL'),
    redisUrl: read('REDIS_URL'),
    dataDir: path.resolve(cwd, read('MIRRORWATCH_DATA_DIR')),
    indexUrl,
    feedName: withoutCredentials(indexUrl),
    indexIsPublic: indexUrl === PUBLIC_INDEX,
    proxyUrl: read('MIRRORWATCH_PROXY_URL'),
    proxyHeaders: proxyHeaders(read('MIRRORWATCH_PROXY_HEADER'), isSet(env, 'MIRRORWATCH_PROXY_URL')),
    sumdbUrl: sumdbUrl === 'off' ? null : sumdbUrl,
    sumdbKey: read('MIRRORWATCH_SUMDB_KEY'),
    ecosystemsUrl: read('MIRRORWATCH_ECOSYSTEMS_URL'),
    knownUrl: knownUrl(read('MIRRORWATCH_KNOWN_URL'), indexUrl === PUBLIC_INDEX),
    gitInsteadOf: read('MIRRORWATCH_GIT_INSTEAD_OF') ?? [],
    allowPrivateHosts: read('MIRRORWATCH_ALLOW_PRIVATE_HOSTS'),
    userAgent: read('MIRRORWATCH_USER_AGENT'),
    inspectConcurrency: read('MIRRORWATCH_INSPECT_CONCURRENCY'),
    readBytesPerDay: read('MIRRORWATCH_READ_MB_PER_DAY') * 1_000_000,
    rates: {
      all: read('MIRRORWATCH_REQUESTS_PER_SECOND'),
      index: read('MIRRORWATCH_INDEX_REQUESTS_PER_SECOND'),
      proxy: read('MIRRORWATCH_PROXY_REQUESTS_PER_SECOND'),
      sumdb: read('MIRRORWATCH_SUMDB_REQUESTS_PER_SECOND'),
      code: read('MIRRORWATCH_CODE_HOST_REQUESTS_PER_SECOND'),
    },
    backfillSince: read('MIRRORWATCH_BACKFILL_SINCE'),
    backfillReaders: read('MIRRORWATCH_BACKFILL_READERS'),
    countDependents: read('MIRRORWATCH_COUNT_DEPENDENTS'),
    smtpUrl: read('MIRRORWATCH_SMTP_URL'),
    reportTo: read('MIRRORWATCH_REPORT_TO') ?? [],
    reportCron: read('MIRRORWATCH_REPORT_CRON'),
    reportTimeZone: read('MIRRORWATCH_REPORT_TIME_ZONE'),
    mailFrom: read('MIRRORWATCH_MAIL_FROM'),
    dkim: read('MIRRORWATCH_DKIM'),
    publicUrl: read('MIRRORWATCH_PUBLIC_URL'),
    alertTo: read('MIRRORWATCH_ALERT_TO') ?? [],
    slackWebhookUrl: read('MIRRORWATCH_SLACK_WEBHOOK_URL'),
    channels: read('MIRRORWATCH_ALERT_CHANNELS') ?? new Map(),
    webhook: webhook(read('MIRRORWATCH_WEBHOOK_URL'), read('MIRRORWATCH_WEBHOOK_SECRET')),
    keepEvidenceDays: read('MIRRORWATCH_KEEP_EVIDENCE_DAYS'),
    listen: read('MIRRORWATCH_LISTEN'),
    server: readServer(read),
    web: readWebConfig(read, (name) => isSet(env, name)),
    otlp: otlpUrl === null ? null : { url: otlpUrl, headers: read('OTEL_EXPORTER_OTLP_HEADERS') ?? {} },
    logLevel: read('MIRRORWATCH_LOG_LEVEL'),
  }
  if (config.redisUrl !== null && config.databaseUrl === null) throw redisWithoutPostgres()
  return config
}

/** The public mirror must not receive a secret that was meant for another proxy. */
function proxyHeaders(header: Record<string, string> | null, isProxyNamed: boolean): Config['proxyHeaders'] {
  if (header === null) return {}
  if (isProxyNamed) return header
  throw new PipelineError('bad-config', 'MIRRORWATCH_PROXY_HEADER is set but MIRRORWATCH_PROXY_URL is not', {
    todo: 'Set MIRRORWATCH_PROXY_URL to the proxy that the header is for.',
  })
}

/** A private feed's modules are no business of a public server, and of no interest to it. */
function knownUrl(given: string | null, isPublic: boolean): string | null {
  if (given === 'off') return null
  return given ?? (isPublic ? PUBLIC_KNOWN : null)
}

/** Returns the error for a queue on Redis with an embedded store: it would look shared, but only one process can open the store. */
function redisWithoutPostgres(): PipelineError {
  return new PipelineError('bad-config', 'REDIS_URL is set but DATABASE_URL is not', {
    todo: 'Set DATABASE_URL to a Postgres database as well, or unset REDIS_URL to keep everything in the data folder.',
  })
}

/** An alert without a signature could come from anyone, so a webhook needs a key. */
function webhook(url: string | null, secret: string | null): Config['webhook'] {
  if (url === null) return null
  if (secret !== null) return { url, secret }
  throw new PipelineError(
    'bad-config',
    'MIRRORWATCH_WEBHOOK_URL is set but MIRRORWATCH_WEBHOOK_SECRET is not',
    {
      todo: 'Set MIRRORWATCH_WEBHOOK_SECRET to a random text, or unset MIRRORWATCH_WEBHOOK_URL.',
    },
  )
}
