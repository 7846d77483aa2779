import { signalRule } from '@mirrorwatch/detect/signals/table'
import type { Finding, HistoryEntry, StoredSignal } from '@mirrorwatch/store/findings-list'
import { visible } from './cli.ts'

/** One line a finding, aligned, most severe first; widths fit the widest entry. */
export function findingsTable(findings: readonly Finding[]): string[] {
  const rows = findings.map((f) => [
    String(f.id),
    f.severity,
    f.status,
    visible(f.module),
    visible(f.summary),
  ])
  const head = ['id', 'severity', 'status', 'module', 'what']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  '),
  )
}

/** Everything about one finding, for a person: what is imitated, what differs, and why the severity is what it is. */
export function findingText(finding: Finding, history: readonly HistoryEntry[]): string[] {
  const holding = finding.signals.filter((signal) => signal.withdrawnAt === null)
  return [
    `#${finding.id}  ${finding.severity.toUpperCase()}  ${finding.status}`,
    `${visible(finding.module)}${finding.target === null ? '' : `  imitates  ${visible(finding.target)}`}`,
    visible(finding.summary),
    '',
    'Why this severity (docs/severity.md has the table)',
    ...finding.because.map((line) => `  ${visible(line)}`),
    '',
    ...holding.toSorted((a, b) => weightOf(a) - weightOf(b)).flatMap(signalText),
    ...decisionText(finding),
    ...withdrawnText(finding),
    'History',
    ...history.map((entry) => `  ${entry.at.slice(0, 19)}Z  ${historyText(entry)}`),
  ]
}

/** What decides comes first, explanations last. */
function weightOf({ rule }: StoredSignal): number {
  return ['decides', 'raises', 'supports', 'lowers'].indexOf(signalRule(rule)?.weight ?? 'supports')
}

function signalText(signal: StoredSignal): string[] {
  const rule = signalRule(signal.rule)
  const version = signal.version === null ? '' : ` ${visible(signal.version)}`
  return [`${signal.rule}${version}: ${rule?.title ?? ''}`, ...evidenceText(signal.evidence), '']
}

/** Evidence as indented lines; texts of several lines (a diff, quoted code) keep them. */
export function evidenceText(evidence: Record<string, unknown>): string[] {
  return Object.entries(evidence).flatMap(([name, value]) => {
    const lines = valueLines(value)
    return lines.length === 1
      ? [`    ${name}: ${lines[0]}`]
      : [`    ${name}:`, ...lines.map((line) => `      ${line}`)]
  })
}

function valueLines(value: unknown): string[] {
  if (typeof value === 'string') return value.split('\n').map(visible)
  if (Array.isArray(value)) return value.flatMap(valueLines)
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([name, inner]) => {
      const lines = valueLines(inner)
      return lines.length === 1 ? [`${name}: ${lines[0]}`] : [`${name}:`, ...lines.map((line) => `  ${line}`)]
    })
  }
  return [visible(String(value))]
}

function decisionText(finding: Finding): string[] {
  if (finding.decidedBy === null) return []
  const again = finding.newEvidenceAt === null ? [] : ['  The severity has risen since: look again.']
  return [
    `Decided: ${finding.status} by ${visible(finding.decidedBy)} at ${finding.decidedAt ?? ''}: ${visible(finding.decisionReason ?? '')}`,
    ...again,
    '',
  ]
}

function withdrawnText(finding: Finding): string[] {
  const gone = finding.signals.filter((s) => s.withdrawnAt !== null)
  return gone.length === 0 ? [] : [`No longer so: ${gone.map((s) => s.rule).join(', ')}`, '']
}

function historyText({ kind, from, to, author, reason }: HistoryEntry): string {
  const change = [from, to]
    .filter((value) => value !== null)
    .map(visible)
    .join(' → ')
  const who = author === null ? '' : `, by ${visible(author)}${reason === null ? '' : `: ${visible(reason)}`}`
  return `${kind}: ${change}${who}`
}
