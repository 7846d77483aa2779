import { escapeHtml } from '../blocks/safe-text.ts'
import { total } from './data.ts'
import {
  BAR_COLOURS,
  PICTURE_HEIGHT,
  PICTURE_WIDTH,
  STACK,
  type TrendWeek,
  trendText,
} from './trend-picture.ts'

/**
 * The trend as rows of a table with a column a week: the picture across all of them, the weeks and their totals below its
 * bars, at whatever width.
 *
 * @param source the picture's address
 */
export function trendHtml(weeks: readonly TrendWeek[], source: string): string {
  const cell = 'padding:0;text-align:center;font-size:11px;line-height:15px;white-space:nowrap;'
  const row = (style: string, texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<td width="${(100 / weeks.length).toFixed(2)}%" style="${cell}${style}">${escapeHtml(text)}</td>`).join('')}</tr>`
  const across = (html: string): string =>
    `<tr><td colspan="${weeks.length}" style="padding:4px 0;">${html}</td></tr>`
  const width = PICTURE_WIDTH / 2
  const picture = `<img src="${escapeHtml(source)}" width="${width}" height="${PICTURE_HEIGHT / 2}" alt="${escapeHtml(trendText(weeks))}" style="display:block;width:100%;max-width:${width}px;height:auto;border:0;background-color:#ffffff;font-size:12px;line-height:16px;" />`
  const legend = STACK.map(
    (severity) =>
      `<span style="white-space:nowrap;"><span style="background-color:${BAR_COLOURS[severity]};color:${BAR_COLOURS[severity]};font-size:11px;">&nbsp;&nbsp;&nbsp;</span>&nbsp;${severity}</span>`,
  )
  return [
    across(legend.join(' &nbsp; ')),
    across(picture),
    row(
      'color:#4a525e;',
      weeks.map(({ label }) => label.slice(label.indexOf('W'))),
    ),
    row(
      'font-weight:600;',
      weeks.map(({ counts }) => shortNumber(total(counts))),
    ),
  ].join('')
}

/** Fits below a bar on a phone: 9999, 12k, 3M. */
function shortNumber(count: number): string {
  if (count < 10_000) return String(count)
  return count < 1_000_000 ? `${Math.floor(count / 1_000)}k` : `${Math.floor(count / 1_000_000)}M`
}
