import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import type { CodeLine } from './code.ts'
import { visibleText } from './visible-text.ts'

/** One difference: `-` is what is copied, or what the repository shows; `+` is what is compiled. */
export type Diff = DiffLine[]

export interface DiffLine {
  kind: 'file' | 'hunk' | 'removed' | 'added' | 'same'
  /** With its sign, as in a unified diff. */
  text: string
  /** Line number in the original or the repository's file; null for headers and added lines. */
  oldLine: number | null
  /** Line number in the compiled file; null for headers and removed lines. */
  line: number | null
  /** Ids of the signals that speak of this line. */
  marks: string[]
}

/** Returns each diff of the evidence once: those against the original and against the repository are often the same. */
export function diffsOf(signals: readonly StoredSignal[], code: readonly CodeLine[]): Diff[] {
  const texts = signals.flatMap((signal) => (signal.rule === 'unreadable' ? [] : textsOf(signal.evidence)))
  const byBody = new Map(texts.map((text) => [text.slice(text.indexOf('@@')), text]))
  const marks = new Map(code.map(({ file, line, marks: ids }) => [`${file}:${line}`, ids]))
  return [...byBody.values()].map((text) => parseDiff(text, marks))
}

function textsOf(evidence: Exclude<StoredSignal, { rule: 'unreadable' }>['evidence']): string[] {
  const own = 'diff' in evidence ? [evidence.diff] : []
  const files = 'quoted' in evidence ? evidence.quoted.map(({ diff }) => diff) : []
  return [...own, ...files].flatMap((diff) => (diff === null || diff === '' ? [] : [diff.trimEnd()]))
}

/**
 * Splits a unified diff into lines, numbers both sides, and marks the lines that signals speak of. The counts of the hunks say
 * which lines are contents, so that a removed line `-- a/b` is never taken for the name of a file.
 */
export function parseDiff(untrustedDiff: string, marks: ReadonlyMap<string, string[]>): Diff {
  const at = { file: '', old: 0, new: 0, oldLeft: 0, newLeft: 0 }
  return untrustedDiff.split('\n').map((line): DiffLine => {
    const text = visibleText(line)
    const header: DiffLine = { kind: 'same', text, oldLine: null, line: null, marks: [] }
    if (at.oldLeft <= 0 && at.newLeft <= 0) return readHeader(line, header, at)
    const sign = line[0] ?? ' '
    if (sign === '…') {
      at.oldLeft = at.newLeft = 0
      return header
    }
    if (sign === '\\') return header
    if (sign === '-') {
      at.oldLeft--
      return { ...header, kind: 'removed', oldLine: at.old++ }
    }
    at.newLeft--
    const position = at.new++
    if (sign === '+') {
      return { ...header, kind: 'added', line: position, marks: marks.get(`${at.file}:${position}`) ?? [] }
    }
    at.oldLeft--
    return { ...header, oldLine: at.old++, line: position }
  })
}

interface DiffPosition {
  file: string
  /** Numbers of the next line on each side, and how many lines of the hunk are left. */
  old: number
  new: number
  oldLeft: number
  newLeft: number
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

function readHeader(line: string, header: DiffLine, at: DiffPosition): DiffLine {
  const hunk = HUNK.exec(line)
  if (hunk !== null) {
    at.old = Number(hunk[1])
    at.oldLeft = Number(hunk[2] ?? 1)
    at.new = Number(hunk[3])
    at.newLeft = Number(hunk[4] ?? 1)
    return { ...header, kind: 'hunk' }
  }
  if (line.startsWith('+++ ')) at.file = header.text.slice(4).replace(/^[^/]*\//, '')
  return line.startsWith('--- ') || line.startsWith('+++ ') ? { ...header, kind: 'file' } : header
}
