import { readFileSync } from 'node:fs'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { Config } from '../config.ts'
import { PipelineError } from '../errors.ts'

export interface Mailer {
  from: string
  /** Resolves when the server has taken the mail. */
  send(mail: SendMailOptions): Promise<void>
}

/** One attempt takes at most the sum of these, some minutes less than a delivery's lease. */
const CONNECT_MS = 30_000
const SILENCE_MS = 60_000

/**
 * The mail server of the configuration; null where there is none. `smtp:` insists on STARTTLS, but for this machine itself
 * and with `?tls=off`.
 *
 * @param ca further certificate authority, PEM
 * @throws PipelineError `bad-config` where the DKIM key cannot be read
 */
export function createMailer(config: Config, ca?: string): Mailer | null {
  if (config.smtpUrl === null) return null
  const url = new URL(config.smtpUrl)
  const secure = url.protocol === 'smtps:'
  const plain =
    url.searchParams.get('tls') === 'off' || ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  const transport = createTransport({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !plain,
    ...(ca === undefined ? {} : { tls: { ca } }),
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
    async send(mail) {
      await transport.sendMail(mail)
    },
  }
}

function dkimOptions({ domain, selector, keyFile }: NonNullable<Config['dkim']>): {
  domainName: string
  keySelector: string
  privateKey: string
} {
  try {
    return { domainName: domain, keySelector: selector, privateKey: readFileSync(keyFile, 'utf8') }
  } catch (error) {
    throw new PipelineError('bad-config', `the key of MIRRORWATCH_DKIM, ${keyFile}, cannot be read`, {
      cause: error,
    })
  }
}
