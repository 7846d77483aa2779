import type { Reason, Signal } from '../finding.ts'
import { compareSeverity, type Severity } from '../severity.ts'
import { LOWERING_ROWS, type LoweringRow, SEVERITY_ROWS, type SeverityRow } from './severity-table.ts'

/** The parts of a signal that {@link severityOf} uses. */
type Fact = Pick<Signal, 'rule' | 'version'>

/**
 * Returns the severity of a finding from its signals alone, by the table of docs/severity.md.
 *
 * Signals of one version are judged together with the signals about the module itself (`version` null); the worst version
 * decides. `because` holds the row that decided, then each honest explanation.
 */
export function severityOf(signals: readonly Fact[]): { severity: Severity; because: Reason[] } {
  const versions = new Set([...signals.map((signal) => signal.version), null])
  const [worst] = [...versions].map((version) => judge(signals, version)).toSorted(compareJudgements)
  return { severity: worst?.severity ?? 'info', because: worst?.because ?? [] }
}

interface Judgement {
  severity: Severity
  because: Reason[]
}

/** The worst first. Of two that are lowered to the same severity, the one that was worse says what was explained away. */
function compareJudgements(a: Judgement, b: Judgement): number {
  const [aDecided, bDecided] = [a.because[0]?.severity ?? 'info', b.because[0]?.severity ?? 'info']
  return compareSeverity(a.severity, b.severity) || compareSeverity(aDecided, bDecided)
}

function judge(signals: readonly Fact[], version: string | null): Judgement {
  const own = signals.filter((signal) => signal.version === null || signal.version === version)
  const ids = new Set<string>(own.map(({ rule }) => rule))
  const row = SEVERITY_ROWS.find((candidate) => holds(candidate, ids))
  if (row === undefined) return { severity: 'info', because: [] }
  let { severity } = row
  const because = [reason('decided', row, severity, version, present(row.all.flat(), ids))]
  for (const lowering of LOWERING_ROWS) {
    if (!lowers(lowering, ids)) continue
    const honest = present(lowering.when, ids)
    if (compareSeverity(severity, lowering.atMost) < 0) {
      severity = lowering.atMost
      because.push(reason('lowered', lowering, severity, null, honest))
    } else {
      because.push(reason('honest', lowering, lowering.atMost, null, honest))
    }
  }
  return { severity, because }
}

function reason(
  kind: Reason['kind'],
  { id, says }: Pick<SeverityRow, 'id' | 'says'>,
  severity: Severity,
  version: string | null,
  signals: string[],
): Reason {
  return { kind, row: id, severity, version, signals, says }
}

function holds(row: SeverityRow, ids: ReadonlySet<string>): boolean {
  return row.all.every((any) => any.some((id) => ids.has(id)))
}

function lowers(row: LoweringRow, ids: ReadonlySet<string>): boolean {
  return row.when.some((id) => ids.has(id)) && !row.unless.some((id) => ids.has(id))
}

function present(wanted: readonly string[], ids: ReadonlySet<string>): string[] {
  return [...new Set(wanted)].filter((id) => ids.has(id))
}
