import type { Signal } from '@mirrorwatch/detect/finding'
import { ACTS_ON_IMPORT } from '@mirrorwatch/detect/judge/signals/groups'
import type { BuiltStringEvidence, CodeUseEvidence } from '@mirrorwatch/detect/judge/signals/rules/evidence'
import { signalRule } from '@mirrorwatch/detect/judge/signals/table'
import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { visibleText } from './visible-text.ts'

/** A line of code that a signal speaks of, and where it stands. */
export interface CodeLine {
  file: string
  line: number
  /** The function or feature used: `os/exec.Command`. */
  what: string
  /** Functions through which the import reaches it, outermost first; empty if it runs only when called. */
  reachedFrom: string[]
  /** Functions through which a user reaches it, an exported one first; empty if importing does, or none was found. */
  calledFrom: string[]
  quote: string
  /** The value of its arguments, or of the string that it builds; null if unknown. */
  folded: string | null
  /** Steps that build the string: `concatenation`, `base64`, … */
  how: string[]
  /** Ids of the signals that speak of it. */
  marks: string[]
  /** True where importing the package is enough for it to happen. */
  acts: boolean
}

const ACTING: ReadonlySet<string> = new Set([
  ...ACTS_ON_IMPORT,
  'module-import-process',
  'module-import-network',
])

/** Returns the code that the signals speak of, each place once, what acts on import first. */
export function codeOf(signals: readonly StoredSignal[]): CodeLine[] {
  const byPlace = new Map<string, CodeLine>()
  for (const signal of signals) {
    if (signal.rule === 'unreadable' || signalRule(signal.rule)?.category !== 'code') continue
    if (!('lines' in signal.evidence)) continue
    for (const code of codeOfSignal(signal)) {
      const key = `${code.file}\0${code.line}\0${code.quote}`
      const known = byPlace.get(key)
      if (known === undefined) byPlace.set(key, code)
      else if (!known.marks.includes(signal.rule)) known.marks.push(signal.rule)
    }
  }
  return [...byPlace.values()].toSorted((a, b) => Number(b.acts) - Number(a.acts))
}

/** Returns the code of one signal: the uses of a capability, or the strings that are built. */
export function codeOfSignal({ rule, evidence }: Signal): CodeLine[] {
  const lines = 'lines' in evidence ? evidence.lines.map((use) => lineOfUse(use, rule)) : []
  const strings = 'strings' in evidence ? evidence.strings.map((built) => lineOfString(built, rule)) : []
  return [...lines, ...strings]
}

function lineOfUse(use: CodeUseEvidence, rule: string): CodeLine {
  return {
    file: visibleText(use.file).replaceAll('\n', ' '),
    line: use.line,
    what: visibleText(use.what),
    reachedFrom: use.reachedFrom.map(visibleText),
    calledFrom: use.calledFrom.map(visibleText),
    quote: visibleText(use.quote),
    folded: use.folded === null || use.folded === '' ? null : visibleText(use.folded),
    how: [],
    marks: [rule],
    acts: ACTING.has(rule),
  }
}

function lineOfString({ file, line, value, how, quote }: BuiltStringEvidence, rule: string): CodeLine {
  return {
    file: visibleText(file).replaceAll('\n', ' '),
    line,
    what: 'hidden string',
    reachedFrom: [],
    calledFrom: [],
    quote: visibleText(quote),
    folded: value === '' ? null : visibleText(value),
    how: how.map(visibleText),
    marks: [rule],
    acts: false,
  }
}
