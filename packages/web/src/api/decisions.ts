import { createRoute, z } from '@hono/zod-openapi'
import type { Trx } from '@mirrorwatch/store/database'
import { allowFindings } from '@mirrorwatch/store/decisions/allow-findings'
import { listDecisions } from '@mirrorwatch/store/decisions/audit'
import {
  type DecisionResult,
  type DecisionTarget,
  decide,
  MAX_DECIDED,
} from '@mirrorwatch/store/decisions/decide'
import { addNote } from '@mirrorwatch/store/decisions/note'
import { undo } from '@mirrorwatch/store/decisions/undo'
import { matchingIds } from '@mirrorwatch/store/queries/findings-list'
import type { Person, WebContext } from '../context.ts'
import { WebProblem } from '../problem.ts'
import { requireTriage } from '../require-triage.ts'
import { cursorOf, positionOf } from './cursor.ts'
import { changedAtOf } from './etag.ts'
import { filterOf, filterQuery } from './finding-shape.ts'
import { type ApiRouter, write } from './router.ts'
import {
  answers,
  body,
  cursor,
  dismissKind,
  id,
  idParam,
  limit,
  next,
  reason,
  time,
  timeInput,
  until,
} from './shapes.ts'

const decision = z
  .object({
    status: z.enum(['open', 'investigating', 'confirmed', 'dismissed', 'allowed']),
    reason,
    kind: dismissKind.optional().openapi({ description: 'Reason from the short list, for a dismissal.' }),
    allow: z
      .enum(['pair', 'path', 'owner'])
      .optional()
      .openapi({ description: 'For `allowed`: the names that go on the allow list.' }),
    assignee: z.string().trim().min(1).max(200).nullable().optional(),
    until: until.optional().openapi({ description: 'When the decision ends.' }),
  })
  .refine(({ status, kind }) => kind === undefined || status === 'dismissed', 'kind goes with dismissed')
  .refine(({ status, allow }) => (status === 'allowed') === (allow !== undefined), 'allow goes with allowed')
  .openapi('Decision')

const result = z
  .object({
    decisionId: z.number().nullable().openapi({ description: 'For the undo; null where nothing changed.' }),
    changed: z.array(z.number()),
    unchanged: z.array(z.number()).openapi({ description: 'Had this decision already.' }),
    conflicts: z
      .array(
        z.object({ id: z.number(), status: z.string(), changedAt: time, decidedBy: z.string().nullable() }),
      )
      .openapi({ description: 'Left alone: changed since they were seen.' }),
    missing: z.array(z.number()),
  })
  .openapi('DecisionResult')

const headers = z.object({
  'if-match': z
    .string()
    .max(100)
    .optional()
    .openapi({ description: "The finding's ETag: 412 if it has changed." }),
  'idempotency-key': z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'Repeats get the first answer, for a day.' }),
})

const oneRoute = createRoute({
  method: 'post',
  path: '/findings/{id}/decision',
  tags: ['decisions'],
  summary: 'Decides on one finding.',
  middleware: requireTriage,
  request: { params: idParam, headers, body: body(decision) },
  responses: answers('What changed.', result),
})

const bulk = z
  .object({
    decision,
    ids: z
      .array(z.union([id, z.object({ id, changedAt: timeInput })]))
      .max(MAX_DECIDED)
      .optional(),
    filter: filterQuery.optional(),
    seenAt: timeInput
      .optional()
      .openapi({ description: 'With a filter: findings that changed later are left out.' }),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), 'give either ids or a filter')

const bulkRoute = createRoute({
  method: 'post',
  path: '/decisions',
  tags: ['decisions'],
  summary: `Decides on many findings: by their ids, or all that match a filter, up to ${MAX_DECIDED}.`,
  middleware: requireTriage,
  request: { headers: headers.pick({ 'idempotency-key': true }), body: body(bulk) },
  responses: answers('What changed.', result),
})

const undoRoute = createRoute({
  method: 'post',
  path: '/decisions/{id}/undo',
  tags: ['decisions'],
  summary: 'Takes a decision back. Findings with a later decision stay.',
  middleware: requireTriage,
  request: { params: idParam },
  responses: answers(
    'What changed.',
    z.object({ decisionId: z.number(), restored: z.array(z.number()), kept: z.array(z.number()) }),
  ),
})

