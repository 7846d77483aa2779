import type { Finding } from '@mirrorwatch/store/queries/findings-list'

/** The stable fields of `findings export --format json`, and some more. */
export function exported(finding: Finding): Record<string, unknown> {
  const { id, module, target, severity, status, summary, firstSeenAt, lastSeenAt, signals } = finding
  return {
    id,
    module,
    target,
    severity,
    status,
    summary,
    because: finding.because,
    firstSeen: firstSeenAt,
    lastSeen: lastSeenAt,
    decidedBy: finding.decidedBy,
    decisionReason: finding.decisionReason,
    signals: signals
      .filter((signal) => signal.withdrawnAt === null)
      .map(({ rule, version, evidence }) => ({ rule, version, evidence })),
  }
}
