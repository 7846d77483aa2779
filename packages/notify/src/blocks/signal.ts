import type { Signal } from '@mirrorwatch/detect/finding'
import { signalRule } from '@mirrorwatch/detect/judge/signals/table'
import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { type CodeLine, codeOfSignal } from './code.ts'
import { visibleLine, visibleText } from './visible-text.ts'

export interface Fact {
  label: string
  lines: string[]
}

/** A file and how it differs: `modified`, `added`, `too-large`. */
export interface ChangedFile {
  path: string
  how: string
}

/** One signal with its evidence. */
export interface SignalBlock {
  rule: string
  title: string
  meaning: string
  /** True for an honest explanation. */
  lowers: boolean
  version: string | null
  code: CodeLine[]
  facts: Fact[]
  files: ChangedFile[]
}

export function signalBlock(signal: StoredSignal): SignalBlock {
  const version = signal.version === null ? null : visibleLine(signal.version)
  if (signal.rule === 'unreadable') {
    const meaning = 'This release cannot read the evidence; the database still has it.'
    const rule = visibleLine(signal.storedRule)
    const title = 'A signal of another release'
    return { rule, title, meaning, lowers: false, version, code: [], facts: [], files: [] }
  }
  const rule = signalRule(signal.rule)
  return {
    rule: signal.rule,
    title: rule?.title ?? '',
    meaning: rule?.meaning ?? '',
    lowers: rule?.weight === 'lowers',
    version,
    code: codeOfSignal(signal),
    facts: factsOf(signal.evidence),
    files: filesOf(signal.evidence),
  }
}

/** Returns the files that differ from the original or from the repository, each once. */
export function changedFiles(signals: readonly StoredSignal[]): ChangedFile[] {
  const files = signals.flatMap((signal) => (signal.rule === 'unreadable' ? [] : filesOf(signal.evidence)))
  const byPath = new Map<string, ChangedFile>()
  for (const file of files) if (!byPath.has(file.path)) byPath.set(file.path, file)
  return [...byPath.values()]
}

type Evidence = Signal['evidence']

function filesOf(evidence: Evidence): ChangedFile[] {
  if ('quoted' in evidence) return evidence.quoted.map(({ path, change }) => changed(path, change))
  if ('unparsed' in evidence) return evidence.unparsed.map(({ file, reason }) => changed(file, reason))
  if (!('compared' in evidence)) return []
  return evidence.compared
    .filter(({ relation }) => relation === 'changed' || relation === 'added')
    .map(({ path, relation }) => changed(path, relation))
}

function changed(path: string, how: string): ChangedFile {
  return { path: visibleLine(path), how }
}

/** Fields that another part of the blocks shows, or that say nothing to a person. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(['diff', 'than', 'more'])

/** Returns every text, number and list of texts in the evidence of any signal, under its name. */
function factsOf(evidence: Evidence): Fact[] {
  return Object.entries(evidence).flatMap(([name, value]): Fact[] => {
    const lines = SHOWN_ELSEWHERE.has(name) ? [] : linesOf(value)
    return lines.length === 0 ? [] : [{ label: wordsOf(name), lines }]
  })
}

function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : visibleText(value).split('\n')
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) return []
  return value.map(visibleLine)
}

/** `repositorySum` becomes `repository sum`. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
