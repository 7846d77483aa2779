import type { FindingChange } from '@mirrorwatch/store/queries/report-queries'
import type { Delivery } from '@mirrorwatch/store/tables/deliveries'
import { shown } from '../blocks/safe-text.ts'
import type { ReportData } from './data.ts'

/** What happened to a finding, in words. */
export function changeText({ kind, from, to, author, reason }: FindingChange): string {
  if (kind === 'status') {
    const why = reason === null || reason === '' ? '' : `: ${shown(reason, 160)}`
    return `${from ?? ''} → ${to ?? ''}, by ${shown(author ?? 'somebody', 60)}${why}`
  }
  if (kind === 'severity') return `severity ${from ?? ''} → ${to ?? ''}`
  const [rule = '', version] = (to ?? '').split('@')
  const of = version === undefined ? '' : ` (${shown(version, 60)})`
  if (rule === 'tag-moved') return `the tag was re-made since${of}`
  if (rule === 'repository-missing') return `the repository is gone${of}`
  return shown(to ?? kind, 100)
}

/** How long ago `since` was: `3 h`, `12 days`. */
export function waited(since: string, now: Date): string {
  const hours = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 3_600_000))
  if (hours < 48) return `${hours} h`
  return `${Math.floor(hours / 24)} days`
}

/** Coverage and health of the scan: names and values. */
export function healthFacts({ health, generatedAt }: ReportData): string[][] {
  const { feeds, inspected, due, failing, failures, countedUpTo } = health
  const atLeast = (count: number): string =>
    count >= countedUpTo ? `more than ${countedUpTo}` : String(count)
  const reasons = failures.map(({ code, count }) => `${shown(code, 40)} ${count}`).join(', ')
  const feedFacts = feeds.map(({ feed, position, updatedAt }) => [
    `feed ${shown(feed, 80)}`,
    `${waited(position, generatedAt)} behind, last read ${waited(updatedAt, generatedAt)} ago`,
  ])
  return [
    ...(feedFacts.length === 0 ? [['feed', 'never read']] : feedFacts),
    ['inspections done in the week', String(inspected)],
    ['inspections due now', atLeast(due)],
    ['inspections failing', failing === 0 ? '0' : `${atLeast(failing)} (${reasons})`],
  ]
}

export function troubleText({ kind, subject, recipient, state, attempts, lastError }: Delivery): string {
  const what = kind === 'report' ? `The report ${subject}` : `Alert ${subject}`
  const end =
    state === 'failed'
      ? `was given up after ${attempts} attempts`
      : `is not through after ${attempts} attempts`
  return `${what} to ${shown(recipient, 100)} ${end}: ${shown(lastError ?? '', 200)}`
}
