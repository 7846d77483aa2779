import type { ExportedFinding, Subject } from './types.ts'

/** Result for one subject, compared with the expectation. */
export interface Judged {
  subject: Subject
  finding: ExportedFinding | null
  /** Each expectation that failed, in words; empty where all hold. */
  failures: string[]
}

const RANK = ['info', 'low', 'medium', 'high', 'critical']

/** True from `severity` on. */
function atLeast(finding: ExportedFinding | null, severity: string): boolean {
  return finding !== null && RANK.indexOf(finding.severity) >= RANK.indexOf(severity)
}

/** Attacks are high or critical, name the original, quote the added lines and the folded string; honest modules are not. */
export function judge(subject: Subject, findings: readonly ExportedFinding[]): Judged {
  const own = findings.filter(({ module }) => module === subject.module)
  const [finding = null] = own.toSorted((a, b) => RANK.indexOf(b.severity) - RANK.indexOf(a.severity))
  return { subject, finding, failures: failuresOf(subject, finding) }
}

function failuresOf(subject: Subject, finding: ExportedFinding | null): string[] {
  const { group } = subject
  const failures: string[] = []
  if (group === 'alone') {
    if (atLeast(finding, 'medium')) failures.push(`${finding?.severity}, expected at most low`)
    return failures
  }
  if (group === 'control' || group === 'real fork' || group === 'honest shape') {
    if (atLeast(finding, 'high')) failures.push(`${finding?.severity}, expected at most medium`)
    return failures
  }
  if (finding === null) return ['no finding']
  if (!atLeast(finding, 'high')) failures.push(`only ${finding.severity}`)
  if (!namesOriginal(subject, finding)) failures.push(`names ${finding.target ?? 'no original'}`)
  if (group === 'red team shape' || group === 'late shape') return failures
  if (!quotesLines(subject, finding)) failures.push('does not quote the added line')
  if (!showsFolded(subject, finding)) failures.push('does not show the folded string')
  return failures
}

export function namesOriginal({ original }: Subject, { target }: ExportedFinding): boolean {
  return target !== null && original !== null && repositoryOf(target) === original
}

/** The repository of a target: its path, or what a vanity path stands for. */
function repositoryOf(target: string): string {
  return VANITY_OF[target] ?? target.split('/').slice(0, 3).join('/')
}

const VANITY_OF: Readonly<Record<string, string>> = {
  'go.uber.org/zap': 'github.com/uber-go/zap',
  'go.uber.org/multierr': 'github.com/uber-go/multierr',
  'go.etcd.io/bbolt': 'github.com/etcd-io/bbolt',
  'sigs.k8s.io/yaml': 'github.com/kubernetes-sigs/yaml',
}

interface Quoted {
  quote?: unknown
  folded?: unknown
  value?: unknown
  more?: Quoted[]
  lines?: Quoted[]
  strings?: Quoted[]
}

function quotes(finding: ExportedFinding): Quoted[] {
  const open = (evidence: Quoted): Quoted[] => [
    ...(evidence.lines ?? []),
    ...(evidence.strings ?? []),
    ...(evidence.more ?? []).flatMap(open),
  ]
  return finding.signals.flatMap(({ evidence }) => open(evidence))
}

export function quotesLines({ quote }: Subject, finding: ExportedFinding): boolean {
  return quotes(finding).some(
    (quoted) => typeof quoted.quote === 'string' && quoted.quote.includes(quote ?? '\0'),
  )
}

export function showsFolded({ folded }: Subject, finding: ExportedFinding): boolean {
  return quotes(finding).some(({ folded: argument, value }) =>
    [argument, value].some((text) => typeof text === 'string' && text.includes(folded ?? '\0')),
  )
}
