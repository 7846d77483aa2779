import { createHmac } from 'node:crypto'
import type { HttpClient } from '@mirrorwatch/gomod/http-types'
import { PipelineError } from '../errors.ts'

/** Receivers answer with a word or two; more is not read. */
const MAX_ANSWER_BYTES = 64 << 10

/**
 * `t=<seconds>,v1=<hex>`: HMAC-SHA-256 under `secret` of the seconds, a full stop, and the body's bytes. The time is inside
 * what is signed, so that an old message cannot be sent anew.
 */
export function signatureOf(secret: string, body: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}

/**
 * Posts `body`. Redirects are not followed and private addresses are refused, both by `http`.
 *
 * @throws PipelineError `upstream` for any answer but 2xx; GomodError of the client
 */
export async function post(
  http: HttpClient,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<void> {
  const { status } = await http.request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(body),
    maxBytes: MAX_ANSWER_BYTES,
    maxRedirects: 0,
  })
  if (status < 200 || status > 299) {
    throw new PipelineError('upstream', `the webhook at ${new URL(url).host} answered ${status}`)
  }
}
