import { changeText } from '@mirrorwatch/notify/blocks/timeline'
import { visibleLine } from '@mirrorwatch/notify/blocks/visible-text'
import { html } from 'hono/html'
import type { Html } from '../parts/html.ts'
import { minuteOf } from '../parts/time.ts'
import type { FindingData } from './data.ts'

interface Moment {
  at: string
  kind: 'cached' | 'verdict' | 'seen' | 'decided'
  text: string
}

/** Events that the page shows; a finding that changes every day has its last ones. */
const MAX_MOMENTS = 40

const VERDICTS: Record<string, string> = {
  same: 'the repository shows what is compiled',
  differs: 'the repository shows something else',
  'tag-moved': 'the tag was moved: the repository shows something else',
  'tag-missing': 'the tag is missing',
  'repository-missing': 'the repository is missing',
  unverifiable: 'could not be compared',
}

/** Writes what happened, oldest first: cached, tag moved, found, decided and by whom. */
export function timeline(data: FindingData): Html {
  const moments = momentsOf(data)
  const shown = moments.slice(-MAX_MOMENTS)
  return html`<section class="panel" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>
<ol class="timeline">${moments.length > shown.length ? html`<li class="quiet">${moments.length - shown.length} earlier events</li>` : ''}${shown.map(
    ({ at, kind, text }) => html`<li class="${kind}">${minuteOf(at)} <span>${text}</span></li>`,
  )}</ol></section>`
}

function momentsOf({ history, versions, verdicts, blocks }: FindingData): Moment[] {
  const spoken = new Set(blocks.versions)
  const cached = versions
    .filter(({ version }) => spoken.has(version))
    .map(({ version, cachedAt, loggedOnly }): Moment => {
      const text = loggedOnly ? `${version} is in the checksum database` : `the mirror cached ${version}`
      return { at: cachedAt, kind: 'cached', text }
    })
  const seen = verdicts.map(
    ({ version, at, verdict }): Moment => ({
      at,
      kind: 'verdict',
      text: `${version}: ${VERDICTS[verdict] ?? verdict}`,
    }),
  )
  return [...cached, ...seen, ...changesOf(history)].toSorted((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  )
}

/** A new finding comes with all its signals: they are one moment. */
function changesOf(history: FindingData['history']): Moment[] {
  const groups = Map.groupBy(history, ({ at, kind, author }) => `${at} ${kind} ${author ?? ''}`)
  return [...groups.values()].map((entries): Moment => {
    const [first] = entries as [FindingData['history'][number]]
    const kind = first.author === null ? 'seen' : 'decided'
    if (entries.length === 1) return { at: first.at, kind, text: changeText(first) }
    const title = first.kind === 'signal-withdrawn' ? 'signals that no longer hold' : 'new signals'
    const names = entries.map(({ to }) => visibleLine((to ?? '').split('@')[0] ?? ''))
    return { at: first.at, kind, text: `${title}: ${[...new Set(names)].join(', ')}` }
  })
}
