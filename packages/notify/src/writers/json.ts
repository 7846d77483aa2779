import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import type { ExportFormat } from './export-format.ts'

export const jsonExport: ExportFormat = {
  name: 'json',
  async write(findings, write) {
    for await (const { finding } of findings) await write(JSON.stringify(findingJson(finding)))
  },
}

/** Returns the fields of `findings export --format json`, which are stable, with the reasons and the decision. */
export function findingJson(finding: Finding): Record<string, unknown> {
  const { id, module, target, severity, status, summary, because, firstSeenAt, lastSeenAt } = finding
  const holding = finding.signals.filter((signal) => signal.withdrawnAt === null)
  return {
    id,
    module,
    target,
    severity,
    status,
    summary,
    because,
    firstSeen: firstSeenAt,
    lastSeen: lastSeenAt,
    decidedBy: finding.decidedBy,
    decisionReason: finding.decisionReason,
    signals: holding.map((signal) => ({
      rule: signal.rule === 'unreadable' ? signal.storedRule : signal.rule,
      version: signal.version,
      evidence: signal.evidence,
    })),
  }
}
