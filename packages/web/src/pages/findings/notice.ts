import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Db } from '@mirrorwatch/store/database'
import { type AuditEntry, decisionById } from '@mirrorwatch/store/decisions/audit'
import { findingBriefs } from '@mirrorwatch/store/queries/page-findings'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { findingLink } from '../parts/links.ts'
import type { Viewer } from '../parts/shell.ts'

/** Decisions of the last minutes can be taken back from the notice; older ones from the audit log. */
const FRESH_MS = 15 * 60_000
const MAX_CONFLICTS = 10

/**
 * Returns what was just done, with a button that takes it back, and which findings were left alone because someone changed them
 * in between. The address says which decision; its words come from the store, so that an address can make the page say nothing.
 */
export async function noticeOf(
  db: Db,
  query: URLSearchParams,
  viewer: Viewer,
  filter: string,
): Promise<Html | null> {
  const parts: Html[] = []
  const did = numberIn(query.get('did'))
  const decision = did === null ? null : await decisionById(db, did)
  if (decision !== null && viewer.now.getTime() - Date.parse(decision.at) < FRESH_MS)
    parts.push(didText(decision, viewer, filter))
  const conflicts = (query.get('conflict') ?? '').split('.').flatMap((id) => numberIn(id) ?? [])
  if (conflicts.length > 0)
    parts.push(await conflictText(db, conflicts.slice(0, MAX_CONFLICTS), numberIn(query.get('conflicts'))))
  if (query.get('none') === '1')
    parts.push(html`<p>Nothing was selected: tick findings, or “All that match”.</p>`)
  return parts.length === 0 ? null : html`${parts}`
}

const DONE: Partial<Record<AuditEntry['action'], string>> = {
  open: 'reopened',
  investigating: 'assigned',
  confirmed: 'confirmed',
  dismissed: 'dismissed',
  allowed: 'allowed',
}

function didText(
  { id, action, findings, author, undoneBy }: AuditEntry,
  { name, role }: Viewer,
  filter: string,
): Html {
  const what = `${findings} ${findings === 1 ? 'finding' : 'findings'}`
  if (action === 'undo') return html`<p>Taken back: ${what} as before.</p>`
  const by = author === name ? '' : ` by ${author}`
  const done = DONE[action]
  if (done === undefined) return html`<p>Saved.</p>`
  const mayUndo = role === 'triage' && undoneBy === null
  return html`<div>${what} ${done}${by}. ${
    mayUndo
      ? html`<form method="post" action="/decisions/undo"><input type="hidden" name="id" value="${id}"><input type="hidden" name="filter" value="${filter}"><button data-key="u">Undo</button></form>`
      : undoneBy === null
        ? ''
        : 'It was taken back since.'
  }</div>`
}

async function conflictText(db: Db, ids: readonly number[], count: number | null): Promise<Html> {
  const briefs = await findingBriefs(db, ids)
  const total = Math.max(count ?? 0, briefs.length)
  return html`<p><strong>${total === 1 ? 'One finding was left alone' : `${total} findings were left alone`}</strong>, because ${
    total === 1 ? 'it has' : 'they have'
  } changed since you saw ${total === 1 ? 'it' : 'them'}: ${briefs.map(
    ({ id, module, status, decidedBy }, at) =>
      html`${at === 0 ? '' : ', '}<a href="${findingLink(id)}">#${id} ${visibleLine(module)}</a> is ${status}${decidedBy === null ? '' : ` by ${decidedBy}`}`,
  )}. Look again, then decide.</p>`
}

function numberIn(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}
