import * as z from 'zod'
import { SIGNAL_RULES, type SignalId } from './judge/signals/table.ts'
import { SEVERITIES, type Severity } from './severity.ts'

type RuleOf<Id extends SignalId> = Extract<(typeof SIGNAL_RULES)[number], { id: Id }>
type Shape<Id extends SignalId> = z.infer<RuleOf<Id>['evidence']>

/** Evidence of one signal. `more` holds what else showed the same fact: the other comparison, a further rule. */
export type EvidenceOf<Id extends SignalId> = Shape<Id> & { more?: Shape<Id>[] }

/** One fact with its evidence. `version` is the version it was seen on; null for facts about the module itself. */
export type SignalOf<Id extends SignalId> = { rule: Id; version: string | null; evidence: EvidenceOf<Id> }

/** Any signal; `rule` tells which evidence it has. */
export type Signal = { [Id in SignalId]: SignalOf<Id> }[SignalId]

/** A stored signal that this release cannot read: of another release, or damaged. Its evidence is kept, and not shown. */
export interface UnreadableSignal {
  rule: 'unreadable'
  storedRule: string
  version: string | null
  evidence: unknown
}

/** Why a finding is as severe as it is: one row of the tables in docs/severity.md. */
const reasonSchema = z.object({
  /**
   * - `decided`: the first row of the severity table that holds.
   * - `lowered`: an honest explanation that set the upper bound `severity`.
   * - `honest`: an honest explanation that applies as well and changed nothing.
   */
  kind: z.enum(['decided', 'lowered', 'honest']),
  /** Id of the row. */
  row: z.string(),
  severity: z.enum(SEVERITIES),
  /** The version that decided; null where facts about the module itself did. */
  version: z.string().nullable(),
  /** Ids of the signals that made the row hold. */
  signals: z.array(z.string()),
  /** The row's words, as they were when it was judged. */
  says: z.string(),
})
export type Reason = z.infer<typeof reasonSchema>

/** Result of an assessment for a module and one target (null: for the module alone). */
export interface FindingDraft {
  target: string | null
  severity: Severity
  /** One plain sentence. */
  summary: string
  signals: readonly Signal[]
  /** The row that decided first, then the honest explanations. */
  because: readonly Reason[]
}

const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map(
  SIGNAL_RULES.map(({ id, evidence }) => {
    const shape: z.ZodObject = evidence
    return [id, shape.extend({ more: z.exactOptional(z.array(shape)) })]
  }),
)

/** Parses a signal that comes back from the store. */
export function parseSignal(
  rule: string,
  version: string | null,
  untrustedEvidence: unknown,
): Signal | UnreadableSignal {
  const parsed = SCHEMAS.get(rule)?.safeParse(untrustedEvidence)
  if (parsed?.success !== true) {
    return { rule: 'unreadable', storedRule: rule, version, evidence: untrustedEvidence }
  }
  // The schema was taken from the table by the rule's id; the types of both come from the same table.
  return { rule, version, evidence: parsed.data } as Signal
}

/** Parses the reasons of a finding that comes back from the store; what cannot be read is left out. */
export function parseReasons(untrusted: unknown): Reason[] {
  if (!Array.isArray(untrusted)) return []
  return untrusted.flatMap((each) => reasonSchema.safeParse(each).data ?? [])
}

/** Returns the first signal of one of `ids`, typed. */
export function signalOf<Id extends SignalId>(
  signals: readonly (Signal | UnreadableSignal)[],
  ...ids: Id[]
): SignalOf<Id> | undefined {
  return signalsOf(signals, ...ids)[0]
}

/** Returns the signals of `ids`, typed, in the order of `signals`. */
export function signalsOf<Id extends SignalId>(
  signals: readonly (Signal | UnreadableSignal)[],
  ...ids: Id[]
): SignalOf<Id>[] {
  return signals.filter((signal): signal is Signal & SignalOf<Id> =>
    (ids as readonly string[]).includes(signal.rule),
  )
}

/** Returns a reason as one line of text, such as a history entry shows it. */
export function reasonText({ kind, row, severity, version, says }: Reason): string {
  const bound = { decided: '', lowered: `at most ${severity}: `, honest: 'also: ' }[kind]
  return `${bound}${version === null ? '' : `${version}: `}${says} [${row}]`
}
