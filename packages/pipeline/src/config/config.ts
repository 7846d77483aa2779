import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { NotifySettings } from '@mirrorwatch/notify/settings'
import type { z } from 'zod'
import { PipelineError } from '../errors.ts'
import { PUBLIC_ECOSYSTEMS, PUBLIC_INDEX, PUBLIC_SUMDB_KEY, VARIABLES, type Variable } from './variables.ts'

/** A rewrite of repository and go-get addresses, like git's `url.<to>.insteadOf <from>`. */
export interface InsteadOf {
  from: string
  to: string
}

/** Everything that the environment decides, checked once at start. Absent and switched-off things are null. */
export interface Config extends NotifySettings {
  databaseUrl: string | null
  redisUrl: string | null
  /** Folder of the embedded store and of everything else that is kept on disk. Absolute. */
  dataDir: string
  indexUrl: string
  /** True where the feed is the public one (59 million records: nobody wants to read it from its start by accident). */
  indexIsPublic: boolean
  proxyUrl: string
  sumdbUrl: string | null
  sumdbKey: string
  /** Without a closing slash. */
  ecosystemsUrl: string
  gitInsteadOf: InsteadOf[]
  /** `true`: any private address may be contacted; else the hosts (`host` or `host:port`) that may. */
  allowPrivateHosts: boolean | string[]
  userAgent: string
  inspect: 'all' | 'watched'
  inspectConcurrency: number
  /** Requests a second to one host, all workers together: for every host, and for those of one kind. Null: not configured. */
  rates: Readonly<Record<'all' | 'index' | 'proxy' | 'sumdb' | 'code', number | null>>
  /** From when on the feed's past is read beside its end, RFC 3339; null: not at all. */
  backfillSince: string | null
  /** Windows of the past that one process reads at once. */
  backfillReaders: number
  countDependents: 'all' | 'watched'
  /** Age in days from which evidence that no finding needs is deleted. */
  keepEvidenceDays: number
  listen: { host: string; port: number } | null
  /** Where spans go; the URL without `/v1/traces`. */
  otlp: { url: string; headers: Record<string, string> } | null
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

type Name = keyof typeof VARIABLES

function read<N extends Name>(
  env: NodeJS.ProcessEnv,
  name: N,
): z.infer<(typeof VARIABLES)[N]['schema']> | null {
  const variable: Variable = VARIABLES[name]
  const given = variable.secret ? secretText(env, name) : env[name]
  if (given === undefined || given === '') return null
  const parsed = variable.schema.safeParse(given)
  if (parsed.success) return parsed.data as z.infer<(typeof VARIABLES)[N]['schema']>
  const shown = variable.secret ? 'a value that is kept secret here' : JSON.stringify(given)
  throw new PipelineError('bad-config', `${name} is ${shown}; it must be ${variable.expected}`, {
    todo: `Correct or unset ${name}. ${variable.purpose}`,
  })
}

/** The value of a secret variable, or of the file that `<name>_FILE` names, without the line break at its end. */
function secretText(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`]
  if (file === undefined || file === '') return env[name]
  if (env[name]) {
    throw new PipelineError('bad-config', `${name} and ${name}_FILE are both set`, {
      todo: 'Unset one of the two.',
    })
  }
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    throw new PipelineError('bad-config', `the file of ${name}_FILE, ${file}, cannot be read`, {
      todo: 'Check that it is there and that the user of this process may read it.',
      cause: error,
    })
  }
}

/**
 * Reads the configuration from `env`. `cwd` is where a relative data folder starts.
 *
 * @throws PipelineError `bad-config`, naming the variable, what was given and what would do.
 */
export function readConfig(env: NodeJS.ProcessEnv, cwd: string): Config {
  const indexUrl = feedUrl(read(env, 'MIRRORWATCH_INDEX_URL') ?? PUBLIC_INDEX)
  const sumdbUrl = read(env, 'MIRRORWATCH_SUMDB_URL') ?? 'https://sum.golang.org'
  return {
    databaseUrl: read(env, 'DATABASE_URL'),
    redisUrl: redisNeedsPostgres(read(env, 'REDIS_URL'), env),
    dataDir: path.resolve(cwd, read(env, 'MIRRORWATCH_DATA_DIR') ?? '.mirrorwatch'),
    indexUrl,
    indexIsPublic: indexUrl === PUBLIC_INDEX,
    proxyUrl: withoutSlash(read(env, 'MIRRORWATCH_PROXY_URL') ?? 'https://proxy.golang.org'),
    sumdbUrl: sumdbUrl === 'off' ? null : withoutSlash(sumdbUrl),
    sumdbKey: read(env, 'MIRRORWATCH_SUMDB_KEY') ?? PUBLIC_SUMDB_KEY,
    ecosystemsUrl: withoutSlash(read(env, 'MIRRORWATCH_ECOSYSTEMS_URL') ?? PUBLIC_ECOSYSTEMS),
    gitInsteadOf: (read(env, 'MIRRORWATCH_GIT_INSTEAD_OF') ?? []).map(rewrite),
    allowPrivateHosts: privateHosts(read(env, 'MIRRORWATCH_ALLOW_PRIVATE_HOSTS')),
    userAgent: read(env, 'MIRRORWATCH_USER_AGENT') ?? 'mirrorwatch/0.1 (no contact configured)',
    inspect: read(env, 'MIRRORWATCH_INSPECT') ?? 'all',
    inspectConcurrency: read(env, 'MIRRORWATCH_INSPECT_CONCURRENCY') ?? 4,
    rates: {
      all: read(env, 'MIRRORWATCH_REQUESTS_PER_SECOND'),
      index: read(env, 'MIRRORWATCH_INDEX_REQUESTS_PER_SECOND'),
      proxy: read(env, 'MIRRORWATCH_PROXY_REQUESTS_PER_SECOND'),
      sumdb: read(env, 'MIRRORWATCH_SUMDB_REQUESTS_PER_SECOND'),
      code: read(env, 'MIRRORWATCH_CODE_HOST_REQUESTS_PER_SECOND'),
    },
    backfillSince: read(env, 'MIRRORWATCH_BACKFILL_SINCE'),
    backfillReaders: read(env, 'MIRRORWATCH_BACKFILL_READERS') ?? 4,
    countDependents: read(env, 'MIRRORWATCH_COUNT_DEPENDENTS') ?? 'all',
    smtpUrl: read(env, 'MIRRORWATCH_SMTP_URL'),
    reportTo: read(env, 'MIRRORWATCH_REPORT_TO') ?? [],
    reportCron: read(env, 'MIRRORWATCH_REPORT_CRON') ?? '0 7 * * 1',
    reportTimeZone: read(env, 'MIRRORWATCH_REPORT_TIME_ZONE') ?? 'UTC',
    mailFrom: read(env, 'MIRRORWATCH_MAIL_FROM'),
    dkim: dkim(read(env, 'MIRRORWATCH_DKIM')),
    publicUrl: optionalBase(read(env, 'MIRRORWATCH_PUBLIC_URL')),
    alertTo: read(env, 'MIRRORWATCH_ALERT_TO') ?? [],
    slackWebhookUrl: read(env, 'MIRRORWATCH_SLACK_WEBHOOK_URL'),
    webhook: webhook(read(env, 'MIRRORWATCH_WEBHOOK_URL'), read(env, 'MIRRORWATCH_WEBHOOK_SECRET')),
    keepEvidenceDays: read(env, 'MIRRORWATCH_KEEP_EVIDENCE_DAYS') ?? 365,
    listen: hostAndPort(read(env, 'MIRRORWATCH_LISTEN')),
    otlp: otlp(read(env, 'OTEL_EXPORTER_OTLP_ENDPOINT'), read(env, 'OTEL_EXPORTER_OTLP_HEADERS')),
    logLevel: read(env, 'MIRRORWATCH_LOG_LEVEL') ?? 'info',
  }
}

/** A queue on Redis beside a store that only one process can open would look shared and is not. */
function redisNeedsPostgres(redisUrl: string | null, env: NodeJS.ProcessEnv): string | null {
  if (redisUrl === null || read(env, 'DATABASE_URL') !== null) return redisUrl
  throw new PipelineError('bad-config', 'REDIS_URL is set but DATABASE_URL is not', {
    todo: 'Set DATABASE_URL to a Postgres as well, or unset REDIS_URL to keep everything in the data folder.',
  })
}

/** The feed is served at /index; a bare host is what people write. */
function feedUrl(text: string): string {
  const feed = new URL(text)
  if (feed.pathname === '/') feed.pathname = '/index'
  return withoutSlash(feed.href)
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, '')
}

function optionalBase(text: string | null): string | null {
  return text === null ? null : withoutSlash(text)
}

function dkim(text: string | null): Config['dkim'] {
  const [domain = '', selector = '', ...file] = text?.split(':') ?? []
  return text === null ? null : { domain, selector, keyFile: file.join(':') }
}

/** An alert that nobody can check the origin of would be worse than none. */
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

function rewrite(pair: string): InsteadOf {
  const cut = pair.indexOf('=')
  return { from: pair.slice(0, cut), to: pair.slice(cut + 1) }
}

function privateHosts(value: string | string[] | null): boolean | string[] {
  if (value === 'true' || value === 'false') return value === 'true'
  return Array.isArray(value) ? value : false
}

function otlp(url: string | null, headers: string[] | null): Config['otlp'] {
  if (url === null) return null
  const pairs = (headers ?? []).map((pair): [string, string] => {
    const cut = pair.indexOf('=')
    return [pair.slice(0, cut), pair.slice(cut + 1)]
  })
  return { url: withoutSlash(url), headers: Object.fromEntries(pairs) }
}

function hostAndPort(text: string | null): { host: string; port: number } | null {
  if (text === null) return null
  const cut = text.lastIndexOf(':')
  const port = Number(text.slice(cut + 1))
  if (port > 65_535) {
    throw new PipelineError(
      'bad-config',
      `MIRRORWATCH_LISTEN is ${JSON.stringify(text)}; a port ends at 65535`,
      {
        todo: 'Give a port from 0 to 65535.',
      },
    )
  }
  if (cut === -1) return { host: '127.0.0.1', port }
  return { host: text.slice(0, cut).replace(/^\[(.*)\]$/, '$1'), port }
}
