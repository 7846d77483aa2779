import { parseReasons, parseSignal } from '@mirrorwatch/detect/finding'
import { SEVERITIES, severityRank } from '@mirrorwatch/detect/severity'
import type { FindingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { FINDING_STATUSES } from '@mirrorwatch/store/status'
import type { HitEntry } from '@mirrorwatch/store/watch/entries'
import { z } from 'zod'
import type { FilterOptions } from '../inputs/finding-filter.ts'
import type { ApiClient } from './client.ts'
import type { AllowedName, Desk } from './desk.ts'

const text = z.string()
const textOrNull = text.nullable()
const severity = z.enum(SEVERITIES)

const findingShape = z
  .object({
    id: z.number(),
    module: text,
    target: textOrNull,
    severity,
    status: z.enum(FINDING_STATUSES),
    summary: text,
    because: z.unknown(),
    firstSeen: text,
    lastSeen: text,
    changedAt: text,
    assignee: textOrNull,
    decidedBy: textOrNull,
    decidedAt: textOrNull,
    decisionReason: textOrNull,
    decisionKind: textOrNull,
    decisionUntil: textOrNull,
    newEvidenceAt: textOrNull,
    signals: z.array(
      z.object({
        rule: text,
        version: textOrNull,
        evidence: z.unknown(),
        firstSeen: text,
        withdrawnAt: textOrNull,
      }),
    ),
  })
  .transform(
    ({ because, firstSeen, lastSeen, signals, ...same }): Finding => ({
      ...same,
      moduleId: 0,
      severityRank: severityRank(same.severity),
      because: parseReasons(because),
      firstSeenAt: firstSeen,
      lastSeenAt: lastSeen,
      signals: signals.map(({ rule, version, evidence, firstSeen: at, withdrawnAt }) => ({
        ...parseSignal(rule, version, evidence),
        firstSeenAt: at,
        lastSeenAt: lastSeen,
        withdrawnAt,
      })),
    }),
  )

const kinds = [
  'created',
  'severity',
  'signal-added',
  'signal-withdrawn',
  'status',
  'summary',
  'note',
] as const
const eventKinds = [
  'tag-moved',
  'tag-vanished',
  'tag-returned',
  'gone',
  'returned',
  'reborn',
  'moved',
  'moved-back',
] as const
const verdicts = [
  'same',
  'differs',
  'tag-moved',
  'tag-missing',
  'repository-missing',
  'unverifiable',
] as const
const timelineShape: z.ZodType<FindingTimeline> = z.object({
  history: z.array(
    z.object({
      at: text,
      kind: z.enum(kinds),
      from: textOrNull,
      to: textOrNull,
      author: textOrNull,
      reason: textOrNull,
    }),
  ),
  events: z.array(
    z.object({
      kind: z.enum(eventKinds),
      repository: text,
      tag: textOrNull,
      version: textOrNull,
      from: textOrNull,
      to: textOrNull,
      lastSeenAt: textOrNull,
      firstSeenAt: text,
    }),
  ),
  cached: z.array(z.object({ version: text, cachedAt: text, loggedOnly: z.boolean() })),
  verdicts: z.array(z.object({ version: text, at: text, verdict: z.enum(verdicts), reason: text })),
})

const pageShape = z.object({ findings: z.array(findingShape), next: textOrNull })
const decidedShape = z.object({ changed: z.array(z.number()) })
const allowShape: z.ZodType<{ entries: AllowedName[] }> = z.object({
  entries: z.array(
    z.object({
      id: z.number(),
      kind: z.enum(['pair', 'owner', 'path']),
      module: text,
      target: textOrNull,
      reason: text,
      author: text,
      createdAt: text,
      expiresAt: textOrNull,
      hits: z.number(),
      lastHitAt: textOrNull,
    }),
  ),
})
const watchShape = z.object({
  entries: z.array(
    z
      .object({
        id: z.number(),
        path: text,
        source: textOrNull,
        mail: z.array(text),
        channels: z.array(text),
        minSeverity: severity,
        reason: text,
        author: text,
        createdAt: text,
        hits: z.number(),
        moreHits: z.boolean(),
        lastHitAt: textOrNull,
      })
      .transform(
        ({ moreHits, lastHitAt, ...entry }): HitEntry => ({
          ...entry,
          hits: moreHits ? entry.hits + 1 : entry.hits,
          lastSeenAt: lastHitAt,
        }),
      ),
  ),
  next: textOrNull,
})
const deniedShape = z.object({
  at: z.coerce.date(),
  modules: z.array(
    z.object({
      module: text,
      version: textOrNull,
      reason: text,
      finding: z.number().nullable(),
      listedAs: textOrNull,
    }),
  ),
})
const anything = z.unknown()

/** Findings of one page of the API. */
const PAGE = 200

/** Creates a desk at a server. The author of decisions is the token's name. */
export function createServerDesk(api: ApiClient): Desk {
  async function* all(filter: FilterOptions): AsyncGenerator<Finding> {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: z.infer<typeof pageShape> = await api.ask(
        'GET',
        `/findings?${query(filter, PAGE, cursor)}&evidence=true`,
        pageShape,
      )
      yield* page.findings
      cursor = page.next
    }
  }
  return {
    async list(filter, limit) {
      const findings: Finding[] = []
      for await (const finding of all(filter)) {
        if (findings.length === limit) return { findings, more: true }
        findings.push(finding)
      }
      return { findings, more: false }
    },
    async show(id) {
      const finding = await api.ask('GET', `/findings/${id}`, findingShape)
      return { finding, timeline: await api.ask('GET', `/findings/${id}/history`, timelineShape) }
    },
    all: (filter, { statuses: [status] = [] }) =>
      all({ ...(status === undefined ? {} : { status }), ...filter }),
    denied: () => api.ask('GET', '/deny', deniedShape),
    async decide(id, { status, reason, allow }) {
      const body = allow === undefined ? { status, reason } : { status: 'allowed', reason, allow }
      const { changed } = await api.ask('POST', `/findings/${id}/decision`, decidedShape, body)
      return { changed: changed.length > 0 }
    },
    allowed: async () => (await api.ask('GET', '/allow', allowShape)).entries,
    async allow({ kind, module, target, reason, expiresAt }) {
      const end = expiresAt === null ? {} : { until: expiresAt }
      const body = { kind, module, reason, ...(target === null ? {} : { target }), ...end }
      return (await api.ask('POST', '/allow', z.object({ id: z.number() }), body)).id
    },
    disallow: async (id) => void (await api.ask('DELETE', `/allow/${id}`, anything)),
    async *watched() {
      for (let cursor: string | null = ''; cursor !== null; ) {
        const at = cursor === '' ? '' : `&cursor=${cursor}`
        const page: z.infer<typeof watchShape> = await api.ask('GET', `/watch?limit=${PAGE}${at}`, watchShape)
        yield* page.entries
        cursor = page.next
      }
    },
    async watch({ source, ...names }) {
      await api.ask('POST', '/watch', anything, { ...names, ...(source === null ? {} : { source }) })
    },
    unwatch: async (id) => void (await api.ask('DELETE', `/watch/${id}`, anything)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

function query(filter: FilterOptions, limit: number, cursor: string): string {
  const { severity: from, status, module, target, search } = filter
  const given = {
    severity: from,
    status,
    module,
    target,
    search,
    limit: String(limit),
    cursor: cursor || undefined,
  }
  const set = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return new URLSearchParams(set).toString()
}
