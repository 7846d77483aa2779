import type { Db } from '@mirrorwatch/store/database'
import { allowFindings } from '@mirrorwatch/store/decisions/allow-findings'
import {
  type DecisionResult,
  type DecisionTarget,
  decide,
  MAX_DECIDED,
} from '@mirrorwatch/store/decisions/decide'
import { undo } from '@mirrorwatch/store/decisions/undo'
import { listFindings } from '@mirrorwatch/store/queries/findings-list'
import { matchingFindings, positionOfFinding } from '@mirrorwatch/store/queries/page-findings'
import { DISMISS_KINDS } from '@mirrorwatch/store/status'
import type { WebApp, WebContext } from '../../context.ts'
import { WebProblem } from '../../problem.ts'
import { requireTriage } from '../../require-triage.ts'
import { findingLink } from '../parts/links.ts'
import { fieldOf } from '../parts/viewer.ts'
import { type DecisionForm, readDecisionForm } from './decision-form.ts'
import { filterQuery, readFilter, storeFilter } from './filter.ts'

/** Conflicts that the address of the next page names. */
const MAX_NAMED_CONFLICTS = 10

/** Adds the routes that decide on findings and take decisions back. */
export function mountDecisions(app: WebApp, { clock }: Pick<WebContext, 'clock'>): void {
  app.post('/findings/decide', requireTriage, async (c) => {
    const now = clock()
    const form = readDecisionForm(await c.req.parseBody({ all: true }), now)
    const { db, person } = c.var
    const query = filterQuery(readFilter(form.filter))
    const targets = form.all ? await allMatching(db, form, person.name, now) : form.targets
    if (targets.length === 0) return c.redirect(withQuery('/findings', query, { none: '1' }), 303)
    const next = form.next ? await nextFinding(db, form, person.name, now) : null
    const result = await db
      .transaction()
      .execute((trx) => recordDecision(trx, targets, form, person.name, now))
    const said = noticeQuery(result)
    const single = targets.length === 1 ? targets[0]?.id : undefined
    if (single !== undefined && result.conflicts.length > 0)
      return c.redirect(withQuery(findingLink(single), '', { ...said, from: query }), 303)
    if (next !== null) return c.redirect(withQuery(findingLink(next), '', { ...said, from: query }), 303)
    return c.redirect(withQuery('/findings', query, said), 303)
  })

  app.post('/decisions/undo', requireTriage, async (c) => {
    const body = await c.req.parseBody()
    const id = Number(fieldOf(body, 'id'))
    if (!Number.isSafeInteger(id) || id < 1) throw new WebProblem(422, 'The form names no decision.')
    const query = filterQuery(readFilter(new URLSearchParams(fieldOf(body, 'filter'))))
    const { decisionId } = await c.var.db
      .transaction()
      .execute((trx) => undo(trx, id, { author: c.var.person.name, via: 'page' }, clock()))
    return c.redirect(withQuery('/findings', query, { did: String(decisionId) }), 303)
  })
}

type Trx = Parameters<typeof decide>[0]

function recordDecision(
  trx: Trx,
  targets: readonly DecisionTarget[],
  form: DecisionForm,
  author: string,
  now: Date,
): Promise<DecisionResult> {
  const { action, reason, kind, scope, until, assignee } = form
  const said = reason === '' && action === 'dismissed' ? DISMISS_KINDS[kind] : reason
  if (action === 'allowed') {
    const why = reason === '' ? 'allowed on the page' : reason
    return allowFindings(trx, targets, { kind: scope, author, via: 'page', reason: why, until }, now)
  }
  return decide(
    trx,
    targets,
    {
      status: action,
      author,
      via: 'page',
      reason: said,
      kind: action === 'dismissed' ? kind : null,
      until,
      ...(assignee === null ? {} : { assignee }),
    },
    now,
  )
}

/** Returns the findings that matched when the person saw the list: what has changed since is not decided on unseen. */
async function allMatching(db: Db, form: DecisionForm, me: string, now: Date): Promise<DecisionTarget[]> {
  const filter = storeFilter(readFilter(form.filter), me, now)
  const seen = form.seen === null ? {} : { changedUntil: form.seen }
  const found = await matchingFindings(db, { ...filter, ...seen }, MAX_DECIDED + 1)
  if (found.length <= MAX_DECIDED) return found
  throw new WebProblem(422, `More than ${MAX_DECIDED} findings match: choose a narrower filter.`)
}

/** Returns the finding after the decided one in the list that the person came from; null at its end. */
async function nextFinding(
  db: Db,
  { targets, filter }: DecisionForm,
  me: string,
  now: Date,
): Promise<number | null> {
  const [first] = targets
  if (first === undefined) return null
  const current = await positionOfFinding(db, first.id)
  const wanted = storeFilter(readFilter(filter), me, now)
  const after = await listFindings(db, wanted, { limit: 2, after: current, withoutSignals: true })
  const [below] = after.findings.filter(({ id }) => id !== first.id)
  if (below !== undefined) return below.id
  const start = await listFindings(db, wanted, { limit: 2, withoutSignals: true })
  return start.findings.find(({ id }) => id !== first.id)?.id ?? null
}

function noticeQuery({ decisionId, conflicts }: DecisionResult): Record<string, string> {
  return {
    ...(decisionId === null ? {} : { did: String(decisionId) }),
    ...(conflicts.length === 0
      ? {}
      : {
          conflict: conflicts
            .slice(0, MAX_NAMED_CONFLICTS)
            .map(({ id }) => id)
            .join('.'),
          conflicts: String(conflicts.length),
        }),
  }
}

function withQuery(path: string, query: string, more: Record<string, string>): string {
  const all = new URLSearchParams(query)
  for (const [name, value] of Object.entries(more)) if (value !== '') all.set(name, value)
  const text = all.toString()
  return text === '' ? path : `${path}?${text}`
}
