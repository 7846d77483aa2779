import { changeText as eventText } from '@mirrorwatch/detect/judge/signals/change-signals'
import type { Verdict } from '@mirrorwatch/detect/types'
import type { HistoryKind } from '@mirrorwatch/store/finding-tables'
import type { FindingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import type { HistoryEntry } from '@mirrorwatch/store/queries/findings-list'
import { visibleLine } from './visible-text.ts'

/** One thing that happened to what a finding is about. */
export interface Moment {
  at: string
  /** The mirror cached a version; a look at the repository showed a change; an inspection showed it; a change of the finding; a person decided. */
  kind: 'cached' | 'changed' | 'verdict' | 'seen' | 'decided'
  text: string
}

/** Returns all that happened, oldest first. */
export function timelineOf({ history, events, cached, verdicts }: FindingTimeline): Moment[] {
  const moments = [
    ...cached.map(({ version, cachedAt, loggedOnly }): Moment => {
      const text = loggedOnly
        ? `${visibleLine(version)} is in the checksum database`
        : `the mirror cached ${visibleLine(version)}`
      return { at: cachedAt, kind: 'cached', text }
    }),
    ...events.map(
      (event): Moment => ({ at: event.firstSeenAt, kind: 'changed', text: visibleLine(eventText(event)) }),
    ),
    ...verdicts.map(
      ({ version, at, verdict }): Moment => ({
        at,
        kind: 'verdict',
        text: `${visibleLine(version)}: ${VERDICTS[verdict]}`,
      }),
    ),
    ...changesOf(history),
  ]
  return moments.toSorted((a, b) => a.at.localeCompare(b.at, 'en'))
}

const VERDICTS: Record<Verdict, string> = {
  same: 'the repository has the same code as the mirror',
  differs: 'the repository has other code than the mirror',
  'tag-moved': 'the tag was moved: the repository has other code than the mirror',
  'tag-missing': 'the tag is missing',
  'repository-missing': 'the repository is missing',
  unverifiable: 'could not be compared with a repository',
}

/** The fields of a history entry that {@link changeText} reads. */
export type Change = Pick<HistoryEntry, 'kind' | 'from' | 'to' | 'author' | 'reason'>

/** A new finding comes with all its signals: they are one moment. */
function changesOf(history: readonly HistoryEntry[]): Moment[] {
  const moments = Map.groupBy(history, ({ at, kind, author }) => `${at} ${kind} ${author ?? ''}`)
  return [...moments.values()].flatMap((entries): Moment[] => {
    const [first] = entries
    if (first === undefined) return []
    const text =
      entries.length === 1
        ? changeText(first)
        : `${TITLES[first.kind]}: ${[...new Set(entries.map(valueOf))].join(', ')}`
    return [{ at: first.at, kind: first.author === null ? 'seen' : 'decided', text }]
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
