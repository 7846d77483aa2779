import type { Finding, StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import type { Block, Fact } from '../report/sections.ts'
import { changedFiles, codeLines } from './code-lines.ts'
import { shown } from './safe-text.ts'

/** Files named of one finding. */
const MAX_FILES = 5

/** One finding, to be understood in ten seconds: what it imitates, what differs, and why it is as severe as it is. */
export function findingBlock(finding: Finding, link: string | null): Extract<Block, { kind: 'finding' }> {
  const { id, module, target, severity, status, summary } = finding
  const holding = finding.signals.filter((signal) => signal.withdrawnAt === null)
  const versions = [...new Set(holding.flatMap(({ version }) => version ?? []))]
  const isTold = versions.length === 1 && finding.because[0]?.includes(` of ${versions[0]} by row `) === true
  const facts = [
    ...whyFacts(finding),
    ...differsFact(holding),
    ...(versions.length === 0 || isTold
      ? []
      : [{ label: 'versions', text: shown(versions.join(', '), 120) }]),
    { label: `#${id}`, text: `${status}, first seen ${finding.firstSeenAt.slice(0, 10)}` },
  ]
  return {
    kind: 'finding',
    severity,
    title: shown(module),
    imitates: target === null ? null : shown(target),
    link,
    // The module stands above it.
    says: shown(summary.startsWith(`${module} `) ? `It ${summary.slice(module.length + 1)}` : summary),
    facts,
    code: codeLines(holding),
  }
}

/** Why it is as severe as it is, and what honest explanation lowered that. */
export function whyFacts(finding: Finding): Fact[] {
  const [why, ...honest] = finding.because.map(reasonText)
  return [
    ...(why === undefined ? [] : [{ label: whyLabel(finding), text: why }]),
    ...honest.map((text) => ({ label: 'but', text })),
  ]
}

/** What the first line of `because` explains: the severity, or what it was before something honest lowered it. */
function whyLabel({ severity, because }: Finding): string {
  const [decided] = because[0]?.split(' ') ?? []
  const was = ['critical', 'high', 'medium', 'low'].find((each) => each === decided)
  return was === undefined || was === severity ? `why ${severity}` : `would be ${was}`
}

function differsFact(signals: readonly StoredSignal[]): Fact[] {
  const files = changedFiles(signals)
  if (files.length === 0) return []
  const more = files.length > MAX_FILES ? `, … and ${files.length - MAX_FILES} more` : ''
  return [{ label: 'differs', text: `${files.slice(0, MAX_FILES).join(', ')}${more}` }]
}

/**
 * A line of `because` (`high of v1.0.0 by row "armed": what it says (signals)`) with what it says first: the severity stands
 * beside it, the row leads to docs/severity.md.
 */
function reasonText(untrustedLine: string): string {
  const parts = /^(.*?)(?: of (\S+))? by row "([a-z-]+)": (.*)$/su.exec(untrustedLine)
  if (parts === null) return shown(untrustedLine)
  const [, verdict = '', version, row = '', says = ''] = parts
  const limit = /^(at most|also) /.test(verdict) ? `${verdict}: ` : ''
  const of = version === undefined ? '' : `${shown(version, 60)}: `
  return `${limit}${of}${shown(says)} [${row}]`
}
