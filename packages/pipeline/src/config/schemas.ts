import { isIP } from 'node:net'
import { isSchedule } from '@mirrorwatch/notify/report/schedule'
import type { AlertChannel } from '@mirrorwatch/notify/settings'
import { z } from 'zod'

// Schemas that turn the text of a variable into its value.

/** Builds a schema for a URL of one of these protocols. */
export function url(...protocols: string[]): z.ZodType<string> {
  return z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)))
}

/** Builds a schema for the base URL of a service; a slash at its end is dropped. */
export function baseUrl(...protocols: string[]): z.ZodType<string> {
  return url(...protocols).transform((text) => text.replace(/\/+$/, ''))
}

/** Base URL that is shown to other people. */
export const publicUrl = baseUrl('http', 'https').refine((text) => !new URL(text).href.includes('@'))

/** The index feed is served at /index, but users give the host alone. */
export const feedUrl = url('http', 'https').transform((text) => {
  const feed = new URL(text)
  if (feed.pathname === '/') feed.pathname = '/index'
  return feed.href.replace(/\/+$/, '')
})

/**
 * Builds a schema for the URL of a server that requires sign-in. An unescaped `/`, `#`, `?` or `%` in the password makes a
 * different URL or an invalid one: the client would contact another host or end with an obscure error.
 */
export function serverUrl(...protocols: string[]): z.ZodType<string> {
  return url(...protocols).refine(hasEscapedCredentials)
}

export const ESCAPED = 'with %, /, # and ? in user name and password written as %25, %2F, %23 and %3F'

function hasEscapedCredentials(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password, pathname, hash, searchParams } = new URL(text)
  const beyondHost = [pathname, hash, ...searchParams.keys()]
  if (beyondHost.some((part) => part.includes('@'))) return false
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

export const mailServer = serverUrl('smtp', 'smtps').refine((text) => {
  const { hostname, searchParams } = new URL(text)
  const isKnown = ([name, value]: [string, string]): boolean =>
    name === 'tls' && ['off', 'required'].includes(value)
  return hostname !== '' && [...searchParams].every(isKnown)
})

/** Returns a URL without user and password, safe to store and show. */
export function withoutCredentials(given: string): string {
  const shown = new URL(given)
  shown.username = ''
  shown.password = ''
  return shown.href.replace(/\/+$/, '')
}

/** Comma-separated items. */
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

export const mailAddress = z.string().regex(/^[^\s@,<>]+@[^\s@,<>]+$/)
export const mailAddresses = list.pipe(z.array(mailAddress).min(1))

export function wholeNumber(low: number, high: number): z.ZodType<number> {
  return z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(low).max(high))
}

export const perSecond = z
  .string()
  .regex(/^\d*\.?\d+$/)
  .transform(Number)
  .pipe(z.number().min(0.01).max(10_000))

/** A rewrite of repository and go-get addresses, like git's `url.<to>.insteadOf <from>`. */
export interface InsteadOf {
  from: string
  to: string
}

const isRewrite = /^[a-z+]+:\/\/[^=\s@]+=[a-z+]+:\/\/[^\s@]+$/
export const rewrites = list
  .refine((pairs) => pairs.every((pair) => isRewrite.test(pair)))
  .transform((pairs) =>
    pairs.map((pair): InsteadOf => {
      const [from, to] = splitAt(pair, pair.indexOf('='))
      return { from, to }
    }),
  )

/** `true`: any private address may be contacted; else the hosts (`host` or `host:port`) that may. */
export const privateHosts: z.ZodType<boolean | string[]> = z.union([
  z.enum(['true', 'false']).transform((text) => text === 'true'),
  list.refine((hosts) => hosts.every((host) => /^[^\s/@]+$/.test(host))),
])

/** A date or a time in UTC, as RFC 3339. */
export const utcTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/)
  .transform((text) => (text.length === 10 ? `${text}T00:00:00Z` : text))
  .refine(
    (text) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text.slice(0, 10)),
  )

