import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { html } from 'hono/html'
import { severityBadge, statusChip } from '../parts/badge.ts'
import type { Html } from '../parts/html.ts'
import { findingLink } from '../parts/links.ts'
import { breakable, comparePaths, markedPath } from '../parts/path-difference.ts'
import { ageOf } from '../parts/time.ts'

/** Entries of the watch list by the finding that they touch. */
export type Watchers = ReadonlyMap<number, readonly { path: string }[]>

export interface RowOptions {
  now: Date
  /** Filter of the list as a query: the page of the finding leads back to it. */
  query: string
  /** Paths of the watch list that touch findings, by finding; missing where they are not marked. */
  watchers?: Watchers
  /** Shows a box to select the finding by. */
  selectable: boolean
}

/** Writes findings as rows, each a link to its page. */
export function findingRows(findings: readonly Finding[], options: RowOptions): Html {
  return html`<ol class="rows${options.selectable ? ' selectable' : ''}">${findings.map((finding) => findingRow(finding, options))}</ol>`
}

function findingRow(finding: Finding, { now, query, selectable, watchers }: RowOptions): Html {
  const { id, severity, status, changedAt, newEvidenceAt, firstSeenAt, assignee } = finding
  const [module, target] = [
    visibleLine(finding.module),
    finding.target === null ? null : visibleLine(finding.target),
  ]
  const paths = target === null ? null : comparePaths(module, target)
  const from = query === '' ? '' : `?from=${encodeURIComponent(query)}`
  return html`<li class="row" id="f-${id}" data-id="${id}">
  ${selectable ? html`<label class="select"><input type="checkbox" name="id" value="${id}@${changedAt}"><span class="hidden">Select finding ${id}, ${module}</span></label>` : ''}
  <span class="row-severity">${severityBadge(severity)}</span>
  <div class="row-main"><a class="path row-link" href="${findingLink(id)}${from}">${paths === null ? breakable(module) : markedPath(paths.module)}</a>${
    paths === null
      ? ''
      : html` <span class="row-target"><span class="quiet">imitates</span> <span class="path">${markedPath(paths.target)}</span></span>`
  }
  <p class="row-summary">${withoutModule(finding)}</p></div>
  <div class="row-state">${status === 'open' ? '' : statusChip(status)}${assignee === null ? '' : html` <span class="chip">${assignee}</span>`}${newEvidenceAt === null ? '' : html` <strong class="risen">risen</strong>`}${watchedChip(watchers?.get(id) ?? [])}</div>
  <span class="row-age quiet">${ageOf(firstSeenAt, now)}</span>
</li>`
}

function watchedChip(entries: readonly { path: string }[]): Html | '' {
  if (entries.length === 0) return ''
  const paths = entries.map(({ path }) => visibleLine(path)).join(', ')
  return html` <span class="chip watched" title="${paths}">watched</span>`
}

/** Returns the summary without the module and the target, which stand above it. */
function withoutModule({ module, summary }: Finding): string {
  const text = visibleLine(summary)
  const rest = text.startsWith(`${visibleLine(module)} `) ? text.slice(visibleLine(module).length + 1) : text
  return rest
}
