import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aFinding,
  aReason,
  copyOf,
  differenceOf,
  stored,
  usesOf,
} from '@mirrorwatch/testing/findings/findings'
import { decode } from 'fast-png'
import type { Counts, TrendWeek } from '../src/blocks/block.ts'
import { findingBlocks } from '../src/blocks/finding.ts'
import { type Rendered, standaloneHtml } from '../src/report/message.ts'
import { shortFinding } from '../src/writers/finding-lines.ts'
import { BAR_COLOURS, STACK, trendPicture, trendText } from '../src/writers/trend-picture.ts'

const NONE: Counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
const WEEKS: TrendWeek[] = Array.from({ length: 12 }, (_, i) => ({
  label: `2026-W${36 + i}`,
  counts: NONE,
}))
WEEKS[3] = { label: '2026-W39', counts: { critical: 1, high: 100, medium: 50, low: 0, info: 49 } }
WEEKS[11] = { label: '2026-W47', counts: { ...NONE, low: 100 } }

test('the picture of known weeks has their bars, part by part, on white', () => {
  const png = trendPicture(WEEKS)
  assert.deepEqual(png, trendPicture(structuredClone(WEEKS)))
  assert.ok(png.length < 5_000, `${png.length} bytes`)
  const { width, height, data, palette = [], depth, channels } = decode(png)
  assert.deepEqual({ width, height, depth, channels }, { width: 1360, height: 360, depth: 8, channels: 1 })
  const runs = (x: number): string[] => {
    const found: { colour: string; length: number }[] = []
    for (let y = height - 1; y >= 0; y--) {
      const [r = 0, g = 0, b = 0] = palette[data[y * width + x] ?? 0] ?? []
      const colour = `#${[r, g, b].map((value) => value.toString(16).padStart(2, '0')).join('')}`
      const last = found.at(-1)
      if (last?.colour === colour) last.length++
      else found.push({ colour, length: 1 })
    }
    return found.map(({ colour, length }) => `${colour} ${length}`)
  }
  // 316 of the rows are for 200 findings, each part has two of white above it; one alone is drawn larger than it is.
  const bar = [
    '#aab1bb 4',
    `${BAR_COLOURS.critical} 6`,
    '#ffffff 2',
    `${BAR_COLOURS.high} 156`,
    '#ffffff 2',
    `${BAR_COLOURS.medium} 77`,
    '#ffffff 2',
    `${BAR_COLOURS.info} 75`,
    '#ffffff 36',
  ]
  const middle = (week: number): number => Math.round((week + 0.5) * (width / 12))
  assert.deepEqual(runs(middle(3)), bar)
  assert.deepEqual(runs(Math.round(3.17 * (width / 12))), bar)
  assert.deepEqual(runs(middle(11)), ['#aab1bb 4', `${BAR_COLOURS.low} 156`, '#ffffff 200'])
  const empty = ['#aab1bb 4', '#ffffff 356']
  for (const x of [0, middle(0), Math.round(3.1 * (width / 12)), middle(4), width - 1])
    assert.deepEqual(runs(x), empty)
})

test('numbers stand for the picture where it is not seen', () => {
  const text = trendText(WEEKS)
  assert.match(text, /; 2026-W39: 1 critical, 100 high, 50 medium, 49 info; 2026-W40: none; /)
  assert.match(text, /; 2026-W47: 100 low\.$/)
})

test('parts of a bar can be told from each other and from white by lightness alone', () => {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string): number => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
    return (light + 0.05) / (dark + 0.05)
  }
  for (const [at, severity] of STACK.entries()) {
    assert.ok(contrast(BAR_COLOURS[severity], '#ffffff') >= 3, severity)
    const below = STACK[at - 1]
    if (below === undefined) continue
    const ratio = contrast(BAR_COLOURS[severity], BAR_COLOURS[below])
    assert.ok(ratio >= 1.6, `${severity} on ${below}: ${ratio.toFixed(2)}`)
  }
})

test('a report in a file has the picture in it', () => {
  const png = trendPicture(WEEKS)
  const html = '<p>src=&quot;cid:a&quot; $&amp;</p><img src="cid:a" alt="">'
  const rendered: Rendered = { subject: '', text: '', csv: '', week: '', html, picture: { cid: 'a', png } }
  const file = standaloneHtml(rendered)
  assert.equal(file, html.replace('"cid:a"', `"data:image/png;base64,${png.toString('base64')}"`))
})

test('a finding says what it imitates, what differs, and why it is so severe', () => {
  const quoted = [{ path: 'db.go', change: 'modified' as const, diff: '+a\n' }]
  const compared = [
    { path: 'db.go', relation: 'changed' as const },
    { path: 'README.md', relation: 'equal-but-path' as const },
    { path: 'x\u202e.go', relation: 'added' as const },
  ]
  const uses = usesOf({ line: 90, quote: 'exec.Command("true").Run()' })
  const finding = aFinding({
    id: 7,
    severity: 'low',
    severityRank: 3,
    summary: 'github.com/boltdb-go/bolt serves v1.3.1 with other code.',
    because: [
      aReason(),
      aReason({
        kind: 'lowered',
        row: 'allowed',
        severity: 'low',
        version: null,
        signals: ['honest-allowed'],
        says: 'an allow entry covers it',
      }),
    ],
    signals: [
      stored({ rule: 'cache-differs', version: 'v1.3.1', evidence: differenceOf({ quoted }) }),
      stored({ rule: 'near-copy', version: 'v1.3.1', evidence: copyOf({ compared }) }),
      stored({ rule: 'import-process', version: 'v1.3.1', evidence: uses }),
    ],
  })
  assert.deepEqual(shortFinding(findingBlocks(finding)), {
    title: 'github[.]com/boltdb-go/bolt',
    imitates: 'github[.]com/boltdb/bolt',
    says: 'It serves v1.3.1 with other code.',
    facts: [
      {
        label: 'would be critical',
        text: 'v1.3.1: code was added that acts on import (near-copy, import-process) [armed]',
      },
      { label: 'but', text: 'at most low: an allow entry covers it (honest-allowed) [allowed]' },
      { label: 'differs', text: 'db.go modified, x\\u{202e}.go added' },
      { label: '#7', text: 'open, first seen 2026-11-18' },
    ],
    code: ['db.go:90: exec.Command("true").Run()'],
  })
})
