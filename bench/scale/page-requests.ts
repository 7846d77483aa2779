// Every page and every call of the API, as people and scripts ask for them.

import { NOW, pathOf } from './paths.ts'

export interface PageRequest {
  name: string
  /** Address of the nth request: each asks for something else, so that no cache makes it fast. */
  path: (n: number) => string
  method?: 'POST' | 'DELETE'
  /** Body of the nth request; a form for pages, JSON for the API. */
  body?: (n: number) => Record<string, unknown> | string
  /** Status of the answer; 200 unless it is given. */
  status?: number
}

export interface World {
  findings: number
  modules: number
  /** Module paths as the feed has them, a multiple of 50. */
  names: readonly string[]
}

/** Terms that many paths have, some have, one has, and none has. */
const TERMS = {
  common: ['github', 'client', 'github.com/owner', 'go-', 'owner1', 'com/owner2', 'ent', 'service'],
  middling: ['zookeeper', 'terraform-provider', '777', 'owner77', 'rker-', 'plugin-1', 'er/agent', 'owner9/'],
  'two-letter': ['go', 'er', 'k8', 'x/', '-7', 'zo', 'qq', 'ap'],
} as const

export function pageRequests({ findings, modules, names }: World): PageRequest[] {
  const finding = (n: number): number => 1 + ((n * 7919 + 13) % findings)
  const severe = (n: number): number => 1000 * (1 + (n % Math.floor(findings / 1000)))
  const module = (n: number): string => pathOf(1 + ((n * 7919 + 13) % modules))
  const target = (n: number): string => pathOf(1 + ((n * 13) % 3989))
  const owner = (n: number): string => module(n).split('/').slice(0, 2).join('/')
  const search = Object.entries(TERMS).map(([kind, terms]): [string, (n: number) => string] => [
    kind,
    (n) => terms[n % terms.length] ?? '',
  ])
  search.push(
    ['one-match', (n) => module(n).split('/').at(-1) ?? ''],
    ['no-match', (n) => `nothing-${n}`],
    ['no-match of common parts', (n) => ['com/com', 'go-go', 'clientserver', 'github.com/go'][n % 4] ?? ''],
  )
  const filters: [string, (n: number) => string][] = [
    ['', () => ''],
    ['high', () => 'severity=high&severity=critical'],
    ['all', () => 'status=all'],
    ['rule', () => 'rule=near-copy&status=all'],
    ['capability', () => 'capability=process'],
    ['target', (n) => `target=${target(n)}`],
    ['much imitated target', () => `target=${pathOf(3990)}`],
    ['owner', (n) => `owner=${owner(n)}`],
    ['host', () => 'host=github.com'],
    ['campaign', (n) => `campaign=content:c${n % 333}`],
    ['unassigned', () => 'assignee=nobody&status=investigating'],
    ['assigned', (n) => `assignee=person${n % 12}`],
    ['new', () => 'since=7'],
    ['risen', () => 'risen=1&status=all'],
    ['watched', () => 'watched=1'],
    ['rare rule of a low severity', () => 'rule=honest-allowed&severity=info&status=all'],
  ]
  return [
    { name: 'page: overview', path: () => '/' },
    ...filters.map(
      ([name, query]): PageRequest => ({
        name: `page: findings ${name}`.trimEnd(),
        path: (n) => `/findings?${query(n)}`,
      }),
    ),
    ...search.map(
      ([name, term]): PageRequest => ({
        name: `page: findings, search, ${name}`,
        path: (n) => `/findings?q=${encodeURIComponent(term(n))}${n % 2 === 0 ? '' : '&status=all'}`,
      }),
    ),
    {
      name: 'page: findings, search among confirmed high ones',
      path: (n) => `/findings?q=${TERMS.common[n % 8] ?? ''}&status=confirmed&severity=high`,
    },
    { name: 'page: finding', path: (n) => `/findings/${finding(n)}` },
    { name: 'page: severe finding', path: (n) => `/findings/${severe(n)}` },
    { name: 'page: severe finding, side by side', path: (n) => `/findings/${severe(n)}?diff=split` },
    { name: 'page: report upstream', path: (n) => `/findings/${severe(n)}/report` },
    { name: 'page: OSV record', path: (n) => `/findings/${severe(n)}/osv.json` },
    { name: 'page: module', path: (n) => `/modules/${module(n)}` },
    { name: 'page: target', path: (n) => `/targets/${target(n)}` },
    { name: 'page: much imitated target', path: () => `/targets/${pathOf(3990)}` },
    { name: 'page: owner', path: (n) => `/owners/${owner(n)}` },
    { name: 'page: campaign', path: (n) => `/campaigns/content%3Ac${n % 333}` },
    {
      name: 'page: repository',
      path: (n) => `/repositories?url=${encodeURIComponent(`https://${pathOf(100 * (1 + (n % 500)))}`)}`,
    },
    { name: 'page: zip', path: () => `/zips/${pathOf(1)}/@v/v1.0.26` },
    { name: 'page: file of a zip', path: (n) => `/zips/${pathOf(1)}/@v/v1.0.26/file${n % 200}.go` },
    { name: 'page: allow list', path: () => '/allow' },
    { name: 'page: watch list', path: () => '/watch' },
    { name: 'page: audit log', path: () => '/audit' },
    { name: 'page: audit log of one author', path: (n) => `/audit?author=person${n % 13}` },
    { name: 'page: weekly report', path: (n) => `/reports/2026-W${40 + (n % 8)}` },
    { name: 'page: Atom feed', path: () => '/feeds/findings.atom' },
    { name: 'page: sign-in', path: () => '/sign-in' },
    {
      name: 'page: decide on one',
      path: () => '/findings/decide',
      body: (n) => ({
        id: String(finding(n)),
        action: n % 2 === 0 ? 'dismissed' : 'open',
        reason: 'bench',
        filter: '',
        // oxlint-disable-next-line unicorn/no-thenable -- the name of a field
        then: 'next',
      }),
      status: 303,
    },
    ...apiRequests({ finding, severe, module, target, owner, search, names }),
  ]
}

