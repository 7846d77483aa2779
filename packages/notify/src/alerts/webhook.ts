import { createHmac } from 'node:crypto'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { NotifyError } from '../errors.ts'

/** Receivers answer with a word or two; more is not read. */
const MAX_ANSWER_BYTES = 64 << 10

/**
 * Returns `t=<seconds>,v1=<hex>`: the HMAC-SHA-256 under `secret` of the seconds, a full stop, and the body's bytes. The
 * signature covers the time, so that an attacker cannot replay an old message.
 */
export function signatureOf(secret: string, body: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}

/**
 * Posts `body`. Redirects are not followed and private addresses are refused, both by `http`. What is thrown names the host
 * alone: with many services the rest of the address is a secret, and errors are logged and shown.
 *
 * @throws NotifyError `upstream` for any answer but 2xx, and for none
 */
export async function post(
  http: HttpClient,
  url: string,
  body: string,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const where = `the webhook at ${new URL(url).host}`
  const status = await answerTo(http, url, body, headers, signal).catch((error: unknown) => {
    throw new NotifyError('upstream', `${where} could not be reached: ${withoutAddress(error, url)}`)
  })
  if (status < 200 || status > 299) throw new NotifyError('upstream', `${where} answered ${status}`)
}

async function answerTo(
  http: HttpClient,
  url: string,
  body: string,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<number> {
  const { status } = await http.request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(body),
    maxBytes: MAX_ANSWER_BYTES,
    maxRedirects: 0,
    ...(signal === undefined ? {} : { signal }),
  })
  return status
}

function withoutAddress(error: unknown, url: string): string {
  const text = error instanceof Error ? error.message : String(error)
  const { href, origin, host, pathname, search, username, password } = new URL(url)
  const secrets = [href, `${origin}${pathname}`, `${pathname}${search}`, pathname, search, username, password]
  return secrets
    .filter((secret) => secret.length > 1)
    .reduce((shown, secret) => shown.replaceAll(secret, secret.startsWith('http') ? host : '…'), text)
}
