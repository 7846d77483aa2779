import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSignal } from '@mirrorwatch/detect/finding'
import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import {
  aFinding,
  aReason,
  campaignOf,
  copyOf,
  differenceOf,
  FOUND_AT,
  stored,
  usesOf,
} from '@mirrorwatch/testing/findings/findings'
import { findingBlocks } from '../src/blocks/finding.ts'
import { findingsTable, findingText, type TerminalStyle } from '../src/writers/terminal.ts'

const PLAIN: TerminalStyle = { colour: false, width: null }

const diff =
  '--- original/a.go\n+++ lookalike/a.go\n@@ -1 +1,2 @@\n package a\n+func init() { exec.Command("true") }\n'

function textOf(...signals: StoredSignal[]): string[] {
  return findingText(
    findingBlocks(aFinding({ severity: 'critical', because: [aReason({ version: 'v1.0.0' })], signals })),
    PLAIN,
  )
}

const evidence = copyOf({
  original: 'github.com/good/lib',
  originalVersion: 'v1.2.0',
  similarity: 0.967,
  compared: [{ path: 'a.go', relation: 'changed' }],
  diff,
})
const copy = stored({ rule: 'near-copy', version: 'v1.0.0', evidence })
const acts = stored({
  rule: 'import-process',
  version: 'v1.0.0',
  evidence: usesOf({ file: 'a.go', line: 2, folded: 'true' }),
})
const campaign = stored({
  rule: 'campaign',
  version: null,
  evidence: campaignOf('content:x', ['github.com/worse/lib']),
})

test('the first lines say why, what is copied, where it acts, and who else does', () => {
  const text = textOf(campaign, acts, copy)
  const top = text
    .slice(0, text.indexOf('What differs (- is what is copied or shown, + is what is compiled)'))
    .join('\n')
  assert.ok(top.split('\n').length < 20, 'it is short')
  assert.match(
    top,
    /why critical {2}v1\.0\.0: code was added that acts on import \(near-copy, import-process\) \[armed\]/,
  )
  assert.match(top, /copies {8}github\.com\/good\/lib v1\.2\.0: v1\.0\.0 has 96 % of its code/)
  assert.match(top, /acts {10}a\.go:2 {2}os\/exec\.Command, on import from init/)
  assert.match(top, /is {2}true/)
  assert.match(top, /others {8}2 owners published 2 of these[^]*github\.com\/worse\/lib/)
})

test('code that importing does not reach says which exported function does', () => {
  const called = stored({
    rule: 'added-process',
    version: 'v1.0.0',
    evidence: usesOf({ reachedFrom: [], calledFrom: ['NewClient', 'fetch'] }),
  })
  const text = findingText(findingBlocks(aFinding({ signals: [copy, called] })), {
    colour: false,
    width: null,
  })
  assert.match(text.join('\n'), /os\/exec\.Command, when called by NewClient → fetch/)
})

test('a difference that two comparisons show is shown once', () => {
  const repositoryDiff = diff.replaceAll('original', 'repository').replaceAll('lookalike', 'zip')
  const quoted = [{ path: 'a.go', change: 'modified' as const, diff: repositoryDiff }]
  const differs = differenceOf({ repository: 'https://github.com/bad/lib', quoted })
  const text = textOf(stored({ rule: 'cache-differs', version: 'v1.0.0', evidence: differs }), copy).join(
    '\n',
  )
  assert.equal(text.split('+func init()').length - 1, 1)
  assert.match(text, /differs {7}v1\.0\.0 as served, from https:\/\/github\.com\/bad\/lib at c{12}/)
})

test('the line of a diff that a signal speaks of is marked', () => {
  const marked = textOf(acts, copy).filter((line) => line.includes('←'))
  assert.deepEqual(marked, ['  +func init() { exec.Command("true") }    ← import-process'])
})

test('evidence from an attacker or another release cannot forge a line or cause an error', () => {
  const hostile = usesOf({ file: 'a\n#1  INFO.go', quote: '\u001b[2J\u202eevil\n#1  forged' })
  const read = (rule: string, untrusted: unknown): StoredSignal => ({
    ...parseSignal(rule, null, untrusted),
    firstSeenAt: FOUND_AT,
    lastSeenAt: FOUND_AT,
    withdrawnAt: null,
  })
  const text = textOf(
    stored({ rule: 'import-process', version: 'v1\n#1  forged', evidence: hostile }),
    read('near-copy', {}),
    read('campaign', { others: 3 }),
    read('import-process', { lines: [null, 7], diff: 12, quoted: 'no list' }),
    read('of-another-release\n#1  forged', null),
  )
  const all = text.join('\n')
  assert.ok(!all.includes('\u001b') && !all.includes('\u202e'))
  assert.ok(!all.split('\n').some((line) => line.startsWith('#1 ')))
  assert.match(all, /\\u\{1b\}\[2J/)
  assert.match(all, /campaign: A signal of another release/)
})

test('words are not broken at 60 columns, and colour appears only on request', () => {
  const blocks = findingBlocks(
    aFinding({ signals: [campaign, acts, copy], because: [aReason()], summary: 'word '.repeat(60).trim() }),
  )
  const words = (lines: string[]): string[] => lines.join('\n').match(/[a-z]{4,}/g) ?? []
  for (const write of [findingText, (b: typeof blocks, style: TerminalStyle) => findingsTable([b], style)]) {
    const wide = write(blocks, PLAIN)
    const narrow = write(blocks, { colour: false, width: 60 })
    for (const line of narrow) assert.ok(line.length <= 60 || line.includes('←'), line)
    const known = new Set(words(wide))
    assert.deepEqual(
      words(narrow).filter((word) => !known.has(word)),
      [],
    )
    assert.ok(!wide.some((line) => line.includes('\u001b')))
    assert.ok(write(blocks, { colour: true, width: 60 }).some((line) => line.includes('\u001b[')))
  }
})
