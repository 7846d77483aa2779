import { SIGNAL_RULES } from '@mirrorwatch/detect/judge/signals/table'
import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import type { FindingFilter } from '@mirrorwatch/store/queries/findings-list'
import type { FindingStatus } from '@mirrorwatch/store/status'

/** Choices of states, with the states that each stands for. The first is the default. */
export const STATUS_CHOICES = {
  waiting: { says: 'Waiting for a decision', statuses: ['open', 'investigating'] },
  open: { says: 'Open', statuses: ['open'] },
  investigating: { says: 'Investigating', statuses: ['investigating'] },
  confirmed: { says: 'Confirmed', statuses: ['confirmed'] },
  dismissed: { says: 'Dismissed only', statuses: ['dismissed'] },
  allowed: { says: 'Allowed only', statuses: ['allowed'] },
  undismissed: { says: 'All without dismissed', statuses: ['open', 'investigating', 'confirmed', 'allowed'] },
  all: { says: 'All with dismissed', statuses: null },
} as const satisfies Record<string, { says: string; statuses: readonly FindingStatus[] | null }>
type StatusChoice = keyof typeof STATUS_CHOICES

/** Capabilities, with their signals. */
export const CAPABILITIES = {
  process: ['import-process', 'added-process', 'module-import-process'],
  network: ['import-network', 'added-network', 'module-import-network'],
  writes: ['import-writes'],
  hidden: ['hidden-string', 'far-right'],
  unread: ['added-unseen', 'added-unread', 'unparsable', 'oversized'],
} as const
type Capability = keyof typeof CAPABILITIES

/** Ages of findings that can be chosen, in days. */
export const AGES = { '1': 'a day', '7': 'a week', '30': '30 days', '90': '90 days' } as const
type Age = keyof typeof AGES

/** A filter as the address of a page holds it. */
export interface ListFilter {
  q: string
  severities: Severity[]
  status: StatusChoice
  rule: string
  capability: Capability | ''
  target: string
  owner: string
  host: string
  campaign: string
  /** A name, `me`, or `nobody`. */
  assignee: string
  /** Days since the finding was first seen. */
  since: Age | ''
  /** Only decided findings whose severity has risen since. */
  risen: boolean
}

const TEXTS = ['q', 'rule', 'target', 'owner', 'host', 'campaign', 'assignee'] as const
/** Characters of a text in a filter. A module path may have a few hundred. */
const MAX_TEXT = 500

/** Reads a filter from the query of an address. What it does not know is left out. */
export function readFilter(untrustedQuery: URLSearchParams): ListFilter {
  const text = (name: string): string => (untrustedQuery.get(name) ?? '').trim().slice(0, MAX_TEXT)
  const texts = Object.fromEntries(TEXTS.map((name) => [name, text(name)])) as Record<
    (typeof TEXTS)[number],
    string
  >
  const given = new Set(untrustedQuery.getAll('severity').flatMap((each) => each.split(',')))
  return {
    ...texts,
    rule: SIGNAL_RULES.some(({ id }) => id === texts.rule) ? texts.rule : '',
    severities: SEVERITIES.filter((severity) => given.has(severity)),
    status: keyIn(STATUS_CHOICES, text('status')) ?? 'waiting',
    capability: keyIn(CAPABILITIES, text('capability')) ?? '',
    since: keyIn(AGES, text('since')) ?? '',
    risen: text('risen') === '1',
  }
}

function keyIn<T extends object>(choices: T, text: string): keyof T | null {
  return Object.hasOwn(choices, text) ? (text as keyof T) : null
}

/** Returns a filter as a query: the same filter has the same query, and the default has none. */
export function filterQuery(filter: ListFilter): string {
  const query = new URLSearchParams()
  for (const name of TEXTS) if (filter[name] !== '') query.set(name, filter[name])
  for (const severity of filter.severities) query.append('severity', severity)
  if (filter.status !== 'waiting') query.set('status', filter.status)
  if (filter.capability !== '') query.set('capability', filter.capability)
  if (filter.since !== '') query.set('since', filter.since)
  if (filter.risen) query.set('risen', '1')
  return query.toString()
}

/** Returns the address of the list with this filter. */
export function listLink(filter: ListFilter): string {
  const query = filterQuery(filter)
  return query === '' ? '/findings' : `/findings?${query}`
}

const NO_FILTER = readFilter(new URLSearchParams())

/** Returns the address of the list with nothing but these parts of a filter. */
export function listLinkFor(parts: Partial<ListFilter>): string {
  return listLink({ ...NO_FILTER, ...parts })
}

/** Returns a filter as the store takes it. @param me name of the person who asks */
export function storeFilter(filter: ListFilter, me: string, now: Date): FindingFilter {
  const { q, severities, status, target, owner, host, campaign, assignee, since, risen } = filter
  const { statuses } = STATUS_CHOICES[status]
  const rules = rulesOf(filter)
  return {
    ...(q === '' ? {} : { search: q }),
    ...(severities.length === 0 ? {} : { severities }),
    ...(statuses === null ? {} : { statuses }),
    ...(rules === null ? {} : { rules }),
    ...(target === '' ? {} : { target }),
    ...(owner === '' ? {} : { owner: owner.toLowerCase() }),
    ...(host === '' ? {} : { host: host.toLowerCase() }),
    ...(campaign === '' ? {} : { campaign }),
    ...(assignee === '' ? {} : { assignee: assigneeOf(assignee, me) }),
    ...(since === '' ? {} : { firstSeenSince: new Date(now.getTime() - Number(since) * 86_400_000) }),
    ...(risen ? { withNewEvidence: true } : {}),
  }
}

/** A rule and a capability together ask for the rule alone, where the capability has it. */
function rulesOf({ rule, capability }: ListFilter): readonly string[] | null {
  if (rule !== '') return [rule]
  return capability === '' ? null : CAPABILITIES[capability]
}

function assigneeOf(assignee: string, me: string): string | null {
  if (assignee === 'nobody') return null
  return assignee === 'me' ? me : assignee
}
