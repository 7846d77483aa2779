import type { Severity, Signal } from '../types.ts'
import { LOWERING_ROWS, type LoweringRow, SEVERITY_ROWS, type SeverityRow } from './severity-table.ts'

const ORDER: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical']

/** Less than zero where `a` is the milder one. */
export function compareSeverity(a: Severity, b: Severity): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b)
}

/**
 * Severity of a finding from its signals alone, by the table of docs/severity.md.
 *
 * Signals of one version are judged together with the signals about the module itself (`version` null); the worst
 * version decides. `because` names the row and signals that decided, then each explanation that lowered it.
 */
export function severityOf(signals: readonly Signal[]): { severity: Severity; because: string[] } {
  const versions = new Set(signals.map((signal) => signal.version))
  versions.add(null)
  let worst: Judgement | null = null
  for (const version of versions) {
    const ids = new Set(signals.filter((s) => s.version === null || s.version === version).map((s) => s.rule))
    const judged = judge(ids, version)
    if (worst === null || isWorse(judged, worst)) worst = judged
  }
  return worst === null
    ? { severity: 'info', because: [] }
    : { severity: worst.severity, because: worst.because }
}

interface Judgement {
  severity: Severity
  /** Before it was lowered. */
  unlowered: Severity
  because: string[]
}

/** Of two that are lowered to the same, the one that was worse says what was explained away. */
function isWorse(a: Judgement, b: Judgement): boolean {
  const order = compareSeverity(a.severity, b.severity) || compareSeverity(a.unlowered, b.unlowered)
  return order > 0
}

function judge(ids: ReadonlySet<string>, version: string | null): Judgement {
  const row = SEVERITY_ROWS.find((candidate) => holds(candidate, ids))
  if (row === undefined) return { severity: 'info', unlowered: 'info', because: [] }
  const of = version === null ? '' : ` of ${version}`
  const found = row.all.flat().filter((id) => ids.has(id))
  const because = [`${row.severity}${of} by row "${row.id}": ${row.says}${list(found)}`]
  let severity = row.severity
  for (const lowering of LOWERING_ROWS) {
    if (!lowers(lowering, ids)) continue
    const honest = lowering.when.filter((id) => ids.has(id))
    if (compareSeverity(severity, lowering.atMost) <= 0) {
      because.push(`also honest by row "${lowering.id}": ${lowering.says}${list(honest)}`)
      continue
    }
    severity = lowering.atMost
    because.push(`at most ${severity} by row "${lowering.id}": ${lowering.says}${list(honest)}`)
  }
  return { severity, unlowered: row.severity, because }
}

function holds(row: SeverityRow, ids: ReadonlySet<string>): boolean {
  return row.all.every((any) => any.some((id) => ids.has(id)))
}

function lowers(row: LoweringRow, ids: ReadonlySet<string>): boolean {
  return row.when.some((id) => ids.has(id)) && !row.unless.some((id) => ids.has(id))
}

function list(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` (${[...new Set(ids)].join(', ')})`
}
