import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import type { CodeLine } from './code.ts'
import { visibleText } from './visible-text.ts'

/** One difference: `-` is what is copied, or what the repository shows; `+` is what is compiled. */
export type Diff = DiffLine[]

export interface DiffLine {
  kind: 'file' | 'hunk' | 'removed' | 'added' | 'same'
  /** With its sign, as in a unified diff. */
  text: string
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

/** Splits a unified diff into lines, numbers those of the compiled side, and marks those that signals speak of. */
function parseDiff(untrustedDiff: string, marks: ReadonlyMap<string, string[]>): Diff {
  let file = ''
  let next = 0
  let inHunk = false
  return untrustedDiff.split('\n').map((line): DiffLine => {
    const text = visibleText(line)
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)
    if (hunk !== null) {
      next = Number(hunk[1])
      inHunk = true
      return { kind: 'hunk', text, line: null, marks: [] }
    }
    if (!inHunk || /^(---|\+\+\+) \S+\/\S/.test(line)) {
      if (line.startsWith('+++ ')) file = text.slice(4).replace(/^[^/]*\//, '')
      if (line.startsWith('--- ') || line.startsWith('+++ '))
        return { kind: 'file', text, line: null, marks: [] }
      return { kind: 'same', text, line: null, marks: [] }
    }
    if (line.startsWith('-')) return { kind: 'removed', text, line: null, marks: [] }
    const at = next++
    if (!line.startsWith('+')) return { kind: 'same', text, line: at, marks: [] }
    return { kind: 'added', text, line: at, marks: marks.get(`${file}:${at}`) ?? [] }
  })
}