export const schedule = z
  .string()
  .regex(/^\S+(\s+\S+){4}$/)
  .refine(isSchedule)

export const timeZone = z
  .string()
  .refine((name) => [...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/UTC', 'GMT'].includes(name))

export const dkim = z
  .string()
  .regex(/^[^\s:]+:[^\s:]+:\S.*$/)
  .transform((text) => {
    const [domain = '', selector = '', ...file] = text.split(':')
    return { domain, selector, keyFile: file.join(':') }
  })

/** `HOST:PORT`, or a port alone for this machine. */
export const listenAddress = z
  .string()
  .regex(/^((\[[0-9a-fA-F:]+\]|[^\s:]+):)?\d{1,5}$/)
  .transform((text) => {
    const [host, port] = splitAt(text, text.lastIndexOf(':'))
    return { host: host.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1', port: Number(port) }
  })
  .refine(({ port }) => port <= 65_535)

/** Network in CIDR notation. */
export interface Network {
  address: string
  prefix: number
  family: 'ipv4' | 'ipv6'
}

export const networks = list
  .refine((given) => given.length > 0 && given.every((text) => networkOf(text) !== null))
  .transform((given) => given.flatMap((text) => networkOf(text) ?? []))

function networkOf(text: string): Network | null {
  const [, address = '', length] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  if (version === 0) return null
  const longest = version === 4 ? 32 : 128
  const prefix = length === undefined ? longest : Number(length)
  return prefix > longest ? null : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/** A group of people, `*` for everyone, with the role of its members. */
export interface GroupRole {
  group: string
  role: 'reader' | 'triage'
}

export const groupRoles = list
  .refine((pairs) => pairs.length > 0 && pairs.every((pair) => /^\S.*=(reader|triage)$/.test(pair)))
  .transform((pairs) =>
    pairs.map((pair): GroupRole => {
      const [group, role] = splitAt(pair, pair.lastIndexOf('='))
      return { group, role: role === 'triage' ? 'triage' : 'reader' }
    }),
  )

export const headers = list
  .refine((pairs) => pairs.every((pair) => /^[A-Za-z0-9-]+=\S*$/.test(pair)))
  .transform((pairs) => Object.fromEntries(pairs.map((pair) => splitAt(pair, pair.indexOf('=')))))

/** Headers that HTTP clients set themselves: another value would change what a request means. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|expect|te|trailer|range|accept-encoding|user-agent)$/i

/** One header, `Name: value`, as a record with its name in small letters. */
export const secretHeader = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+:[ \t]*[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/)
  .transform((text) => splitAt(text, text.indexOf(':')))
  .refine(([name]) => !OWN_HEADERS.test(name))
  .transform(([name, value]) => ({ [name.toLowerCase()]: value.trim() }))

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, Math.max(0, at)), text.slice(at + 1)]
}

/** A name without a full stop cannot be taken for a host, by which deliveries to the other webhooks are known. */
const CHANNEL = /^([a-z0-9][a-z0-9-]{0,39})\s+(slack|webhook)\s+(\S+)(?:\s+(\S{16,}))?$/

/** Channels of alerts, one a line: NAME slack URL, or NAME webhook URL SECRET. */
export const channels = z.string().transform((text, context): ReadonlyMap<string, AlertChannel> => {
  const found = new Map<string, AlertChannel>()
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const [, name = '', kind, address = '', secret] = CHANNEL.exec(line) ?? []
    const isUsable = url('http', 'https').safeParse(address).success && !found.has(name)
    if (isUsable && kind === 'slack' && secret === undefined) found.set(name, { kind, url: address })
    else if (isUsable && kind === 'webhook' && secret !== undefined)
      found.set(name, { kind, url: address, secret })
    else {
      context.addIssue({ code: 'custom', message: 'not a channel' })
      return z.NEVER
    }
  }
  return found
})
