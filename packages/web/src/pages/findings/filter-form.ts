import { SIGNAL_RULES } from '@mirrorwatch/detect/judge/signals/table'
import { SEVERITIES } from '@mirrorwatch/detect/severity'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { AGES, CAPABILITIES, type ListFilter, listLink, STATUS_CHOICES } from './filter.ts'

/** Writes the form whose fields are the address of the list. */
export function filterForm(filter: ListFilter): Html {
  const isMore = MORE.some((name) => filter[name] !== '') || filter.risen
  return html`<form class="filter" method="get" action="/findings" aria-label="Filter" data-auto>
  <div class="filter-row">
    <label class="grow"><span class="hidden">Part of a path</span><input type="search" name="q" value="${filter.q}" maxlength="300" placeholder="Part of a module or target path" id="filter-q"></label>
    <fieldset class="severities"><legend class="hidden">Severity</legend>${SEVERITIES.map(
      (severity) =>
        html`<label><input type="checkbox" name="severity" value="${severity}"${filter.severities.includes(severity) ? html` checked` : ''}><span class="badge ${severity}">${severity}</span></label>`,
    )}</fieldset>
    ${choice(
      'status',
      'State',
      filter.status,
      Object.entries(STATUS_CHOICES).map(([value, { says }]) => [value, says]),
    )}
    ${choice('since', 'First seen', filter.since, [['', 'Any time'], ...Object.entries(AGES).map(([value, says]): [string, string] => [value, `Within ${says}`])])}
    <button>Filter</button>
  </div>
  <details${isMore ? html` open` : ''}><summary>More filters</summary>
  <div class="filter-row">
    ${choice('rule', 'Signal', filter.rule, [['', 'Any'], ...SIGNAL_RULES.map(({ id }): [string, string] => [id, id])])}
    ${choice('capability', 'Code', filter.capability, [['', 'Any'], ...Object.keys(CAPABILITIES).map((id): [string, string] => [id, CAPABILITY_WORDS[id] ?? id])])}
    ${text('target', 'Target', filter.target, 'github.com/boltdb/bolt')}
    ${text('owner', 'Owner', filter.owner, 'github.com/account')}
    ${text('host', 'Host', filter.host, 'github.com')}
    ${text('campaign', 'Campaign', filter.campaign, 'id')}
    ${text('assignee', 'Assignee', filter.assignee, 'me, nobody or a name')}
    <label class="check"><input type="checkbox" name="risen" value="1"${filter.risen ? html` checked` : ''}> Risen since the decision</label>
  </div></details>
  ${activeFilters(filter)}
</form>`
}

const MORE = ['rule', 'capability', 'target', 'owner', 'host', 'campaign', 'assignee'] as const

const CAPABILITY_WORDS: Record<string, string> = {
  process: 'runs processes',
  network: 'uses the network',
  writes: 'writes files',
  hidden: 'hides strings or code',
  unread: 'could not be read',
}

function choice(
  name: string,
  label: string,
  chosen: string,
  choices: readonly (readonly [string, string])[],
): Html {
  return html`<label><span>${label}</span><select name="${name}">${choices.map(
    ([value, says]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ''}>${says}</option>`,
  )}</select></label>`
}

function text(name: string, label: string, value: string, example: string): Html {
  return html`<label><span>${label}</span><input type="text" name="${name}" value="${value}" maxlength="500" placeholder="${example}"></label>`
}

/** Writes what is filtered by, each with a link that takes it away. */
function activeFilters(filter: ListFilter): Html | '' {
  const active: [string, ListFilter][] = [
    ...(filter.q === '' ? [] : [[`path has “${filter.q}”`, { ...filter, q: '' }] as [string, ListFilter]]),
    ...filter.severities.map((severity): [string, ListFilter] => [
      severity,
      { ...filter, severities: filter.severities.filter((each) => each !== severity) },
    ]),
    ...(filter.status === 'waiting'
      ? []
      : [
          [STATUS_CHOICES[filter.status].says, { ...filter, status: 'waiting' as const }] as [
            string,
            ListFilter,
          ],
        ]),
    ...MORE.flatMap((name): [string, ListFilter][] =>
      filter[name] === '' ? [] : [[`${name} ${filter[name]}`, { ...filter, [name]: '' }]],
    ),
    ...(filter.since === ''
      ? []
      : [[`within ${AGES[filter.since]}`, { ...filter, since: '' as const }] as [string, ListFilter]]),
    ...(filter.risen
      ? [['risen since the decision', { ...filter, risen: false }] as [string, ListFilter]]
      : []),
  ]
  if (active.length === 0) return ''
  return html`<p class="active">${active.map(
    ([says, without]) =>
      html`<a class="chip" href="${listLink(without)}" title="Without this filter">${says} <span aria-hidden="true">×</span></a> `,
  )}<a href="/findings">Clear all</a></p>`
}
