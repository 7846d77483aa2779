import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createTransport, type SendMailOptions, type SMTPTransportOptions } from 'nodemailer'
import { NotifyError } from '../errors.ts'
import type { NotifySettings } from '../settings.ts'

export interface Mailer {
  from: string
  /** Resolves when the server has taken the mail. `signal` ends the attempt, wherever it is. */
  send(mail: SendMailOptions, signal?: AbortSignal): Promise<void>
  /** Connects and signs in, and sends nothing. */
  check(): Promise<void>
}

/** Longest silence of a server. */
const CONNECT_MS = 30_000
const SILENCE_MS = 60_000
/** RFC 8301: receivers take no shorter key for a signature. */
const MIN_DKIM_BITS = 1024

/**
 * Returns a client of the configured mail server; null if none is configured.
 *
 * @param ca further certificate authority, PEM
 * @throws NotifyError `bad-config` if the DKIM key cannot be used
 */
export function createMailer(config: NotifySettings, ca?: string): Mailer | null {
  if (config.smtpUrl === null) return null
  const url = new URL(config.smtpUrl)
  const secure = url.protocol === 'smtps:'
  const transport = createTransport({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    ...encryption(url, secure, ca),
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    ...(config.dkim === null ? {} : { dkim: dkimOptions(config.dkim) }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    from: config.mailFrom ?? `mirrorwatch@${url.hostname}`,
    async send(mail, signal) {
      await transport.sendMail(signal === undefined ? mail : { ...mail, signal })
    },
    async check() {
      await transport.verify()
    },
  }
}

/**
 * `smtp:` insists on STARTTLS with a certificate that can be trusted. Two exceptions: `?tls=off`, and a server on this
 * machine without `?tls=required`, where encryption is taken if offered, with any certificate: without it nothing would be
 * less safe.
 */
function encryption(url: URL, secure: boolean, ca?: string): Partial<SMTPTransportOptions> {
  const asked = url.searchParams.get('tls')
  if (asked === 'off' && !secure) return { ignoreTLS: true }
  const here = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (here && !secure && asked !== 'required') return { tls: { rejectUnauthorized: false } }
  return { requireTLS: !secure, ...(ca === undefined ? {} : { tls: { ca } }) }
}

function dkimOptions({ domain, selector, keyFile }: NonNullable<NotifySettings['dkim']>): {
  domainName: string
  keySelector: string
  privateKey: string
} {
  let key: KeyObject
  try {
    key = createPrivateKey(readFileSync(keyFile))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new NotifyError('bad-config', `MIRRORWATCH_DKIM names ${keyFile}, which cannot be used: ${why}`, {
      todo: 'Give the file of an RSA private key in PEM, without a passphrase.',
      cause: error,
    })
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType !== 'rsa' || bits < MIN_DKIM_BITS) {
    const found = `a key of type ${key.asymmetricKeyType ?? 'unknown'}${bits === 0 ? '' : ` and ${bits} bits`}`
    throw new NotifyError('bad-config', `MIRRORWATCH_DKIM names ${keyFile}, which holds ${found}`, {
      todo: `Give an RSA key of at least ${MIN_DKIM_BITS} bits, better 2048; mail is signed with rsa-sha256.`,
    })
  }
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { domainName: domain, keySelector: selector, privateKey }
}
