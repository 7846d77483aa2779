import type { CodeLine } from '@mirrorwatch/notify/blocks/code'
import { html } from 'hono/html'
import { markText } from '../diff/table.ts'
import { markedPlaces } from '../diff/view.ts'
import type { Html } from '../parts/html.ts'
import { zipLink } from '../parts/links.ts'
import type { FindingData } from './data.ts'

const MAX_LINES = 5

/** Writes the lines that matter most: what acts on import, each with a link to it in the difference. */
export function actingLines(data: FindingData): Html | '' {
  const acting = data.blocks.code.filter(({ acts }) => acts)
  if (acting.length === 0) return ''
  const order = markOrder(data)
  return html`<section aria-labelledby="acts-title"><h2 id="acts-title">What it does on import</h2>
<div class="acts">${acting.slice(0, MAX_LINES).map((line) => actingLine(data, line, order.get(`${line.file}:${line.line}`)))}</div>
${acting.length > MAX_LINES ? html`<p class="note">${acting.length - MAX_LINES} more lines are marked below.</p>` : ''}</section>`
}

function actingLine({ finding, marks, blocks }: FindingData, line: CodeLine, mark: number | undefined): Html {
  const place = `${line.file}:${line.line}`
  const [version] = blocks.versions
  const to =
    mark === undefined
      ? version === undefined
        ? null
        : zipLink(finding.module, version, line.file, line.line)
      : `#mark-${mark}`
  const known = marks.get(place) ?? [line]
  return html`<div class="quote"><p class="place">${to === null ? html`<code>${place}</code>` : html`<a href="${to}"><code>${place}</code></a>`}</p>
<pre class="one-line"><code>${line.quote}</code></pre>${known.map(markText)}</div>`
}

/** Returns the number under which the difference marks each line. */
function markOrder({ differences, marks }: FindingData): Map<string, number> {
  const order = new Map<string, number>()
  for (const [at, place] of markedPlaces(differences, marks).entries())
    if (!order.has(place)) order.set(place, at + 1)
  return order
}
