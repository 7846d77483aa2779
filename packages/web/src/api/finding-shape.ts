import { z } from '@hono/zod-openapi'
import { severitiesFrom } from '@mirrorwatch/detect/severity'
import type { Finding, FindingFilter, HistoryEntry } from '@mirrorwatch/store/queries/findings-list'
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
    signals: z.array(
      z.object({
        rule: z.string(),
        version: nullable,
        evidence: z.unknown(),
        firstSeen: time,
        withdrawnAt: time.nullable(),
      }),
    ),
  })
  .openapi('Finding')

/** Returns a finding as the API shows it. */
export function findingBody(found: Finding): z.infer<typeof finding> {
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
    signals: found.signals.map((signal) => ({
      rule: signal.rule === 'unreadable' ? signal.storedRule : signal.rule,
      version: signal.version,
      evidence: signal.evidence,
      firstSeen: signal.firstSeenAt,
      withdrawnAt: signal.withdrawnAt,
    })),
  }
}

export const history = z
  .object({
    at: time,
    kind: z.string(),
    from: nullable,
    to: nullable,
    author: nullable,
    reason: nullable,
  })
  .openapi('Change')

export function historyBody({ at, kind, from, to, author, reason }: HistoryEntry): z.infer<typeof history> {
  return { at, kind, from, to, author, reason }
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