interface Parameters {
  finding: (n: number) => number
  severe: (n: number) => number
  module: (n: number) => string
  target: (n: number) => string
  owner: (n: number) => string
  search: [string, (n: number) => string][]
  names: readonly string[]
}

function apiRequests({ finding, severe, module, target, owner, search, names }: Parameters): PageRequest[] {
  const goSum = (n: number): string =>
    Array.from({ length: 300 }, (_, at) => `${module(n * 300 + at)} v1.0.4 h1:${'a'.repeat(43)}=`).join('\n')
  return [
    { name: 'API: findings', path: () => '/api/v1/findings' },
    {
      name: 'API: open high findings',
      path: () => '/api/v1/findings?severity=high&status=open,investigating',
    },
    { name: 'API: findings of a target', path: (n) => `/api/v1/findings?target=${target(n)}` },
    { name: 'API: findings of an owner', path: (n) => `/api/v1/findings?owner=${owner(n)}` },
    { name: 'API: watched findings', path: () => '/api/v1/findings?watched=true' },
    ...search.map(
      ([name, term]): PageRequest => ({
        name: `API: search, ${name}`,
        path: (n) => `/api/v1/findings?search=${encodeURIComponent(term(n))}`,
      }),
    ),
    { name: 'API: count', path: (n) => `/api/v1/findings/count?severity=${n % 2 === 0 ? 'high' : 'low'}` },
    {
      name: 'API: count of a search',
      path: (n) => `/api/v1/findings/count?search=${TERMS.common[n % 8] ?? ''}`,
    },
    { name: 'API: finding', path: (n) => `/api/v1/findings/${severe(n)}` },
    { name: 'API: history', path: (n) => `/api/v1/findings/${finding(n)}/history` },
    { name: 'API: campaigns', path: () => '/api/v1/campaigns' },
    { name: 'API: module', path: (n) => `/api/v1/modules?path=${module(n)}` },
    { name: 'API: versions', path: (n) => `/api/v1/versions?module=${module(n)}` },
    { name: 'API: targets', path: () => '/api/v1/targets' },
    { name: 'API: targets, search', path: (n) => `/api/v1/targets?search=${TERMS.middling[n % 8] ?? ''}` },
    {
      name: 'API: repository',
      path: (n) =>
        `/api/v1/repositories?url=${encodeURIComponent(`https://${pathOf(100 * (1 + (n % 500)))}`)}`,
    },
    { name: 'API: allow list', path: () => '/api/v1/allow' },
    { name: 'API: watch list', path: () => '/api/v1/watch' },
    { name: 'API: decisions', path: () => '/api/v1/decisions' },
    { name: 'API: reports', path: () => '/api/v1/reports' },
    { name: 'API: report', path: (n) => `/api/v1/reports/2026-W${40 + (n % 8)}` },
    { name: 'API: deny list', path: () => '/api/v1/deny' },
    { name: 'API: verify a go.sum of 300 lines', path: () => '/api/v1/verify', body: goSum },
    {
      name: 'API: match 50 names',
      path: () => '/api/v1/match',
      body: (n) => ({ paths: names.slice((n * 50) % names.length).slice(0, 50) }),
    },
    {
      name: 'API: decide on one',
      path: (n) => `/api/v1/findings/${finding(n + 1000)}/decision`,
      body: (n) => ({ status: n % 2 === 0 ? 'confirmed' : 'open', reason: `bench ${NOW}` }),
    },
    {
      name: 'API: decide on 100',
      path: () => '/api/v1/decisions',
      body: (n) => ({
        ids: Array.from({ length: 100 }, (_, at) => finding(n * 100 + at + 5000)),
        decision: { status: n % 2 === 0 ? 'confirmed' : 'open', reason: 'bench' },
      }),
    },
    {
      name: 'API: note',
      path: (n) => `/api/v1/findings/${finding(n)}/notes`,
      body: () => ({ text: 'bench' }),
    },
    {
      name: 'API: watch a path',
      path: () => '/api/v1/watch',
      body: (n) => ({ paths: [module(n)], reason: 'bench' }),
    },
    {
      name: 'API: allow a name',
      path: () => '/api/v1/allow',
      body: (n) => ({ kind: 'path', module: module(n), reason: 'bench' }),
    },
  ]
}
