import { z } from 'zod'

/** The public feed. */
export const PUBLIC_INDEX = 'https://index.golang.org/index'
/** The key that signs the public checksum database; it is also compiled into the go command. */
export const PUBLIC_SUMDB_KEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'

/** Figures about packages of all kinds: https://ecosyste.ms */
export const PUBLIC_ECOSYSTEMS = 'https://packages.ecosyste.ms'

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

function perSecond(purpose: string): Variable & { schema: z.ZodType<number> } {
  return {
    schema: z.coerce.number().min(0.01).max(10_000),
    expected: 'a number from 0.01 to 10000',
    purpose,
  }
}

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
  MIRRORWATCH_ECOSYSTEMS_URL: {
    schema: url('http', 'https'),
    expected: `an http(s) URL such as ${PUBLIC_ECOSYSTEMS}`,
    purpose: `The service that targets refresh asks for the most used modules. Default: ${PUBLIC_ECOSYSTEMS}`,
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
  MIRRORWATCH_BACKFILL_SINCE: {
    schema: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/)
      .refine((text) => !Number.isNaN(Date.parse(text)))
      .transform((text) => (text.length === 10 ? `${text}T00:00:00Z` : text)),
    expected: 'a date or a time in UTC such as 2019-04-10 or 2019-04-10T19:00:00Z',
    purpose:
      "From when on the crawler also reads the feed's past, and with it all of the checksum database. Default: it does not. The feed begins on 2019-04-10.",
  },
  MIRRORWATCH_BACKFILL_READERS: {
    schema: z.coerce.number().int().min(1).max(32),
    expected: 'a whole number from 1 to 32',
    purpose: 'Stretches of the past that one crawler reads at once. Default: 4.',
  },
  MIRRORWATCH_COUNT_DEPENDENTS: {
    schema: z.enum(['all', 'watched']),
    expected: '"all" or "watched"',
    purpose:
      'Whose go.mod is read to count dependents: the latest of every module, or only those of look-alikes and targets. Default: all.',
  },
  MIRRORWATCH_REQUESTS_PER_SECOND: perSecond(
    'Requests a second to any one upstream host, all workers together. Default: by kind of host (docs/upstreams.md).',
  ),
  MIRRORWATCH_INDEX_REQUESTS_PER_SECOND: perSecond('The same for the index feed. Default: 2.'),
  MIRRORWATCH_PROXY_REQUESTS_PER_SECOND: perSecond('The same for the module proxy. Default: 10.'),
  MIRRORWATCH_SUMDB_REQUESTS_PER_SECOND: perSecond('The same for the checksum database. Default: 5.'),
  MIRRORWATCH_CODE_HOST_REQUESTS_PER_SECOND: perSecond(
    "The same for each code host and each host of a module path's page, git's requests included. Default: 5.",
  ),
  MIRRORWATCH_SMTP_URL: {
    schema: url('smtp', 'smtps').refine(isMailServer),
    expected:
      'an SMTP URL such as smtps://user:password@mail.example.com:465, at the most with ?tls=off or ?tls=required behind it',
    purpose: 'The mail server for reports and alerts. smtp: insists on STARTTLS, but on this machine.',
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
  MIRRORWATCH_KEEP_EVIDENCE_DAYS: {
    schema: z.coerce.number().int().min(1).max(36_500),
    expected: 'a whole number from 1 to 36500',
    purpose:
      'Days that outcomes of inspections and comparisons are kept that a later one has replaced and that no finding needs. Default: 365.',
  },
  MIRRORWATCH_LISTEN: {
    schema: z.string().regex(/^((\[[0-9a-fA-F:]+\]|[^\s:]+):)?\d{1,5}$/),
    expected: 'HOST:PORT such as 0.0.0.0:8080, or a port alone for this machine only',
    purpose: 'Where health, metrics and (later) the page are served. Default: nowhere.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: url('http', 'https'),
    expected: 'an http(s) URL such as http://127.0.0.1:4318',
    purpose: 'An OpenTelemetry collector (OTLP over HTTP) that gets a span for every job. Default: none.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: list.refine((items) => items.every((item) => /^[A-Za-z0-9-]+=\S*$/.test(item))),
    expected: 'NAME=VALUE pairs with commas',
    purpose: 'Headers for that collector, an API key say.',
    secret: true,
  },
  MIRRORWATCH_LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    expected: 'fatal, error, warn, info, debug, trace or silent',
    purpose: 'How much is logged. Default: info.',
  },
} satisfies Record<string, Variable>

function isMailServer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { hostname, searchParams } = new URL(text)
  const asked = [...searchParams]
  return (
    hostname !== '' && asked.every(([name, value]) => name === 'tls' && ['off', 'required'].includes(value))
  )
}

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || ['UTC', 'Etc/UTC', 'GMT'].includes(name)
}
