import path from 'node:path'
import { z } from 'zod'
import { PipelineError } from './errors.ts'

/** A rewrite of repository and go-get addresses, like git's `url.<to>.insteadOf <from>`. */
export interface InsteadOf {
  from: string
  to: string
}

/** Everything that the environment decides, checked once at start. Absent and switched-off things are null. */
export interface Config {
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
  gitInsteadOf: InsteadOf[]
  /** `true`: any private address may be contacted; else the hosts (`host` or `host:port`) that may. */
  allowPrivateHosts: boolean | string[]
  userAgent: string
  inspect: 'all' | 'watched'
  inspectConcurrency: number
  requestsPerSecond: number
  smtpUrl: string | null
  reportTo: string[]
  reportCron: string
  /** IANA name. */
  reportTimeZone: string
  mailFrom: string | null
  dkim: { domain: string; selector: string; keyFile: string } | null
  /** Without a closing slash. */
  publicUrl: string | null
  alertTo: string[]
  slackWebhookUrl: string | null
  webhook: { url: string; secret: string } | null
  listen: { host: string; port: number } | null
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

const PUBLIC_INDEX = 'https://index.golang.org/index'
/** The key that signs the public checksum database; it is also compiled into the go command. */
const PUBLIC_SUMDB_KEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'

/** One variable: how it is read, what would do instead of a wrong value, and what it is for (`docs/configuration.md`). */
export interface Variable {
  schema: z.ZodType
  expected: string
  purpose: string
  secret?: true
}

function url(...protocols: string[]): z.ZodType<string> {
  return z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)))
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

/** Every environment variable that mirrorwatch reads; nothing else in the environment changes what it does. */
export const VARIABLES = {
  DATABASE_URL: {
    schema: url('postgres', 'postgresql'),
    expected: 'a Postgres URL such as postgres://user:password@host:5432/mirrorwatch',
    purpose: 'The Postgres that holds everything. Without it an embedded one is kept in the data folder.',
    secret: true,
  },
  REDIS_URL: {
    schema: url('redis', 'rediss'),
    expected: 'a Redis URL such as redis://127.0.0.1:6379',
    purpose: 'The Redis (or Valkey, Dragonfly) for the queue. Without it the queue lives in Postgres.',
    secret: true,
  },
  MIRRORWATCH_DATA_DIR: {
    schema: z.string(),
    expected: 'a folder that can be written',
    purpose: 'Where the embedded store and work files are kept. Default: .mirrorwatch in the current folder.',
  },
  MIRRORWATCH_INDEX_URL: {
    schema: url('http', 'https'),
    expected: `an http(s) URL such as ${PUBLIC_INDEX}`,
    purpose: `The index feed. Default: ${PUBLIC_INDEX}`,
  },
  MIRRORWATCH_PROXY_URL: {
    schema: url('http', 'https', 'file'),
    expected: 'an http(s) or file URL such as https://proxy.golang.org',
    purpose: 'The module proxy whose zips are checked. Default: https://proxy.golang.org',
  },
  MIRRORWATCH_SUMDB_URL: {
    schema: z.union([z.literal('off'), url('http', 'https')]),
    expected: '"off", or an http(s) URL such as https://sum.golang.org',
    purpose: 'The checksum database. Default: https://sum.golang.org',
  },
  MIRRORWATCH_SUMDB_KEY: {
    schema: z.string().regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$/),
    expected: 'a verifier key, NAME+8 hex digits+base64',
    purpose: "The key that signs the checksum database. Default: sum.golang.org's.",
  },
  MIRRORWATCH_GIT_INSTEAD_OF: {
    schema: list.refine((items) => items.every((item) => /^[a-z+]+:\/\/[^=\s]+=[a-z+]+:\/\/\S+$/.test(item))),
    expected:
      'FROM=TO pairs of URLs with commas, such as https://github.com/=http://127.0.0.1:9000/github.com/',
    purpose: 'Rewrites of repository and go-get addresses, for mirrors of code hosts and for tests.',
  },
  MIRRORWATCH_ALLOW_PRIVATE_HOSTS: {
    schema: z.union([z.enum(['true', 'false']), list]),
    expected: '"true", "false" or hosts with commas, such as 127.0.0.1,git.internal:8443',
    purpose:
      'Which private addresses may be contacted. Default: none, whatever a module path or a page says.',
  },
  MIRRORWATCH_USER_AGENT: {
    schema: z.string().regex(/^[\x20-\x7e]{1,200}$/),
    expected: 'up to 200 printable ASCII characters',
    purpose: 'How upstreams see us. Name a contact: the mirror and the code hosts are shared.',
  },
  MIRRORWATCH_INSPECT: {
    schema: z.enum(['all', 'watched']),
    expected: '"all" or "watched"',
    purpose: 'Which new versions are inspected: all, or only those of look-alikes and targets. Default: all.',
  },
  MIRRORWATCH_INSPECT_CONCURRENCY: {
    schema: z.coerce.number().int().min(1).max(256),
    expected: 'a whole number from 1 to 256',
    purpose: 'Inspections that one process runs at once. Default: 4.',
  },
  MIRRORWATCH_REQUESTS_PER_SECOND: {
    schema: z.coerce.number().min(0.01).max(10_000),
    expected: 'a number from 0.01 to 10000',
    purpose: 'Requests a second to one upstream host, all workers together. Default: 10.',
  },
  MIRRORWATCH_SMTP_URL: {
    schema: url('smtp', 'smtps'),
    expected: 'an SMTP URL such as smtps://user:password@mail.example.com:465',
    purpose: 'The mail server for reports and alerts.',
    secret: true,
  },
  MIRRORWATCH_REPORT_TO: {
    schema: list.refine((items) => items.every((item) => /^[^\s@,]+@[^\s@,]+$/.test(item))),
    expected: 'e-mail addresses with commas',
    purpose: 'Who gets the weekly report.',
  },
  MIRRORWATCH_REPORT_CRON: {
    schema: z.string().regex(/^\S+(\s+\S+){4}$/),
    expected: 'a cron line of five fields such as 0 7 * * 1',
    purpose: 'When the weekly report goes out. Default: 0 7 * * 1 (Mondays at seven).',
  },
  MIRRORWATCH_REPORT_TIME_ZONE: {
    schema: z.string().refine(isTimeZone),
    expected: 'a time zone such as Europe/Berlin',
    purpose: 'Where the weeks of the report begin and its schedule is meant. Default: UTC.',
  },
  MIRRORWATCH_MAIL_FROM: {
    schema: z.string().regex(/^[^\s@,<>]+@[^\s@,<>]+$/),
    expected: 'one e-mail address',
    purpose: 'The sender of reports and alerts. Default: mirrorwatch@ the name of the mail server.',
  },
  MIRRORWATCH_DKIM: {
    schema: z.string().regex(/^[^\s:]+:[^\s:]+:\S.*$/),
    expected: 'DOMAIN:SELECTOR:FILE, the file holding a private key in PEM',
    purpose: 'Signs mail with DKIM. Default: it is not signed here.',
  },
  MIRRORWATCH_PUBLIC_URL: {
    schema: url('http', 'https'),
    expected: 'an http(s) URL such as https://mirrorwatch.example.com',
    purpose: 'Where people reach the page; reports and alerts link to it. Default: no links.',
  },
  MIRRORWATCH_ALERT_TO: {
    schema: list.refine((items) => items.every((item) => /^[^\s@,]+@[^\s@,]+$/.test(item))),
    expected: 'e-mail addresses with commas',
    purpose: 'Who gets an alert of critical and high findings between reports.',
  },
  MIRRORWATCH_SLACK_WEBHOOK_URL: {
    schema: url('http', 'https'),
    expected: 'the URL of a Slack-compatible incoming webhook',
    purpose: 'Where alerts are posted as a message.',
    secret: true,
  },
  MIRRORWATCH_WEBHOOK_URL: {
    schema: url('http', 'https'),
    expected: 'an http(s) URL',
    purpose: 'Where alerts are posted as signed JSON. Needs MIRRORWATCH_WEBHOOK_SECRET.',
    secret: true,
  },
  MIRRORWATCH_WEBHOOK_SECRET: {
    schema: z.string().min(16),
    expected: 'at least 16 characters',
    purpose: 'The key that alerts to MIRRORWATCH_WEBHOOK_URL are signed with.',
    secret: true,
  },
  MIRRORWATCH_LISTEN: {
    schema: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^\s:]+):\d{1,5}$/),
    expected: 'HOST:PORT such as 127.0.0.1:8080',
    purpose: 'Where health, metrics and (later) the page are served. Default: nowhere.',
  },
  MIRRORWATCH_LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    expected: 'fatal, error, warn, info, debug, trace or silent',
    purpose: 'How much is logged. Default: info.',
  },
} satisfies Record<string, Variable>

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || ['UTC', 'Etc/UTC', 'GMT'].includes(name)
}

