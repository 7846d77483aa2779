import { SIGNAL_RULES } from '@mirrorwatch/detect/judge/signals/table'
import type { Exported, ExportFormat } from './export-format.ts'
import { type SarifResult, type SarifRule, writeSarif } from './sarif.ts'

/** The rules that findings are reported under: their weightiest signal. */
export const FINDING_RULES: readonly SarifRule[] = [
  ...SIGNAL_RULES,
  { id: 'finding', title: 'Finding', meaning: 'A finding whose signals are of another release.' },
]

export const sarifExport: ExportFormat = {
  name: 'sarif',
  async write(findings, write) {
    await writeSarif(FINDING_RULES, results(findings), write)
  },
}

async function* results(findings: AsyncIterable<Exported>): AsyncGenerator<SarifResult> {
  for await (const each of findings) yield findingResult(each)
}

/** Returns a finding of the store as a result, without a file. */
export function findingResult({ finding, blocks }: Exported): SarifResult {
  const ids = new Set(FINDING_RULES.map(({ id }) => id))
  const main = blocks.signals.find(({ rule }) => ids.has(rule))
  return {
    rule: main?.rule ?? 'finding',
    severity: finding.severity,
    message: `${finding.module}: ${finding.summary}`,
    module: finding.module,
    place: null,
    fingerprint: `${finding.module}>${finding.target ?? ''}`,
    properties: {
      id: finding.id,
      status: finding.status,
      target: finding.target,
      firstSeen: finding.firstSeenAt,
      signals: blocks.signals.map(({ rule, version }) => (version === null ? rule : `${rule}@${version}`)),
    },
  }
}
