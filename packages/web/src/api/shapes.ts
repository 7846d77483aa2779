import { z } from '@hono/zod-openapi'
import { SEVERITIES } from '@mirrorwatch/detect/severity'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { DISMISS_KINDS, FINDING_STATUSES } from '@mirrorwatch/store/status'

/** Longest text that a person writes. */
const MAX_REASON_CHARS = 2_000

export const time = z.string().openapi({ format: 'date-time', example: '2026-11-24T20:00:00.000000Z' })
export const severity = z.enum(SEVERITIES)
export const status = z.enum(FINDING_STATUSES)
export const dismissKind = z.enum(Object.keys(DISMISS_KINDS) as [keyof typeof DISMISS_KINDS])
export const reason = z.string().trim().min(1).max(MAX_REASON_CHARS)
export const modulePath = z
  .string()
  .max(1_000)
  .refine((text) => modulePathFault(text) === null, 'not a module path')
  .openapi({ example: 'github.com/boltdb-go/bolt' })
/** A point in time that a client gives. */
export const timeInput = z.iso.datetime({ offset: true })
/** An end date: a date alone ends with the beginning of that day in UTC. */
export const until = z.union([z.iso.date().transform((day) => `${day}T00:00:00Z`), timeInput])

export const limit = z.coerce.number().int().min(1).max(500).default(50)
export const cursor = z
  .string()
  .max(1_000)
  .optional()
  .openapi({ description: 'Value of `next` of the page before.' })
export const next = z
  .string()
  .nullable()
  .openapi({ description: 'Cursor of the next page; null on the last.' })
export const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)
/** Ids in a path. */
export const idParam = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' }, example: 17 }) })

const problem = z
  .object({ type: z.string(), title: z.string(), status: z.number(), detail: z.string().optional() })
  .openapi('Problem')

/** Returns the answers of a route: its own, and the problems that any route may answer with. */
export function answers<T extends z.ZodType>(description: string, schema: T) {
  const asProblem = (what: string) => ({
    description: what,
    content: { 'application/problem+json': { schema: problem } },
  })
  return {
    200: { description, content: { 'application/json': { schema } } },
    400: asProblem('The request does not fit its description.'),
    401: asProblem('No token, or one that is not valid.'),
    403: asProblem('The role may not do this.'),
    404: asProblem('There is no such thing.'),
  }
}

/** Returns the request's body as a route describes it. */
export function body<T extends z.ZodType>(schema: T) {
  return { content: { 'application/json': { schema } }, required: true }
}
