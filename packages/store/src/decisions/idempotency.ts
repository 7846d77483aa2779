import type { Db, Trx } from '../database.ts'
import { StoreError } from '../errors.ts'
import { jsonText, timeText } from '../values.ts'

/** Time for which an answer is kept. */
const KEPT_MS = 24 * 3_600_000

/** A write of the API that may be sent twice. */
export interface KeyedRequest {
  author: string
  key: string
  /** SHA-256 of method, path and body. */
  requestHash: Buffer
}

export interface KeptAnswer {
  answer: unknown
}

/**
 * Returns the answer to an earlier request with this key, or null. @throws StoreError `invalid-input` if the key was that of
 * another request
 */
export async function keptAnswer(db: Db, request: KeyedRequest): Promise<KeptAnswer | null> {
  const row = await db
    .selectFrom('idempotency_key')
    .select(['request_hash', 'answer'])
    .where('author', '=', request.author)
    .where('key', '=', request.key)
    .executeTakeFirst()
  if (row === undefined) return null
  if (!row.request_hash.equals(request.requestHash)) {
    throw new StoreError('invalid-input', 'This Idempotency-Key was used for another request.')
  }
  return { answer: row.answer }
}

/**
 * Keeps an answer in the transaction of what it answers, and deletes old ones. Of two requests at once the second fails with a
 * unique violation, and with it all that it wrote.
 */
export async function keepAnswer(
  trx: Trx,
  { author, key, requestHash }: KeyedRequest,
  answer: unknown,
  now: Date,
): Promise<void> {
  const oldest = new Date(now.getTime() - KEPT_MS)
  await trx.deleteFrom('idempotency_key').where('at', '<', timeText(oldest)).execute()
  await trx
    .insertInto('idempotency_key')
    .values({ author, key, request_hash: requestHash, answer: jsonText(answer), at: now })
    .execute()
}
