import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import { encode } from 'fast-png'
import { type TrendWeek, total } from '../blocks/block.ts'

/** The parts of a bar, from its foot to its top. */
export const STACK = SEVERITIES
/**
 * Neighbours in a bar differ in lightness, and orange, yellow and blue in a way that every kind of colour blindness leaves;
 * each stands out from white (3:1, WCAG 1.4.11).
 */
export const BAR_COLOURS: Record<Severity, string> = {
  critical: '#5c0727',
  high: '#b3360b',
  medium: '#c58300',
  low: '#1f5fae',
  info: '#8a94a1',
}
const WHITE = 0
const LINE = 1
const PALETTE = ['#ffffff', '#aab1bb', ...STACK.map((severity) => BAR_COLOURS[severity])]

/** Twice what the picture takes up in the mail, so that it is crisp on screens of phones. */
export const PICTURE_WIDTH = 1360
export const PICTURE_HEIGHT = 360
/** Height of the line on which the bars stand. */
const FOOT = 4
/** White between two parts of a bar. */
const GAP = 2
/** A single critical finding is seen among thousands. */
const LEAST_PART = 8
const TOP = PICTURE_HEIGHT - FOOT - STACK.length * LEAST_PART
/** Start and end of a week's bar in its column. */
const FROM = 0.16
const TO = 0.84

/**
 * Draws the weeks as bars side by side, each in a column of the same width: a PNG on white without lettering, which the mail sets
 * as text below it.
 */
export function trendPicture(weeks: readonly TrendWeek[]): Buffer {
  const pixels = new Uint8Array(PICTURE_WIDTH * PICTURE_HEIGHT).fill(WHITE)
  const fill = (left: number, right: number, top: number, bottom: number, colour: number): void => {
    for (let y = top; y < bottom; y++)
      pixels.fill(colour, y * PICTURE_WIDTH + left, y * PICTURE_WIDTH + right)
  }
  fill(0, PICTURE_WIDTH, PICTURE_HEIGHT - FOOT, PICTURE_HEIGHT, LINE)
  const most = Math.max(1, ...weeks.map(({ counts }) => total(counts)))
  const column = PICTURE_WIDTH / weeks.length
  for (const [week, { counts }] of weeks.entries()) {
    const left = Math.round((week + FROM) * column)
    const right = Math.round((week + TO) * column)
    let bottom = PICTURE_HEIGHT - FOOT
    for (const [at, severity] of STACK.entries()) {
      if (counts[severity] === 0) continue
      const height = Math.max(LEAST_PART, Math.round((counts[severity] / most) * TOP))
      fill(left, right, bottom - height + GAP, bottom, PALETTE.length - STACK.length + at)
      bottom -= height
    }
  }
  const png = encode({
    width: PICTURE_WIDTH,
    height: PICTURE_HEIGHT,
    data: pixels,
    channels: 1,
    palette: PALETTE.map(rgb),
  })
  return Buffer.from(png)
}

function rgb(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}

/** Returns what the picture shows, in numbers: read aloud, and shown where pictures are not. */
export function trendText(weeks: readonly TrendWeek[]): string {
  const each = weeks.map(({ label, counts }) => {
    const parts = STACK.filter((severity) => counts[severity] > 0).map(
      (severity) => `${counts[severity]} ${severity}`,
    )
    return `${label}: ${parts.join(', ') || 'none'}`
  })
  return `New findings by week and severity. ${each.join('; ')}.`
}
