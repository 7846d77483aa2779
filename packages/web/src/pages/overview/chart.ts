import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import { type TrendWeek, total } from '@mirrorwatch/notify/blocks/block'
import type { FindingCount } from '@mirrorwatch/store/queries/findings-list'
import { html } from 'hono/html'
import { listLinkFor } from '../findings/filter.ts'
import type { Html } from '../parts/html.ts'

const WIDTH = 720
const HEIGHT = 180
/** Room below the bars for the weeks, and left of them for the scale. */
const FOOT = 22
const LEFT = 34
const TOP = 8
/** A single critical finding is seen among thousands. */
const LEAST_PART = 3

/** Draws new findings by week as bars, with the numbers as a table for those who do not see it. */
export function trendChart(weeks: readonly TrendWeek[]): Html {
  const most = Math.max(1, ...weeks.map(({ counts }) => total(counts)))
  const column = (WIDTH - LEFT) / Math.max(1, weeks.length)
  const room = HEIGHT - FOOT - TOP
  const scale = [0, Math.ceil(most / 2), most]
  return html`<figure class="chart"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${trendWords(weeks)}">
${[...new Set(scale)].map((value) => {
  const y = HEIGHT - FOOT - (value / most) * room
  return html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/><text class="scale" x="${LEFT - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${value.toLocaleString('en')}</text>`
})}
${weeks.map(({ label, counts }, at) => {
  const x = LEFT + at * column
  return html`<g><title>${label}: ${partsOf(counts)}</title>${bars(counts, x + column * 0.15, column * 0.7, most, room)}<text class="scale" x="${(x + column / 2).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${label.slice(label.indexOf('W'))}</text></g>`
})}</svg>
<figcaption>${SEVERITIES.map((severity) => html`<span class="legend"><i class="swatch bar-${severity}"></i>${severity}</span> `)}</figcaption></figure>`
}

function bars(counts: TrendWeek['counts'], x: number, width: number, most: number, room: number): Html {
  let bottom = HEIGHT - FOOT
  return html`${SEVERITIES.map((severity) => {
    if (counts[severity] === 0) return ''
    const height = Math.max(LEAST_PART, (counts[severity] / most) * room)
    bottom -= height
    return html`<rect class="bar-${severity}" x="${x.toFixed(1)}" y="${bottom.toFixed(1)}" width="${width.toFixed(1)}" height="${Math.max(1, height - 1).toFixed(1)}"/>`
  })}`
}

function partsOf(counts: TrendWeek['counts']): string {
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map(
    (severity) => `${counts[severity]} ${severity}`,
  )
  return parts.join(', ') || 'none'
}

function trendWords(weeks: readonly TrendWeek[]): string {
  return `New findings by week and severity. ${weeks.map(({ label, counts }) => `${label}: ${partsOf(counts)}`).join('; ')}.`
}

const NONE: FindingCount = { count: 0, more: false }

/** Draws how many findings of each severity wait, as one bar that links to them. */
export function waitingBar(counts: ReadonlyMap<Severity, FindingCount>): Html {
  const sum = [...counts.values()].reduce((all, { count }) => all + count, 0)
  let at = 0
  return html`<svg class="waiting-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${SEVERITIES.map(
    (severity) => {
      const { count } = counts.get(severity) ?? NONE
      if (count === 0 || sum === 0) return ''
      const width = (count / sum) * 100
      at += width
      return html`<rect class="bar-${severity}" x="${(at - width).toFixed(2)}" y="0" width="${width.toFixed(2)}" height="6"/>`
    },
  )}</svg>
<ul class="tiles">${SEVERITIES.map((severity) => {
    const { count, more } = counts.get(severity) ?? NONE
    return html`<li><a class="tile" href="${listLinkFor({ severities: [severity] })}"><strong>${count.toLocaleString('en')}${more ? '+' : ''}</strong><span class="badge ${severity}">${severity}</span></a></li>`
  })}</ul>`
}
