import type { Finding, FindingCount, FindingPosition } from '@mirrorwatch/store/queries/findings-list'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { page, type Viewer } from '../parts/shell.ts'
import { cursorText } from './cursor.ts'
import { decideButtons, decideFields } from './decide-bar.ts'
import { filterQuery, type ListFilter, listLink } from './filter.ts'
import { filterForm } from './filter-form.ts'
import { findingRows, type Watchers } from './rows.ts'

export interface ListData {
  filter: ListFilter
  findings: readonly Finding[]
  next: FindingPosition | null
  count: FindingCount
  watchers: Watchers
  /** False on any page but the first. */
  isStart: boolean
  notice: Html | null
}

/** Writes the list of findings, worst first, with the filter above it and the decision next to it. */
export function listPage(viewer: Viewer, data: ListData): Html {
  const { filter, findings, notice } = data
  const query = filterQuery(filter)
  const mayDecide = viewer.role === 'triage' && findings.length > 0
  const { watchers } = data
  const rows = findingRows(findings, { now: viewer.now, query, selectable: mayDecide, watchers })
  return page(
    viewer,
    {
      title: 'Findings',
      area: 'findings',
      notice,
      wide: true,
      feed: `/feeds/findings.atom${query === '' ? '' : `?${query}`}`,
    },
    html`<div class="list-head"><h1>Findings</h1><p class="quiet">${countText(data.count)}, worst first</p></div>
${filterForm(filter)}
${
  mayDecide
    ? html`<form method="post" action="/findings/decide" class="decide-list" data-decide>
  <input type="hidden" name="filter" value="${query}"><input type="hidden" name="seen" value="${viewer.now.toISOString()}">
  <div class="decide-bar panel" role="group" aria-label="Decide on the selected findings">
    <div class="select-all"><label data-scripted hidden><input type="checkbox" data-select-all> This page</label>
    <label><input type="checkbox" name="all" value="1"> All that match (${countText(data.count)})</label><span class="selected quiet" data-selected aria-live="polite"></span></div>
    ${decideButtons()}${decideFields()}
  </div>
  ${rows}
</form>`
    : findings.length > 0
      ? rows
      : data.next !== null
        ? html`<p class="empty panel">Many paths contain this, but none of the worst findings that were looked at.</p>`
        : html`<p class="empty panel">No finding matches. ${filter.status === 'waiting' ? 'Nothing waits for a decision here.' : ''} <a href="/findings?status=all">Show all findings</a></p>`
}
${pager(data)}`,
  )
}

/** Returns a bounded count in words. */
export function countText({ count, more }: FindingCount): string {
  return `${count.toLocaleString('en')}${more ? '+' : ''} ${count === 1 && !more ? 'finding' : 'findings'}`
}

function pager({ filter, next, isStart }: ListData): Html | '' {
  if (isStart && next === null) return ''
  const link = listLink(filter)
  const after = next === null ? null : `${link}${link.includes('?') ? '&' : '?'}after=${cursorText(next)}`
  return html`<nav class="pager" aria-label="Pages">${isStart ? '' : html`<a class="button" href="${link}">First page</a>`}${
    after === null ? '' : html`<a class="button" rel="next" href="${after}">Next page</a>`
  }</nav>`
}
