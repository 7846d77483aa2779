import { createHash } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Trx } from '@mirrorwatch/store/database'
import { keepAnswer, keptAnswer } from '@mirrorwatch/store/decisions/idempotency'
import type { Context } from 'hono'
import type { ZodError } from 'zod'
import type { WebContext, WebEnv } from '../context.ts'
import { WebProblem } from '../problem.ts'

/** A part of the API. */
export type ApiRouter = OpenAPIHono<WebEnv>

/** Creates a part of the API. A request that does not fit its schema is answered with 400 and what is wrong. */
export function createRouter(): ApiRouter {
  return new OpenAPIHono<WebEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new WebProblem(400, faultsOf(result.error))
    },
  })
}

function faultsOf(error: ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')
}

const KEY = /^[\x21-\x7e]{1,200}$/

/**
 * Runs a write in one transaction of the person's role, and returns its answer. With the header `Idempotency-Key`, a repeated
 * request gets the first answer and changes nothing.
 */
export async function write<T>(
  c: Context<WebEnv>,
  context: WebContext,
  run: (trx: Trx, now: Date) => Promise<T>,
): Promise<T> {
  const untrustedKey = c.req.header('idempotency-key')
  const now = context.clock()
  const { db, person } = c.var
  if (untrustedKey === undefined) return db.transaction().execute((trx) => run(trx, now))
  if (!KEY.test(untrustedKey)) {
    throw new WebProblem(400, 'Idempotency-Key must have 1 to 200 printable ASCII characters.')
  }
  const request = { author: person.name, key: untrustedKey, requestHash: await requestHash(c) }
  const kept = await keptAnswer(db, request)
  // The hash of the request is the same, so the answer has the shape of this route.
  if (kept !== null) return kept.answer as T
  return db
    .transaction()
    .execute(async (trx) => {
      const answer = await run(trx, now)
      await keepAnswer(trx, request, answer, now)
      return answer
    })
    .catch(asConflict)
}

async function requestHash(c: Context<WebEnv>): Promise<Buffer> {
  const { method, url } = c.req
  return createHash('sha256')
    .update(`${method} ${new URL(url).pathname}\n${await c.req.text()}`)
    .digest()
}

/** Postgres' code for a second row with one key: the same request is being answered now. */
const UNIQUE_VIOLATION = '23505'

function asConflict(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) {
    throw new WebProblem(409, 'A request with this Idempotency-Key is being answered. Try again.')
  }
  throw error
}
