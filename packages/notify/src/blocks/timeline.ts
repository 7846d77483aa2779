import { changeText as eventText } from '@mirrorwatch/detect/judge/signals/change-signals'
import type { HistoryKind } from '@mirrorwatch/store/finding-tables'
import type { HistoryEntry } from '@mirrorwatch/store/queries/findings-list'
import type { ModuleEvent } from '@mirrorwatch/store/queries/repositories'
import { visibleLine } from './visible-text.ts'

/** An event in a finding's history. */
export interface Moment {
  at: string
  text: string
}

/** Returns what happened to a module's repository and tags as moments, oldest first. */
export function eventMoments(events: readonly ModuleEvent[]): Moment[] {
  return events.map((event) => ({
    at: event.firstSeenAt,
    text: visibleLine(event.tag === null ? eventText(event) : `${event.tag}: ${eventText(event)}`),
  }))
}

/** The fields of a history entry that {@link changeText} reads. */
export type Change = Pick<HistoryEntry, 'kind' | 'from' | 'to' | 'author' | 'reason'>

/** Returns the history as moments, oldest first. A new finding comes with all its signals: they are one moment. */
export function timelineOf(history: readonly HistoryEntry[]): Moment[] {
  const moments = Map.groupBy(history, ({ at, kind, author }) => `${at} ${kind} ${author ?? ''}`)
  return [...moments.values()].flatMap((entries) => {
    const [first] = entries
    if (first === undefined) return []
    const text =
      entries.length === 1 ? changeText(first) : `${TITLES[first.kind]}: ${entries.map(valueOf).join(', ')}`
    return [{ at: first.at, text }]
  })
}

const TITLES: Record<HistoryKind, string> = {
  created: 'found',
  severity: 'severity',
  status: 'status',
  summary: 'summary',
  note: 'note',
  'signal-added': 'new signals',
  'signal-withdrawn': 'signals that no longer hold',
}

/** Returns one change of a finding in words. */
export function changeText(change: Change): string {
  const { kind, from, to, author, reason } = change
  const why = reason === null || reason === '' ? '' : `: ${visibleLine(reason)}`
  const by = author === null ? '' : `, by ${visibleLine(author)}`
  if (kind === 'created') return `found, severity ${valueOf(change)}`
  if (kind === 'severity' || kind === 'status')
    return `${TITLES[kind]} ${visibleLine(from ?? '')} → ${visibleLine(to ?? '')}${by}${why}`
  if (kind === 'note') return `note${by}${why}`
  if (kind === 'signal-added') return addedText(to ?? '')
  if (kind === 'signal-withdrawn') return `signal that no longer holds: ${valueOf(change)}`
  return `${TITLES[kind]}: ${valueOf(change)}`
}

/** `signal` is an id with its version behind an @, as the history keeps it. */
function addedText(signal: string): string {
  const [rule = '', version] = signal.split('@')
  const of = version === undefined ? '' : ` of ${visibleLine(version)}`
  if (rule === 'tag-moved') return `the tag${of} was rewritten`
  if (rule === 'repository-missing') return 'the repository is gone'
  return `new signal: ${visibleLine(signal)}`
}

function valueOf({ from, to }: Change): string {
  return visibleLine(to ?? from ?? '')
}
