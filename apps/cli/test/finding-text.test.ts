import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding, StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { findingText } from '../src/finding-text.ts'

const AT = '2026-03-01T10:00:00.000000Z'

function signal(
  rule: string,
  evidence: Record<string, unknown>,
  version: string | null = 'v1.0.0',
): StoredSignal {
  return { rule, version, evidence, firstSeenAt: AT, lastSeenAt: AT, withdrawnAt: null }
}

const diff =
  '--- original/a.go\n+++ lookalike/a.go\n@@ -1 +1,2 @@\n package a\n+func init() { exec.Command("true") }\n'

function finding(signals: StoredSignal[]): Finding {
  return {
    id: 7,
    moduleId: 1,
    module: 'github.com/bad/lib',
    target: 'github.com/good/lib',
    severity: 'high',
    severityRank: 1,
    status: 'open',
    summary: 'github.com/bad/lib is a copy.',
    because: [
      'high of v1.0.0 by row "armed": code was added that acts on import (near-copy, import-process)',
    ],
    firstSeenAt: AT,
    lastSeenAt: AT,
    changedAt: AT,
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    newEvidenceAt: null,
    signals,
  }
}

const copy = signal('near-copy', {
  original: 'github.com/good/lib',
  originalVersion: 'v1.2.0',
  similarity: 0.967,
  equal: 9,
  equalButPath: 2,
  changed: 1,
  added: 0,
  removed: 0,
  files: [{ path: 'a.go', relation: 'changed' }],
  diff,
})
const acts = signal('import-process', {
  count: 1,
  lines: [
    {
      file: 'a.go',
      line: 2,
      what: 'os/exec.Command',
      reachedFrom: ['init'],
      quote: 'exec.Command("true")',
      folded: 'true',
    },
  ],
})
const campaign = signal(
  'campaign',
  { id: 'content:x', owners: 2, modules: 2, others: ['github.com/worse/lib'] },
  null,
)

test('the first lines say why, what is copied, where it acts, and who else does', () => {
  const text = findingText(finding([campaign, acts, copy]), [])
  const top = text
    .slice(0, text.indexOf('What differs (- is what is copied or shown, + is what is compiled)'))
    .join('\n')
  assert.ok(top.split('\n').length < 20, 'it is short')
  assert.match(top, /because {3}high of v1\.0\.0 by row "armed"/)
  assert.match(top, /copies {4}github\.com\/good\/lib v1\.2\.0: v1\.0\.0 has 96 % of its code/)
  assert.match(top, /acts {6}a\.go:2 {2}os\/exec\.Command, on import from init/)
  assert.match(top, /is {2}true/)
  assert.match(top, /others {4}2 owners published 2 of these[^]*github\.com\/worse\/lib/)
})

test('a difference that two comparisons show is shown once', () => {
  const cache = signal('cache-differs', {
    repository: 'https://github.com/bad/lib',
    commit: 'c'.repeat(40),
    quoted: [
      {
        path: 'a.go',
        change: 'modified',
        diff: diff.replaceAll('original', 'repository').replaceAll('lookalike', 'zip'),
      },
    ],
  })
  const text = findingText(finding([cache, copy]), []).join('\n')
  assert.equal(text.split('+func init()').length - 1, 1)
  assert.match(text, /differs {3}v1\.0\.0 as served, from https:\/\/github\.com\/bad\/lib at c{12}/)
})

test('evidence that somebody else wrote, or an older release, cannot forge a line or end in an error', () => {
  const hostile = signal('import-process', {
    lines: [
      { file: 'a\n#1  INFO.go', line: 1, quote: '\u001b[2J\u202eevil', reachedFrom: 'no list', folded: {} },
      null,
      7,
    ],
    diff: 12,
    quoted: 'no list',
  })
  const text = findingText(
    finding([hostile, signal('near-copy', {}), signal('campaign', { others: 3 }, null)]),
    [],
  )
  const all = text.join('\n')
  assert.ok(!all.includes('\u001b') && !all.includes('\u202e'))
  assert.ok(!text.some((line) => line.startsWith('#1 ')))
  assert.match(all, /\\u\{1b\}\[2J/)
})
