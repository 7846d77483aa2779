import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signalOf } from '@mirrorwatch/detect/finding'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { findRewrittenTags, ONLY, type Proof } from '@mirrorwatch/testing/rewritten-tags'
import type { RepositorySpec, Step } from '@mirrorwatch/world/build/spec'
import { startWorld } from '@mirrorwatch/world/world'

const REWRITTEN = 'github.com/wren/rewritten'
const UNTOUCHED = 'github.com/wren/untouched'
const DAY_MS = 86_400_000

/** A module of two versions, cached a day after their commits. With `moved` the first one's tag names a commit of that time now. */
function repository(path: string, proof: Proof, moved: boolean): RepositorySpec {
  const { origin, commitTime } = ONLY[proof]
  const release = (version: string, time: Date): Step[] => [
    {
      do: 'commit',
      time: time.toISOString(),
      message: version,
      files: { 'go.mod': `module ${path}\n`, 'a.go': `package a // ${version}\n` },
    },
    { do: 'tag', name: version },
    { do: 'cache', module: path, version, at: listed(time).toISOString(), origin },
  ]
  const listed = (time: Date): Date => new Date(time.getTime() + DAY_MS)
  const first = new Date('2021-02-01T10:00:00Z')
  const rewritten: Step[] = [
    {
      do: 'commit',
      time: commitTime(first, listed(first)).toISOString(),
      message: 'Rewritten',
      files: { 'a.go': 'package a // other\n' },
    },
    { do: 'tag', name: 'v1.0.0', message: 'annotated' },
  ]
  return {
    path,
    steps: [
      ...release('v1.0.0', first),
      ...release('v1.1.0', new Date('2021-03-01T10:00:00Z')),
      ...(moved ? rewritten : []),
    ],
  }
}

/** Text of the finding about the proof. */
function proofIn({ signals }: Finding): string {
  const moved = signalOf(signals, 'tag-moved')?.evidence.proof ?? []
  return [...moved, ...(signalOf(signals, 'cache-differs')?.evidence.proof ?? [])].join('; ')
}

for (const [proof, verdict, says] of [
  ['record', 'tag-moved', /Origin\.Hash\) names another commit.*; the hash .* is the mirror’s word/],
  [
    'time',
    'tag-moved',
    /made on 2022-03-09 10:00 UTC, after the index first listed .*2021-02-02 10:00 UTC.*earlier time/,
  ],
  [
    'sum',
    'differs',
    /^the checksum database signed the expected hash.*neither the author nor the mirror can forge/,
  ],
] as const) {
  test(`a tag rewritten before the first look is found by the ${proof} alone, and nothing else is`, async () => {
    await using world = await startWorld({
      repositories: [repository(REWRITTEN, proof, true), repository(UNTOUCHED, proof, false)],
    })
    const { inspected, differing, findings } = await findRewrittenTags(world, proof)
    assert.deepEqual([...differing], [[`${REWRITTEN}@v1.0.0`, verdict]])
    // The first two proofs choose what is inspected; the third is an inspection.
    assert.equal(inspected.length, proof === 'sum' ? 4 : 1)
    const [finding, ...more] = findings
    assert.deepEqual([finding?.module, more.length], [REWRITTEN, 0])
    assert.ok(finding)
    assert.match(proofIn(finding), says)
  })
}
