import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signalOf } from '../../src/finding.ts'
import { assessModule } from '../../src/judge/assess.ts'
import type { ChangeFacts } from '../../src/judge/signals/facts.ts'
import { type InspectionRecord, NO_FACTS } from '../../src/records/inspection-record.ts'
import { input, named } from './assess-fixtures.ts'

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string]

function change(kind: ChangeFacts['kind'], day: number, changes: Partial<ChangeFacts> = {}): ChangeFacts {
  const isTag = kind.startsWith('tag-')
  return {
    kind,
    repository: 'https://github.com/boltdb-go/bolt',
    tag: isTag ? 'v1.3.1' : null,
    version: isTag ? 'v1.3.1' : null,
    from: null,
    to: null,
    lastSeenAt: `2026-11-0${day - 1}T10:00:00.000000Z`,
    firstSeenAt: `2026-11-0${day}T10:00:00.000000Z`,
    ...changes,
  }
}

test('a tag that was rewritten and put back is a separate finding, with both dates', () => {
  const changes = [change('tag-moved', 2, { from: A, to: B }), change('tag-moved', 3, { from: B, to: A })]
  const [finding] = assessModule(input({ changes }))
  assert.equal(finding?.severity, 'medium')
  assert.match(finding.summary, /v1\.3\.1 that was rewritten and put back/)
  const [restored] = finding.signals.filter(({ rule }) => rule === 'tag-restored')
  assert.deepEqual(restored?.evidence, {
    repository: 'https://github.com/boltdb-go/bolt',
    tag: 'v1.3.1',
    changes: [
      '2026-11-02 10:00 UTC: tag v1.3.1 moved from aaaaaaaaaaaa to bbbbbbbbbbbb (still aaaaaaaaaaaa on 2026-11-01 10:00 UTC)',
      '2026-11-03 10:00 UTC: tag v1.3.1 moved from bbbbbbbbbbbb to aaaaaaaaaaaa (still bbbbbbbbbbbb on 2026-11-02 10:00 UTC)',
    ],
  })
})

test('a tag that was only moved, deleted or put back is no finding: its content decides', () => {
  for (const changes of [
    [change('tag-moved', 2, { from: A, to: B }), change('tag-moved', 3, { from: B, to: C })],
    [change('tag-vanished', 2, { from: A }), change('tag-returned', 3, { from: A, to: A })],
    [change('gone', 2), change('returned', 3), change('moved', 4)],
  ])
    assert.deepEqual(assessModule(input({ changes })), [])
})

test('a repository with another history is high where many use the module or its name misleads, and never lowered', () => {
  const changes = [change('gone', 2, { to: '404' }), change('reborn', 3)]
  const severity = (more: Parameters<typeof input>[0]): string | undefined =>
    assessModule(input({ changes, ...more }))[0]?.severity
  const { module } = input()
  assert.equal(severity({}), 'medium')
  assert.equal(severity({ module: { ...module, dependents: 4_000 } }), 'high')
  assert.equal(severity({ candidates: [named('strong')] }), 'high')
  const allow = [{ kind: 'path' as const, target: null, who: 'a', when: '2026-01-01', why: 'ours' }]
  assert.equal(severity({ module: { ...module, dependents: 4_000 }, allow }), 'high')
})

test('a commit on no branch or tag is low', () => {
  const version = 'v0.0.0-20260101000000-aaaaaaaaaaaa'
  const facts = { ...NO_FACTS, reachable: false }
  const seen = {
    verdict: 'same' as const,
    expectedSum: null,
    repositorySum: null,
    files: [],
    notes: [],
    reason: '',
  }
  const versions = [{ version, repository: 'https://github.com/a/b', commit: A, facts, ...seen }]
  const [finding] = assessModule(input({ versions }))
  assert.equal(finding?.severity, 'low')
  assert.match(finding.summary, /from a commit that is on no branch or tag/)
  assert.deepEqual(
    assessModule(input({ versions: [{ ...versions[0]!, facts: { ...facts, reachable: true } }] })),
    [],
  )
})

test('a rewritten tag says how it is known, and what of that can be forged', () => {
  const files = [{ path: 'a.go', change: 'modified' as const, diff: null }]
  const rewritten = (facts: Partial<typeof NO_FACTS>): InspectionRecord => ({
    version: 'v1.0.0',
    verdict: 'tag-moved',
    commit: B,
    files,
    expectedSum: null,
    repositorySum: null,
    notes: [],
    reason: 'the tag named another',
    repository: null,
    facts: { ...NO_FACTS, ...facts },
  })
  const proofOf = (facts: Partial<typeof NO_FACTS>): string[] => {
    const [finding] = assessModule(input({ versions: [rewritten(facts)] }))
    return signalOf(finding?.signals ?? [], 'tag-moved')?.evidence.proof ?? []
  }
  assert.match(proofOf({ cachedCommit: A }).join(), /Origin\.Hash.* only the mirror could forge it/)
  const younger = { commit: '2024-03-01T10:30:00.000Z', listed: '2021-03-01T11:00:00.000Z' }
  assert.match(proofOf({ younger }).join(), /cannot be what was cached; an author can set an earlier time/)
  assert.equal(proofOf({ cachedCommit: A, younger }).length, 2)
  assert.match(proofOf({}).join(), /the tag named another; neither time is signed/)
  const provenBy = (sumSigned: boolean): string => {
    const versions = [rewritten({ sumSigned })]
    const [finding] = assessModule(input({ versions }))
    return signalOf(finding?.signals ?? [], 'cache-differs')?.evidence.proof?.join() ?? ''
  }
  assert.match(provenBy(true), /signed the expected hash.* neither the author nor the mirror can forge/)
  assert.match(provenBy(false), /this is the mirror’s word/)
})