type Name = keyof typeof VARIABLES

function read<N extends Name>(
  env: NodeJS.ProcessEnv,
  name: N,
): z.infer<(typeof VARIABLES)[N]['schema']> | null {
  const given = env[name]
  if (given === undefined || given === '') return null
  const variable: Variable = VARIABLES[name]
  const parsed = variable.schema.safeParse(given)
  if (parsed.success) return parsed.data as z.infer<(typeof VARIABLES)[N]['schema']>
  const shown = variable.secret ? 'a value that is kept secret here' : JSON.stringify(given)
  throw new PipelineError('bad-config', `${name} is ${shown}; it must be ${variable.expected}`, {
    todo: `Correct or unset ${name}. ${variable.purpose}`,
  })
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
    gitInsteadOf: (read(env, 'MIRRORWATCH_GIT_INSTEAD_OF') ?? []).map(rewrite),
    allowPrivateHosts: privateHosts(read(env, 'MIRRORWATCH_ALLOW_PRIVATE_HOSTS')),
    userAgent: read(env, 'MIRRORWATCH_USER_AGENT') ?? 'mirrorwatch/0.1 (no contact configured)',
    inspect: read(env, 'MIRRORWATCH_INSPECT') ?? 'all',
    inspectConcurrency: read(env, 'MIRRORWATCH_INSPECT_CONCURRENCY') ?? 4,
    requestsPerSecond: read(env, 'MIRRORWATCH_REQUESTS_PER_SECOND') ?? 10,
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
    listen: hostAndPort(read(env, 'MIRRORWATCH_LISTEN')),
    logLevel: read(env, 'MIRRORWATCH_LOG_LEVEL') ?? 'info',
  }
}

/** A queue on Redis beside a store that only one process can open would look shared and is not. */
function redisNeedsPostgres(redisUrl: string | null, env: NodeJS.ProcessEnv): string | null {
  if (redisUrl === null || env['DATABASE_URL']) return redisUrl
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
  return { host: text.slice(0, cut).replace(/^\[(.*)\]$/, '$1'), port }
}
