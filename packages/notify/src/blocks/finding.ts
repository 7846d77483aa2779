import { type EvidenceOf, type Reason, type SignalOf, signalOf, signalsOf } from '@mirrorwatch/detect/finding'
import { copiedPercent } from '@mirrorwatch/detect/judge/assess-summary'
import { COPIED } from '@mirrorwatch/detect/judge/signals/groups'
import { compareWeight } from '@mirrorwatch/detect/judge/signals/table'
import { compareSeverity, type Severity } from '@mirrorwatch/detect/severity'
import type { FindingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import type { Finding, StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { isSetAside } from '@mirrorwatch/store/status'
import { type CodeLine, codeOf } from './code.ts'
import { type Diff, diffsOf } from './diff.ts'
import { repositoryFacts } from './repository-facts.ts'
import { type ChangedFile, changedFiles, type Fact, type SignalBlock, signalBlock } from './signal.ts'
import { type Moment, timelineOf } from './timeline.ts'
import { visibleLine } from './visible-text.ts'

/**
 * A finding as people read it, part by part in the order of reading. Every text is visible (see {@link visibleText}); nothing
 * is cut, escaped or coloured: writers do that.
 */
export interface FindingBlocks {
  heading: Heading
  /** One sentence. */
  summary: string
  /** The row that decided, then the honest explanations. */
  why: WhyRow[]
  /** Answers to an analyst's first questions: the original, the repository, other members of the campaign. */
  facts: Fact[]
  /** Added code, what acts on import first. */
  code: CodeLine[]
  /** Files that differ from the original or from the repository. */
  files: ChangedFile[]
  diffs: Diff[]
  /** Signals that hold, the weightiest first. */
  signals: SignalBlock[]
  /** Versions that signals speak of. */
  versions: string[]
  /** Titles of signals that no longer hold. */
  withdrawn: string[]
  decision: Decision | null
  /** Advice on what to do. */
  advice: string[]
  /** Empty where it was not asked for. */
  timeline: Moment[]
}

export interface Heading {
  id: number
  severity: Severity
  status: Finding['status']
  module: string
  /** The module that it imitates; null if the finding is about the module alone. */
  target: string | null
  firstSeen: string
}

/** One row of the tables in docs/severity.md. `label` says what it explains: `why high`, `would be high`, `but`. */
interface WhyRow {
  label: string
  text: string
  row: string
  signals: string[]
}

interface Decision {
  status: Finding['status']
  by: string
  at: string
  reason: string
  /** True where the severity has risen since. */
  outdated: boolean
}

/** Renders a finding. This is the only place that decides what is said about one. */
export function findingBlocks(finding: Finding, timeline?: FindingTimeline): FindingBlocks {
  const holding = finding.signals
    .filter((signal) => signal.withdrawnAt === null)
    .toSorted((a, b) => compareWeight(a.rule, b.rule))
  const versions = [...new Set(holding.flatMap(({ version }) => version ?? []))]
  const code = codeOf(holding)
  return {
    heading: {
      id: finding.id,
      severity: finding.severity,
      status: finding.status,
      module: visibleLine(finding.module),
      target: finding.target === null ? null : visibleLine(finding.target),
      firstSeen: finding.firstSeenAt,
    },
    summary: visibleLine(finding.summary),
    why: whyRows(finding.severity, finding.because),
    facts: factsOf(holding),
    code,
    files: changedFiles(holding),
    diffs: diffsOf(holding, code),
    signals: holding.map(signalBlock),
    versions: versions.map(visibleLine),
    withdrawn: finding.signals.filter((signal) => signal.withdrawnAt !== null).map(nameOf),
    decision: decisionOf(finding),
    advice: adviceOf(finding, holding, versions),
    timeline: timeline === undefined ? [] : timelineOf(timeline),
  }
}

function whyRows(severity: Severity, because: readonly Reason[]): WhyRow[] {
  return because.map((reason) => {
    const of = reason.version === null ? '' : `${visibleLine(reason.version)}: `
    const bound = { decided: '', lowered: `at most ${reason.severity}: `, honest: 'also: ' }[reason.kind]
    return {
      label: reason.kind === 'decided' ? decidedLabel(severity, reason.severity) : 'but',
      text: `${bound}${of}${visibleLine(reason.says)}`,
      row: visibleLine(reason.row),
      signals: reason.signals.map(visibleLine),
    }
  })
}

/** Returns the label of the first row, which explains the severity, or the one before an honest explanation. */
function decidedLabel(severity: Severity, decided: Severity): string {
  return compareSeverity(decided, severity) < 0 ? `would be ${decided}` : `why ${severity}`
}

function factsOf(signals: readonly StoredSignal[]): Fact[] {
  const copy = signalOf(signals, ...COPIED)
  const difference = signalOf(signals, 'cache-differs', 'cache-differs-harmless')
  return [
    ...(copy === undefined ? [] : [copyFact(copy)]),
    ...(difference === undefined ? [] : [differenceFact(difference)]),
    ...repositoryFacts(signals),
    ...signalsOf(signals, 'campaign').map(({ evidence }) => campaignFact(evidence)),
    ...signalsOf(signals, 'known-malicious').map(
      ({ evidence: { id, source, summary } }): Fact => ({
        label: 'listed',
        lines: [visibleLine(`${id} in ${source}: ${summary}`)],
      }),
    ),
  ]
}

function copyFact({ version, evidence }: SignalOf<(typeof COPIED)[number]>): Fact {
  const { original, originalVersion, equal, equalButPath, changed, added, removed, compared } = evidence
  const files = compared.filter(({ relation }) => relation === 'changed' || relation === 'added')
  const named = files.map(({ path, relation }) => visibleLine(`${path} ${relation}`)).join(', ')
  return {
    label: 'copies',
    lines: [
      visibleLine(`${original} ${originalVersion}: ${version} has ${copiedPercent(evidence)} % of its code`),
      `${equal} files equal, ${equalButPath} equal but for the path, ${changed} changed, ${added} added, ${removed} removed`,
      ...(named === '' ? [] : [named]),
    ],
  }
}

function differenceFact({ version, evidence }: SignalOf<'cache-differs' | 'cache-differs-harmless'>): Fact {
  const { repository, commit, quoted, files } = evidence
  const named = quoted.map(({ path, change }) => visibleLine(`${path} ${change}`))
  const rest = files - named.length
  const more = rest > 0 ? [rest === 1 ? '1 more file' : `${rest} more files`] : []
  const unknown = files === 0 ? ['the hashes differ; which files do was not compared'] : []
  const from = `${repository ?? 'its repository'}${commit === null ? '' : ` at ${commit.slice(0, 12)}`}`
  return {
    label: 'differs',
    lines: [
      visibleLine(`${version} as served, from ${from}`),
      [...named, ...more, ...unknown].join(', '),
    ].filter((line) => line !== ''),
  }
}

function campaignFact({ id, owners, modules, others }: EvidenceOf<'campaign'>): Fact {
  return {
    label: 'others',
    lines: [
      `${owners} owners published ${modules} of these (${visibleLine(id)})`,
      ...others.map(visibleLine),
    ],
  }
}

function nameOf(signal: StoredSignal): string {
  const rule = signal.rule === 'unreadable' ? visibleLine(signal.storedRule) : signal.rule
  return signal.version === null ? rule : `${rule} of ${visibleLine(signal.version)}`
}

function decisionOf(finding: Finding): Decision | null {
  if (finding.decidedBy === null) return null
  return {
    status: finding.status,
    by: visibleLine(finding.decidedBy),
    at: finding.decidedAt ?? '',
    reason: visibleLine(finding.decisionReason ?? ''),
    outdated: finding.newEvidenceAt !== null,
  }
}

const REBORN = [
  'Stay at the versions that the mirror cached before: they are what they were.',
  'Take no newer one until you know who owns the repository now.',
]
const RESTORED = [
  'What the mirror serves is what the repository shows again.',
  'Whoever took the tag in between without the mirror (GOPROXY=direct, git) may have other code: compare their go.sum.',
]

function adviceOf(
  { severity, status, target }: Finding,
  signals: readonly StoredSignal[],
  versions: readonly string[],
): string[] {
  if (isSetAside(status) || compareSeverity(severity, 'medium') > 0) return []
  const has = (...rules: readonly StoredSignal['rule'][]): boolean =>
    signals.some(({ rule }) => rules.includes(rule))
  if (has('repository-reborn')) return REBORN
  if (target === null && has('tag-restored') && !has('cache-differs', 'past-difference', 'tag-missing'))
    return RESTORED
  const what = target === null && versions.length > 0 ? versions.map(visibleLine).join(', ') : 'this module'
  return [
    status === 'confirmed' ? `Do not use ${what}.` : `Do not use ${what} until a person has reviewed it.`,
    ...(target === null ? [] : [`Where ${visibleLine(target)} was meant, require that instead.`]),
  ]
}
