import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { serveRefs } from '@mirrorwatch/testing/git/ref-server'
import { findRedis, type Service } from '@mirrorwatch/testing/services'
import { assertSame } from '@mirrorwatch/testing/store/snapshot'
import { Forge } from './rounds/forge.ts'
import { type Kills, type RoundsRun, runRounds } from './rounds/run.ts'
import { makeScenario, type Sizes } from './rounds/scenario.ts'

/**
 * Rounds of looks at a whole world. MIRRORWATCH_ROUNDS_REPOSITORIES=20000 makes it one of 20,000 repositories with 200,000
 * versions: 200,000 looks, an hour of two cores with everything around them. MIRRORWATCH_SEED changes the moments of the kills.
 */
const REPOSITORIES = Number(process.env['MIRRORWATCH_ROUNDS_REPOSITORIES'] ?? 300)
const IS_LARGE = REPOSITORIES >= 2_000
const SIZES: Sizes = IS_LARGE
  ? { rewritten: 300, deleted: 100, putBack: 50, repositoriesDeleted: 20, reborn: 10 }
  : { rewritten: 12, deleted: 8, putBack: 6, repositoriesDeleted: 4, reborn: 4 }
const SEED = Number(process.env['MIRRORWATCH_SEED'] ?? 1)
const KILLS: Kills = IS_LARGE
  ? { seed: SEED, everyMs: 12_000, perRound: 1_000, loseQueueEvery: 3 }
  : { seed: SEED, everyMs: 700, perRound: 1, loseQueueEvery: 1 }

test('git reads the host in memory', async () => {
  const forge = new Forge()
  forge.add('github.com/a/b', ['v1.0.0', 'sub/v1.1.0'])
  await using host = await serveRefs({ refsOf: forge.refsOf })
  const { stdout } = await promisify(execFile)('git', ['ls-remote', `${host.url}github.com/a/b`])
  const lines = stdout.trim().split('\n')
  assert.deepEqual(
    lines.map((line) => line.replace(/^[0-9a-f]{40}\t/, '')),
    ['HEAD', 'refs/tags/v1.0.0', 'refs/tags/sub/v1.1.0'],
  )
  await assert.rejects(promisify(execFile)('git', ['ls-remote', `${host.url}github.com/a/c`]), /not found/)
})

suite(`rounds of looks at ${REPOSITORIES} repositories`, {
  skip: process.env['DATABASE_URL'] === undefined ? 'DATABASE_URL is not set' : false,
}, () => {
  let redis: Service
  let undisturbed: RoundsRun
  before(async () => {
    redis = await findRedis(process.env)
  })
  after(() => redis[Symbol.asyncDispose]())

  test('record every change in the next round, and nothing else, with one request a repository', async (t) => {
    if (redis.url === null) return t.skip(redis.missing ?? '')
    undisturbed = await runRounds(makeScenario(REPOSITORIES, SIZES, 1), redis.url, null)
    const [initial, unchanged] = undisturbed.rounds
    assert.equal(initial?.requests, REPOSITORIES)
    assert.equal(unchanged?.requests, REPOSITORIES)
    checkRounds(undisturbed, (line) => t.diagnostic(line))
  })

  test('leave the same rows when workers are killed again and again, and jobs are lost', async (t) => {
    if (redis.url === null) return t.skip(redis.missing ?? '')
    const run = await runRounds(makeScenario(REPOSITORIES, SIZES, 1), redis.url, KILLS)
    t.diagnostic(`${run.kills} kills`)
    assert.ok(run.kills > 1)
    checkRounds(run, (line) => t.diagnostic(line))
    assertSame(run.rows, undisturbed.rows)
  })
})

function checkRounds({ rounds, rows }: RoundsRun, tell: (line: string) => void): void {
  for (const [at, { expected, events, requests, seconds }] of rounds.entries()) {
    tell(`round ${at + 1}: ${events.length} events, ${requests} requests, ${seconds.toFixed(1)} s`)
    assert.deepEqual(events, expected, `events of round ${at + 1}`)
  }
  const changed = rounds.flatMap(({ events }) => events.flatMap(changedVersion))
  const scheduled = rows['scheduled'] as { path: string; version: string }[]
  assert.deepEqual(
    scheduled.map(({ path, version }) => `${path}@${version}`).sort(),
    [...new Set(changed)].sort(),
    'the versions to inspect',
  )
}

/** Returns the module version of a tag's event; nothing for a repository's. */
function changedVersion(event: string): string[] {
  const [, repository, folder, version] = /^(\S+) tag-\S+ (?:(\S+)\/)?(v[^/\s]+)/.exec(event) ?? []
  if (repository === undefined) return []
  return [`${repository}${folder === undefined ? '' : `/${folder}`}@${version}`]
}
