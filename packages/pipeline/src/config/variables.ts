import { z } from 'zod'
import * as schemas from './schemas.ts'
import { DEFAULT_DATA_DIR } from './store-location.ts'
import { WEB_VARIABLES } from './web-variables.ts'

/** The public feed. */
export const PUBLIC_INDEX = 'https://index.golang.org/index'
/** Key that signs the public checksum database; it is built into the go command. */
export const PUBLIC_SUMDB_KEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'
/** OSV's export for Go: https://google.github.io/osv.dev/data/ */
export const PUBLIC_KNOWN = 'https://osv-vulnerabilities.storage.googleapis.com/Go/all.zip'
/** A public service with figures about packages: https://ecosyste.ms */
export const PUBLIC_ECOSYSTEMS = 'https://packages.ecosyste.ms'

/** Environment variable. `docs/configuration.md` is generated from these. */
export interface Variable {
  /** Turns the text into a value. */
  schema: z.ZodType
  /** Values that are accepted, for the documentation and for the message about a wrong one. */
  expected: string
  purpose: string
  /** Text used if the variable is unset. Without it, unset is null. */
  fallback?: string
  /** Meaning of an unset variable that has no {@link fallback}. */
  unset?: string
  /** True if the value is never shown and may be given in a file. */
  secret?: true
  /** True if the URL may carry a password, which is never shown; it may be given in a file. */
  credentials?: true
}

const PER_SECOND = { schema: schemas.perSecond, expected: 'a number from 0.01 to 10000' }

