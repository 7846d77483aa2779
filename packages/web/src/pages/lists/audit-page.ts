import type { AuditEntry } from '@mirrorwatch/store/decisions/audit'
import { html } from 'hono/html'
import { type Html, when } from '../parts/html.ts'
import { findingLink } from '../parts/links.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { minuteOf } from '../parts/time.ts'

export interface AuditData {
  entries: readonly AuditEntry[]
  author: string
  next: string | null
}

/** Action, for people. */
const ACTIONS: Record<AuditEntry['action'], string> = {
  open: 'reopened',
  investigating: 'assigned',
  confirmed: 'confirmed',
  dismissed: 'dismissed',
  allowed: 'allowed',
  note: 'noted on',
  undo: 'took back',
  'allow-add': 'added to the allow list: entry',
  'allow-remove': 'removed from the allow list: entry',
  'watch-add': 'added to the watch list: entry',
  'watch-remove': 'removed from the watch list: entry',
}

/** Writes the audit log: everything that people did, the latest first. */
export function auditPage(viewer: Viewer, { entries, author, next }: AuditData): Html {
  const of = author === '' ? '' : `?author=${encodeURIComponent(author)}`
  return page(
    viewer,
    { title: 'Audit log', area: 'audit', wide: true },
    html`<div class="list-head"><h1>Audit log</h1><p class="exports">Export: <a href="/audit.csv${of}">CSV</a> · <a href="/audit.jsonl${of}">JSON lines</a></p></div>
<form class="filter" method="get" action="/audit"><div class="filter-row"><label><span>Author</span><input type="text" name="author" value="${author}" maxlength="200"></label><button>Filter</button></div></form>
${
  entries.length === 0
    ? html`<p class="empty panel">Nothing was decided yet.</p>`
    : html`<section class="panel"><div class="table-scroll" tabindex="0" role="group" aria-label="Decisions"><table class="list"><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">Did</th><th scope="col">Reason</th><th scope="col">Where</th><th scope="col"><span class="hidden">Undo</span></th></tr></thead><tbody>${entries.map(
        (entry) => auditRow(entry, viewer),
      )}</tbody></table></div></section>`
}
${next === null ? '' : html`<nav class="pager" aria-label="Pages"><a class="button" rel="next" href="${next}">Older</a></nav>`}`,
  )
}

function auditRow(entry: AuditEntry, { role }: Viewer): Html {
  const { id, at, author, via, reason, kind, until, undoneBy, action, findings } = entry
  const canUndo = role === 'triage' && undoneBy === null && findings > 0 && action !== 'undo'
  return html`<tr id="d-${id}"${undoneBy === null ? '' : html` class="over"`}><td>${minuteOf(at)}</td><td>${author}</td><td>${ACTIONS[action]} ${subjectOf(entry)}${when(until, (end) => html` <span class="quiet">until ${end.slice(0, 10)}</span>`)}</td><td class="words">${when(kind, (text) => html`<span class="chip">${text}</span> `)}${reason}</td><td class="quiet">${via}</td><td>${
    canUndo
      ? html`<form method="post" action="/decisions/undo"><input type="hidden" name="id" value="${id}"><button aria-label="Undo decision ${id}">Undo</button></form>`
      : when(undoneBy, (by) => html`<a href="#d-${by}">taken back</a>`)
  }</td></tr>`
}

function subjectOf({ subject, findings, undoes, action }: AuditEntry): Html {
  if (undoes !== null)
    return html`<a href="#d-${undoes}">decision ${undoes}</a>, ${findings} findings as before`
  if (action.startsWith('allow-') || action.startsWith('watch-')) return html`${subject}`
  if (subject !== null) return html`<a href="${findingLink(Number(subject))}">#${subject}</a>`
  return html`${findings} findings`
}
