import type { DecisionTarget } from '@mirrorwatch/store/decisions/decide'
import {
  DISMISS_KINDS,
  type DismissKind,
  FINDING_STATUSES,
  type FindingStatus,
} from '@mirrorwatch/store/status'
import * as z from 'zod'
import { WebProblem } from '../../problem.ts'

/** Choices in the form of a decision. */
export interface DecisionForm {
  targets: DecisionTarget[]
  /** True for every finding that matches `filter`, as it was at `seen`. */
  all: boolean
  /** Query of the list's filter. */
  filter: URLSearchParams
  seen: string | null
  action: FindingStatus
  reason: string
  kind: DismissKind
  scope: 'pair' | 'path' | 'owner'
  until: Date | null
  assignee: string | null
  /** True to go on with the next finding of the list. */
  next: boolean
}

/** Findings that can be ticked at once: two pages of the list. */
const MAX_TICKED = 500

const one = (max: number): z.ZodDefault<z.ZodString> => z.string().max(max).default('')

const schema = z.object({
  id: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .pipe(z.array(z.string().regex(/^[1-9]\d{0,14}(@[\dTZ:.+-]{10,40})?$/)).max(MAX_TICKED)),
  all: one(1),
  filter: one(8_000),
  seen: z.iso.datetime().optional(),
  action: z.enum(FINDING_STATUSES),
  reason: one(2_000),
  kind: z.enum(Object.keys(DISMISS_KINDS) as [DismissKind]).default('other'),
  scope: z.enum(['pair', 'path', 'owner']).default('pair'),
  until: z.union([z.literal(''), z.iso.date()]).default(''),
  assignee: one(200),
  // oxlint-disable-next-line unicorn/no-thenable -- the name of a field
  then: one(10),
})

/** Reads the form of a decision. @throws WebProblem 422 */
export function readDecisionForm(untrustedBody: Record<string, unknown>, now: Date): DecisionForm {
  const parsed = schema.safeParse(untrustedBody)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new WebProblem(422, `The form could not be read: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { id, all, filter, seen, until, assignee, reason, then, ...rest } = parsed.data
  // The chosen day is the last on which the decision holds.
  const end = until === '' ? null : new Date(Date.parse(until) + 86_400_000)
  if (end !== null && end <= now)
    throw new WebProblem(422, 'The decision would have ended already: choose a later day.')
  return {
    ...rest,
    targets: id.map(targetOf),
    all: all === '1',
    filter: new URLSearchParams(filter),
    seen: seen ?? null,
    reason: reason.trim(),
    until: end,
    assignee: assignee.trim() === '' ? null : assignee.trim(),
    next: then === 'next',
  }
}

function targetOf(text: string): DecisionTarget {
  const [id, changedAt] = text.split('@')
  return { id: Number(id), changedAt }
}