/** Every environment variable that mirrorwatch reads. */
export const VARIABLES = {
  DATABASE_URL: {
    schema: schemas.serverUrl('postgres', 'postgresql'),
    expected: `a Postgres URL such as postgres://user:password@host:5432/mirrorwatch, ${schemas.ESCAPED}`,
    purpose: 'The Postgres database that holds everything.',
    unset: 'an embedded Postgres in the data folder',
    secret: true,
  },
  REDIS_URL: {
    schema: schemas.serverUrl('redis', 'rediss'),
    expected: `a Redis URL such as redis://user:password@127.0.0.1:6379, ${schemas.ESCAPED}`,
    purpose: 'The Redis (or Valkey, Dragonfly) server for the queue. Needs `DATABASE_URL`.',
    unset: 'the queue lives in Postgres',
    secret: true,
  },
  MIRRORWATCH_DATA_DIR: {
    schema: z.string(),
    expected: 'a folder that can be written',
    purpose: 'Folder of the embedded store and of work files.',
    fallback: DEFAULT_DATA_DIR,
  },
  MIRRORWATCH_INDEX_URL: {
    schema: schemas.feedUrl,
    expected: `an http(s) URL such as ${PUBLIC_INDEX}`,
    purpose: 'The index feed.',
    fallback: PUBLIC_INDEX,
    credentials: true,
  },
  MIRRORWATCH_PROXY_URL: {
    schema: schemas.baseUrl('http', 'https', 'file'),
    expected: 'an http(s) or file URL such as https://proxy.golang.org',
    purpose: 'The module proxy whose zips are checked.',
    fallback: 'https://proxy.golang.org',
    credentials: true,
  },
  MIRRORWATCH_PROXY_HEADER: {
    schema: schemas.secretHeader,
    expected: 'one header such as "Authorization: Bearer TOKEN"; not one that HTTP itself uses',
    purpose:
      'A header with credentials for the proxy of `MIRRORWATCH_PROXY_URL`. No other host gets it, also after a redirect.',
    unset: 'none',
    secret: true,
  },
  MIRRORWATCH_SUMDB_URL: {
    schema: z.union([z.literal('off'), schemas.baseUrl('http', 'https')]),
    expected: '"off", or an http(s) URL such as https://sum.golang.org',
    purpose: 'The checksum database.',
    fallback: 'https://sum.golang.org',
    credentials: true,
  },
  MIRRORWATCH_SUMDB_KEY: {
    schema: z.string().regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$/),
    expected: 'a verifier key, NAME+8 hex digits+base64',
    purpose: 'The key that signs the checksum database.',
    fallback: PUBLIC_SUMDB_KEY,
  },
  MIRRORWATCH_ECOSYSTEMS_URL: {
    schema: schemas.baseUrl('http', 'https'),
    expected: `an http(s) URL such as ${PUBLIC_ECOSYSTEMS}`,
    purpose: 'The service that `targets refresh` asks for the most used modules.',
    fallback: PUBLIC_ECOSYSTEMS,
    credentials: true,
  },
  MIRRORWATCH_KNOWN_URL: {
    schema: z.union([z.literal('off'), schemas.url('http', 'https')]),
    expected: `"off", or an http(s) URL such as ${PUBLIC_KNOWN}`,
    purpose: 'Zip of OSV entries: those about malicious Go modules are imported, and again every six hours.',
    unset: 'that address if the feed is the public one, else off',
    credentials: true,
  },
  MIRRORWATCH_GIT_INSTEAD_OF: {
    schema: schemas.rewrites,
    expected:
      'FROM=TO pairs of URLs without a password, with commas between them, such as https://github.com/=http://127.0.0.1:9000/github.com/',
    purpose: 'Rewrites repository and go-get addresses, for mirrors of code hosts and for tests.',
    unset: 'no rewrites',
  },
  MIRRORWATCH_ALLOW_PRIVATE_HOSTS: {
    schema: schemas.privateHosts,
    expected: '"true", "false", or hosts with commas between them, such as 127.0.0.1,git.internal:8443',
    purpose: 'Private addresses that a module path or a page may lead to.',
    fallback: 'false',
  },
  MIRRORWATCH_USER_AGENT: {
    schema: z.string().regex(/^[\x20-\x7e]{1,200}$/),
    expected: 'up to 200 printable ASCII characters',
    purpose: 'How mirrorwatch introduces itself to other servers. Name a contact: they are shared.',
    fallback: 'mirrorwatch/0.1 (no contact configured)',
  },
  MIRRORWATCH_INSPECT_CONCURRENCY: {
    schema: schemas.wholeNumber(1, 256),
    expected: 'a whole number from 1 to 256',
    purpose: 'Inspections that one process runs at once.',
    fallback: '4',
  },
  MIRRORWATCH_READ_MB_PER_DAY: {
    schema: schemas.wholeNumber(0, 10_000_000),
    expected: 'a whole number of megabytes',
    purpose:
      'Megabytes of zips fetched a day (UTC) to read new modules, targets and required modules in full. Look-alikes are read regardless. 0: no others.',
    fallback: '8000',
  },
  MIRRORWATCH_BACKFILL_SINCE: {
    schema: schemas.utcTime,
    expected: 'a date or a time in UTC such as 2019-04-10 or 2019-04-10T19:00:00Z',
    purpose:
      "Makes the crawler also read the feed's past from this time on, and the whole checksum database. The feed begins on 2019-04-10.",
    unset: 'the past is not read',
  },
  MIRRORWATCH_BACKFILL_READERS: {
    schema: schemas.wholeNumber(1, 32),
    expected: 'a whole number from 1 to 32',
    purpose: 'Parts of the past that one crawler reads at once.',
    fallback: '4',
  },
  MIRRORWATCH_COUNT_DEPENDENTS: {
    schema: z.enum(['all', 'watched']),
    expected: '"all" or "watched"',
    purpose: 'Modules whose latest go.mod is read to count dependents: all, or only look-alikes and targets.',
    fallback: 'all',
  },
  MIRRORWATCH_REQUESTS_PER_SECOND: {
    ...PER_SECOND,
    purpose: 'Requests per second to any one host, all workers together.',
    unset: 'by kind of host, as in the next four rows',
  },
  MIRRORWATCH_INDEX_REQUESTS_PER_SECOND: {
    ...PER_SECOND,
    purpose: 'Requests per second to the index feed.',
    unset: '2',
  },
  MIRRORWATCH_PROXY_REQUESTS_PER_SECOND: {
    ...PER_SECOND,
    purpose: 'Requests per second to the module proxy.',
    unset: '10',
  },
  MIRRORWATCH_SUMDB_REQUESTS_PER_SECOND: {
    ...PER_SECOND,
    purpose: 'Requests per second to the checksum database.',
    unset: '5',
  },
  MIRRORWATCH_CODE_HOST_REQUESTS_PER_SECOND: {
    ...PER_SECOND,
    purpose: 'Requests per second to each code host and each host of a vanity page, git included.',
    unset: '5',
  },
  MIRRORWATCH_SMTP_URL: {
    schema: schemas.mailServer,
    expected: `an SMTP URL such as smtps://user:password@mail.example.com:465, optionally followed by ?tls=off or ?tls=required, ${schemas.ESCAPED}`,
    purpose:
      'The mail server for reports and alerts. With `smtp:` it must offer STARTTLS, unless it is on this machine.',
    unset: 'no mail',
    secret: true,
  },
  MIRRORWATCH_REPORT_TO: {
    schema: schemas.mailAddresses,
    expected: 'e-mail addresses with commas between them',
    purpose: 'Recipients of the weekly report.',
    unset: 'no report is sent',
  },
  MIRRORWATCH_REPORT_CRON: {
    schema: schemas.schedule,
    expected: 'a cron expression of five fields such as 0 7 * * 1',
    purpose: 'When the weekly report goes out.',
    fallback: '0 7 * * 1',
  },
  MIRRORWATCH_REPORT_TIME_ZONE: {
    schema: schemas.timeZone,
    expected: 'a time zone such as Europe/Berlin',
    purpose: "Time zone of the report's weeks and of its schedule.",
    fallback: 'UTC',
  },
  MIRRORWATCH_MAIL_FROM: {
    schema: schemas.mailAddress,
    expected: 'one e-mail address',
    purpose: 'Sender of reports and alerts.',
    unset: 'mirrorwatch@ and the host of the mail server',
  },
  MIRRORWATCH_DKIM: {
    schema: schemas.dkim,
    expected: 'DOMAIN:SELECTOR:FILE, where FILE holds a private key in PEM',
    purpose: 'Signs mail with DKIM.',
    unset: 'mail is not signed',
  },
  MIRRORWATCH_PUBLIC_URL: {
    schema: schemas.publicUrl,
    expected: 'an http(s) URL without a password, such as https://mirrorwatch.example.com',
    purpose: 'Address of the web page, for links in reports and alerts.',
    unset: 'no links',
  },
  MIRRORWATCH_ALERT_TO: {
    schema: schemas.mailAddresses,
    expected: 'e-mail addresses with commas between them',
    purpose: 'Recipients of alerts about critical and high findings.',
    unset: 'no alerts by mail',
  },
  MIRRORWATCH_SLACK_WEBHOOK_URL: {
    schema: schemas.url('http', 'https'),
    expected: 'the URL of a Slack-compatible incoming webhook',
    purpose: 'Where alerts are posted as a message.',
    unset: 'no alerts there',
    secret: true,
  },
  MIRRORWATCH_WEBHOOK_URL: {
    schema: schemas.url('http', 'https'),
    expected: 'an http(s) URL',
    purpose: 'Where alerts are posted as signed JSON. Needs `MIRRORWATCH_WEBHOOK_SECRET`.',
    unset: 'no alerts there',
    secret: true,
  },
  MIRRORWATCH_WEBHOOK_SECRET: {
    schema: z.string().min(16),
    expected: 'at least 16 characters',
    purpose: 'The key that signs alerts to `MIRRORWATCH_WEBHOOK_URL`.',
    unset: 'none',
    secret: true,
  },
  MIRRORWATCH_ALERT_CHANNELS: {
    schema: schemas.channels,
    expected:
      'one channel a line: NAME slack URL, or NAME webhook URL SECRET, with a secret of at least 16 characters',
    purpose:
      'Channels that entries of the watch list name, so that a team gets alerts about what it watches.',
    unset: 'no such channels',
    secret: true,
  },
  MIRRORWATCH_KEEP_EVIDENCE_DAYS: {
    schema: schemas.wholeNumber(1, 36_500),
    expected: 'a whole number from 1 to 36500',
    purpose:
      'Days to keep results of inspections and comparisons that are outdated and that no finding uses.',
    fallback: '365',
  },
  MIRRORWATCH_LISTEN: {
    schema: schemas.listenAddress,
    expected: 'HOST:PORT such as 0.0.0.0:8080, or a port alone for this machine only; ports end at 65535',
    purpose: 'Address that serves health and metrics, without sign-in.',
    unset: 'they are not served',
  },
  ...WEB_VARIABLES,
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: schemas.baseUrl('http', 'https'),
    expected: 'an http(s) URL such as http://127.0.0.1:4318',
    purpose: 'An OpenTelemetry collector (OTLP over HTTP) that receives a span for every job.',
    unset: 'no spans',
    credentials: true,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: schemas.headers,
    expected: 'NAME=VALUE pairs with commas between them',
    purpose: 'Headers for that collector, for example an API key.',
    unset: 'none',
    secret: true,
  },
  MIRRORWATCH_LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    expected: 'fatal, error, warn, info, debug, trace or silent',
    purpose: 'How much is logged.',
    fallback: 'info',
  },
} satisfies Record<string, Variable>

export type VariableName = keyof typeof VARIABLES
