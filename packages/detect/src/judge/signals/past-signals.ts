import { type Signal, signalOf } from '../../finding.ts'
import type { InspectionRecord } from '../../records/inspection-record.ts'
import { cacheSignals } from './cache-signals.ts'
import type { PastInspection } from './facts.ts'
import { ACTS_ON_IMPORT } from './groups.ts'
import { MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'

/**
 * Signals about what earlier inspections of a version showed and the latest one does not: a rewritten tag that was put back, or
 * whose repository was deleted afterwards. What was done once is not undone by the next move.
 */
export function pastSignals(
  { inspection, firstSeenAt, lastSeenAt }: PastInspection,
  latest: readonly InspectionRecord[],
): Signal[] {
  const { version } = inspection
  const then = cacheSignals(inspection)
  const now = latest.filter((each) => each.version === version).flatMap(cacheSignals)
  const difference = signalOf(then, 'cache-differs')
  const acting = then.filter(({ rule }) => isActing(rule))
  const stillShown = signalOf(now, 'cache-differs') !== undefined
  if (
    difference === undefined ||
    (stillShown && (acting.length === 0 || now.some(({ rule }) => isActing(rule))))
  )
    return []
  const { more: _more, ...evidence } = difference.evidence
  const seen = { firstSeenAt, lastSeenAt }
  const signals: Signal[] = [
    signal('past-difference', version, { ...seen, reason: inspection.reason, ...evidence }),
  ]
  if (acting.length === 0) return signals
  const lines = acting.flatMap((each) => ('lines' in each.evidence ? each.evidence.lines : []))
  const modules = acting.flatMap((each) => (each.rule === 'imports-refused' ? each.evidence.modules : []))
  const rules = [...new Set(acting.map(({ rule }) => rule))]
  return [
    ...signals,
    signal('past-import', version, { ...seen, rules, lines: lines.slice(0, MAX_QUOTED), modules }),
  ]
}

function isActing(rule: string): boolean {
  return (ACTS_ON_IMPORT as readonly string[]).includes(rule)
}