const noteRoute = createRoute({
  method: 'post',
  path: '/findings/{id}/notes',
  tags: ['decisions'],
  summary: "Adds a note to a finding's history.",
  middleware: requireTriage,
  request: {
    params: idParam,
    headers: headers.pick({ 'idempotency-key': true }),
    body: body(z.object({ text: reason })),
  },
  responses: answers('The note was added.', z.object({ id: z.number() })),
})

const auditRoute = createRoute({
  method: 'get',
  path: '/decisions',
  tags: ['decisions'],
  summary: 'Returns the audit log, the latest first.',
  request: { query: z.object({ limit, cursor, author: z.string().max(200).optional() }) },
  responses: answers(
    'A page of the log.',
    z.object({
      decisions: z.array(
        z
          .object({
            id: z.number(),
            at: time,
            author: z.string(),
            via: z.string(),
            action: z.string(),
            subject: z.string().nullable(),
            findings: z.number(),
            reason: z.string(),
            kind: z.string().nullable(),
            until: time.nullable(),
            undoes: z.number().nullable(),
            undoneBy: z.number().nullable(),
          })
          .openapi('AuditEntry'),
      ),
      next,
    }),
  ),
})

export function mountDecisions(api: ApiRouter, context: WebContext): void {
  api.openapi(oneRoute, async (c) => {
    const { id: findingId } = c.req.valid('param')
    const changedAt = changedAtOf(c.req.header('if-match'), findingId)
    const given = c.req.valid('json')
    const answer = await write(c, context, async (trx, now) => {
      const made = await apply(trx, [{ id: findingId, changedAt }], given, c.var.person, now)
      if (made.missing.length > 0) throw new WebProblem(404, `There is no finding ${findingId}.`)
      const [conflict] = made.conflicts
      if (conflict === undefined) return made
      const who = conflict.decidedBy === null ? '' : `, by ${conflict.decidedBy}`
      throw new WebProblem(
        412,
        `The finding has changed at ${conflict.changedAt}: it is ${conflict.status}${who}.`,
      )
    })
    return c.json(answer, 200)
  })
  api.openapi(bulkRoute, async (c) => {
    const { ids, filter, seenAt, decision: given } = c.req.valid('json')
    const answer = await write(c, context, async (trx, now) => {
      const targets = ids?.map((each) => (typeof each === 'number' ? { id: each } : each)) ?? []
      const until = seenAt === undefined ? {} : { changedUntil: seenAt }
      const matching =
        filter === undefined ? [] : await matchingIds(trx, { ...filterOf(filter), ...until }, MAX_DECIDED + 1)
      const all = [...targets, ...matching.map((each) => ({ id: each }))]
      return await apply(trx, all, given, c.var.person, now)
    })
    return c.json(answer, 200)
  })
  api.openapi(undoRoute, async (c) => {
    const answer = await write(c, context, async (trx, now) => {
      const by = { author: c.var.person.name, via: 'api' } as const
      const { moduleIds: _, ...undone } = await undo(trx, c.req.valid('param').id, by, now)
      return undone
    })
    return c.json(answer, 200)
  })
  api.openapi(noteRoute, async (c) => {
    const answer = await write(c, context, async (trx, now) => {
      const { id: findingId } = c.req.valid('param')
      const { text } = c.req.valid('json')
      await addNote(trx, findingId, { author: c.var.person.name, via: 'api', text }, now)
      return { id: findingId }
    })
    return c.json(answer, 200)
  })
  api.openapi(auditRoute, async (c) => {
    const { limit: size, cursor: before, author } = c.req.valid('query')
    const beforeId = positionOf(before, z.int())
    const page = { limit: size + 1, beforeId, ...(author === undefined ? {} : { author }) }
    const log = await listDecisions(c.var.db, page)
    const shown = log.slice(0, size)
    const last = log.length > size ? (shown.at(-1)?.id ?? null) : null
    return c.json({ decisions: shown, next: cursorOf(last) }, 200)
  })
}

async function apply(
  trx: Trx,
  targets: readonly DecisionTarget[],
  given: z.infer<typeof decision>,
  person: Person,
  now: Date,
): Promise<DecisionResult> {
  const { status, reason: why, kind, allow, assignee, until: end } = given
  const by = { author: person.name, via: 'api', reason: why, until: end ?? null } as const
  if (status === 'allowed') {
    const { moduleIds: _, ...answer } = await allowFindings(
      trx,
      targets,
      { ...by, kind: allow ?? 'path' },
      now,
    )
    return answer
  }
  const more = { kind: kind ?? null, ...(assignee === undefined ? {} : { assignee }) }
  return decide(trx, targets, { ...by, ...more, status }, now)
}
