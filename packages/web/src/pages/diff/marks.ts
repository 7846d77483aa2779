import type { CodeLine } from '@mirrorwatch/notify/blocks/code'
import type { SignalBlock } from '@mirrorwatch/notify/blocks/signal'

/** Marks by `file:line`. */
export type Marks = ReadonlyMap<string, CodeLine[]>

/** Collects what the signals say of single lines. A line of which several signals speak has each of them once. */
export function marksOf(signals: readonly SignalBlock[]): Marks {
  const marks = new Map<string, CodeLine[]>()
  for (const code of signals.flatMap((signal) => signal.code)) {
    const place = `${code.file}:${code.line}`
    const known = marks.get(place) ?? []
    const same = known.find(({ what, folded }) => what === code.what && folded === code.folded)
    if (same === undefined) marks.set(place, [...known, { ...code, marks: [...code.marks] }])
    else same.marks = [...new Set([...same.marks, ...code.marks])]
  }
  return marks
}

/** Returns the ids of the signals by `file:line`, as the blocks of differences take them. */
export function markIds(marks: Marks): Map<string, string[]> {
  return new Map([...marks].map(([place, code]) => [place, code.flatMap((each) => each.marks)]))
}
