import { z } from '@hono/zod-openapi'
import { severitiesFrom } from '@mirrorwatch/detect/severity'
import type { FindingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import type { Finding, FindingFilter } from '@mirrorwatch/store/queries/findings-list'
import { modulePath, severity, status, time, timeInput } from './shapes.ts'

const nullable = z.string().nullable()

export const finding = z
  .object({
    id: z.number(),
    module: z.string(),
    target: nullable,
    severity,
    status,
    summary: z.string(),
    because: z.array(z.looseObject({ kind: z.string(), row: z.string(), severity, says: z.string() })),
    firstSeen: time,
    lastSeen: time,
    changedAt: time,
    assignee: nullable,
    decidedBy: nullable,
    decidedAt: time.nullable(),
    decisionReason: nullable,
    decisionKind: nullable,
    decisionUntil: time.nullable(),
    newEvidenceAt: time.nullable(),
    watched: z
      .array(z.string())
      .openapi({ description: 'Paths of the watch list that it is about, or that it imitates.' }),
    signals: z.array(
      z.object({
        rule: z.string(),
        version: nullable,
        evidence: z
          .unknown()
          .optional()
          .openapi({ description: 'Missing in a list without `evidence=true`.' }),
        firstSeen: time,
        withdrawnAt: time.nullable(),
      }),
    ),
  })
  .openapi('Finding')

/** Returns a finding as the API shows it. @param withEvidence false leaves out the evidence of its signals */
export function findingBody(
  found: Finding,
  watchers: ReadonlyMap<number, readonly { path: string }[]>,
  withEvidence = true,
): z.infer<typeof finding> {
  return {
    id: found.id,
    module: found.module,
    target: found.target,
    severity: found.severity,
    status: found.status,
    summary: found.summary,
    because: found.because,
    firstSeen: found.firstSeenAt,
    lastSeen: found.lastSeenAt,
    changedAt: found.changedAt,
    assignee: found.assignee,
    decidedBy: found.decidedBy,
    decidedAt: found.decidedAt,
    decisionReason: found.decisionReason,
    decisionKind: found.decisionKind,
    decisionUntil: found.decisionUntil,
    newEvidenceAt: found.newEvidenceAt,
    watched: (watchers.get(found.id) ?? []).map(({ path }) => path),
    signals: found.signals.map((signal) => ({
      rule: signal.rule === 'unreadable' ? signal.storedRule : signal.rule,
      version: signal.version,
      ...(withEvidence ? { evidence: signal.evidence } : {}),
      firstSeen: signal.firstSeenAt,
      withdrawnAt: signal.withdrawnAt,
    })),
  }
}

const history = z
  .object({
    at: time,
    kind: z.string(),
    from: nullable,
    to: nullable,
    author: nullable,
    reason: nullable,
  })
  .openapi('Change')

export const timeline = z
  .object({
    history: z.array(history),
    events: z
      .array(
        z.object({
          kind: z.string(),
          repository: z.string(),
          tag: nullable,
          version: nullable,
          from: nullable,
          to: nullable,
          lastSeenAt: time.nullable(),
          firstSeenAt: time,
        }),
      )
      .openapi({ description: 'What happened to the repository (`tag` null) and to the tags of versions.' }),
    cached: z
      .array(z.object({ version: z.string(), cachedAt: time, loggedOnly: z.boolean() }))
      .openapi({ description: 'When the versions that signals speak of were cached.' }),
    verdicts: z
      .array(z.object({ version: z.string(), at: time, verdict: z.string(), reason: z.string() }))
      .openapi({ description: 'What inspections of these versions showed.' }),
  })
  .openapi('Timeline')

/** Returns a timeline as the API shows it. */
export function timelineBody({
  history: changes,
  events,
  ...same
}: FindingTimeline): z.infer<typeof timeline> {
  return {
    history: changes.map(({ at, kind, from, to, author, reason }) => ({
      at,
      kind,
      from,
      to,
      author,
      reason,
    })),
    events: events.map(({ kind, repository, tag, version, from, to, lastSeenAt, firstSeenAt }) => ({
      kind,
      repository,
      tag,
      version,
      from,
      to,
      lastSeenAt,
      firstSeenAt,
    })),
    ...same,
  }
}

/** Words of a list in a query, with commas between them. */
function words<T extends string>(word: z.ZodType<T, string>) {
  return z
    .string()
    .max(1_000)
    .transform((text) => text.split(','))
    .pipe(z.array(word))
    .optional()
}

/** Filters of a list of findings. */
export const filterQuery = z.object({
  severity: severity.optional().openapi({ description: 'This severity or above.' }),
  status: words(status).openapi({ description: 'Any of these, with commas between them.' }),
  module: modulePath.optional(),
  target: modulePath.optional(),
  rule: words(z.string().max(100)).openapi({ description: 'A signal of any of these rules.' }),
  owner: z.string().max(500).optional().openapi({ example: 'github.com/spf13' }),
  host: z.string().max(300).optional().openapi({ example: 'github.com' }),
  campaign: z.string().max(200).optional(),
  assignee: z.string().max(200).optional().openapi({ description: 'Assignee; `-` for none.' }),
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Part of the module or target path.' }),
  firstSeenSince: timeInput.optional(),
  changedSince: timeInput.optional(),
  watched: z
    .enum(['true'])
    .optional()
    .openapi({ description: 'About a path of the watch list, or imitating one.' }),
  newEvidence: z.enum(['true']).optional().openapi({ description: 'Decided, and risen since.' }),
})

/** Returns the store's filter. */
export function filterOf(query: z.infer<typeof filterQuery>): FindingFilter {
  const { severity: from, status: statuses, rule: rules, assignee, newEvidence, watched, ...same } = query
  return {
    ...Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)),
    ...(from === undefined ? {} : { severities: severitiesFrom(from) }),
    ...(statuses === undefined ? {} : { statuses }),
    ...(rules === undefined ? {} : { rules }),
    ...(assignee === undefined ? {} : { assignee: assignee === '-' ? null : assignee }),
    ...(watched === undefined ? {} : { watched: true }),
    ...(newEvidence === undefined ? {} : { withNewEvidence: true }),
  }
}
