import { signalRule } from '@mirrorwatch/detect/judge/signals/table'
import type { Finding, HistoryEntry, StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { evidenceLines, listOf } from './finding-evidence.ts'
import { glanceOf } from './finding-glance.ts'
import { visible } from './output/print.ts'

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
    ...finding.because.map((line, at) => `  ${(at === 0 ? 'because' : '').padEnd(8)}  ${visible(line)}`),
    ...glanceOf(holding),
    '',
    ...diffText(holding),
    'Signals (docs/severity.md says what each means, and which decide)',
    ...holding.toSorted((a, b) => weightOf(a) - weightOf(b)).flatMap(signalText),
    ...decisionText(finding),
    ...withdrawnText(finding),
    'History',
    ...historyLines(history),
  ]
}

/** What decides comes first, explanations last. */
function weightOf({ rule }: StoredSignal): number {
  return ['decides', 'raises', 'supports', 'lowers'].indexOf(signalRule(rule)?.weight ?? 'supports')
}

function signalText(signal: StoredSignal): string[] {
  const rule = signalRule(signal.rule)
  const version = signal.version === null ? '' : ` ${visible(signal.version)}`
  const evidence = evidenceLines(signal.evidence).map((line) => `    ${line}`)
  return [`${signal.rule}${version}: ${rule?.title ?? ''}`, ...evidence, '']
}

/** Each diff once: the copy's against its original and the cache's against its repository are often the same. */
function diffText(signals: readonly StoredSignal[]): string[] {
  const diffs = signals
    .flatMap(({ evidence }) => [evidence, ...listOf(evidence, 'quoted')])
    .flatMap(({ diff }) => (typeof diff === 'string' && diff !== '' ? [diff.trimEnd()] : []))
  const byBody = new Map(diffs.map((diff) => [diff.slice(diff.indexOf('@@')), diff]))
  if (byBody.size === 0) return []
  return [
    'What differs (- is what is copied or shown, + is what is compiled)',
    ...[...byBody.values()].flatMap((diff) => [...diff.split('\n').map((line) => `  ${visible(line)}`), '']),
  ]
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

/** What happened at one moment is one line: a new finding comes with all its signals. */
function historyLines(history: readonly HistoryEntry[]): string[] {
  const moments = Map.groupBy(history, ({ at, kind, author }) => `${at} ${kind} ${author ?? ''}`)
  return [...moments.values()].flatMap((entries) => {
    const [first] = entries
    if (first === undefined) return []
    const text =
      entries.length === 1 ? historyText(first) : `${first.kind}: ${entries.map(valueOf).join(', ')}`
    return [`  ${first.at.slice(0, 19)}Z  ${text}`]
  })
}

function valueOf({ from, to }: HistoryEntry): string {
  return visible(to ?? from ?? '')
}

function historyText({ kind, from, to, author, reason }: HistoryEntry): string {
  const change = [from, to]
    .filter((value) => value !== null)
    .map(visible)
    .join(' → ')
  const who = author === null ? '' : `, by ${visible(author)}${reason === null ? '' : `: ${visible(reason)}`}`
  return `${kind}: ${change}${who}`
}
