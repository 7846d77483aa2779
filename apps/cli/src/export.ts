import type { Finding } from '@mirrorwatch/store/findings-list'

export type ExportFormat = 'json' | 'csv'
export type Write = (line: string) => Promise<void>

/** Writers of each format: findings in, lines out. */
export const exportFormats: Record<
  ExportFormat,
  (findings: AsyncIterable<Finding>, write: Write) => Promise<void>
> = {
  async json(findings, write) {
    for await (const finding of findings) await write(JSON.stringify(exported(finding)))
  },
  async csv(findings, write) {
    await write(CSV_COLUMNS.join(','))
    for await (const finding of findings) {
      const fields = exported(finding)
      await write(CSV_COLUMNS.map((column) => csvField(fields[column])).join(','))
    }
  },
}

const CSV_COLUMNS = [
  'id',
  'module',
  'target',
  'severity',
  'status',
  'summary',
  'firstSeen',
  'lastSeen',
] as const

/** A field that a spreadsheet would take for a formula begins with an apostrophe. */
function csvField(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

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
    firstSeen: firstSeenAt,
    lastSeen: lastSeenAt,
    decidedBy: finding.decidedBy,
    decisionReason: finding.decisionReason,
    signals: signals
      .filter((signal) => signal.withdrawnAt === null)
      .map(({ rule, version, evidence }) => ({ rule, version, evidence })),
  }
}
