import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { exportFindings, type Finding } from '@mirrorwatch/store/queries/findings-list'
import { upsertTargets } from '@mirrorwatch/store/tables/targets'
import { mirrorwatch } from '@mirrorwatch/testing/cli'
import { openTestRuntime, scanAll } from '@mirrorwatch/testing/scan-world'
import { startWorld } from '@mirrorwatch/world/world'
import { library, part, published } from './copy-world.ts'

const RESTORED = 'github.com/mossbank/lantern'
const REBORN = 'github.com/harrier/parse'
const IMPOSTER = 'github.com/otterly/kiln'
const DAY_MS = 86_400_000

/** Three scans, four days apart, with changes between them. */
test('a tag put back, a reborn repository and an imposter commit are explained by findings show', async () => {
  await using made = new AsyncDisposableStack()
  const imposter = published(IMPOSTER, 3, { 'go.mod': `module ${IMPOSTER}\n`, 'kiln.go': part(1) })
  imposter.steps.push(
    {
      do: 'commit',
      time: '2026-02-05T10:00:00Z',
      message: 'In a fork',
      files: { 'kiln.go': part(2) },
      branch: 'fork',
    },
    { do: 'cache', module: IMPOSTER, version: 'pseudo:v1.0.0', at: '2026-02-05T11:00:00Z' },
    {
      do: 'commit',
      time: '2026-02-06T10:00:00Z',
      message: 'Anew',
      files: { 'kiln.go': part(3) },
      amend: true,
    },
  )
  const world = made.use(
    await startWorld({
      repositories: [
        library(REBORN, 1),
        published(RESTORED, 2, { 'go.mod': `module ${RESTORED}\n`, 'lantern.go': part(4) }),
        imposter,
      ],
    }),
  )
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-test-'))
  made.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  const started = Date.now()
  let days = 0
  const env = { ...world.env, MIRRORWATCH_DATA_DIR: folder }
  const rescan = async (): Promise<void> => {
    const opened = await openTestRuntime(env, 'warn', () => new Date(started + days * DAY_MS))
    await using runtime = opened.runtime
    const targets = [REBORN, IMPOSTER].map((each) => ({ path: each, dependents: 3_000 }))
    await runtime.db.transaction().execute((trx) => upsertTargets(trx, targets, 'import', new Date(started)))
    assert.equal((await scanAll(opened)).failed, 0, opened.logged.join('\n'))
  }

  await rescan()
  await world.changes.change(RESTORED, [{ do: 'tag', name: 'first', target: 'v1.0.0' }])
  const rewritten = { time: '2026-11-20T10:00:00Z', files: { 'lantern.go': part(5) } }
  await world.changes.moveTag(RESTORED, 'v1.0.0', rewritten)
  world.changes.deleteRepository(REBORN)
  days = 4
  await rescan()
  await world.changes.change(RESTORED, [{ do: 'tag', name: 'v1.0.0', target: 'first' }])
  await world.changes.replaceRepository({
    path: REBORN,
    steps: [
      {
        do: 'commit',
        time: '2026-11-22T10:00:00Z',
        message: 'Mine',
        files: { 'go.mod': `module ${REBORN}\n` },
      },
      { do: 'tag', name: 'v1.0.0' },
    ],
  })
  days = 8
  await rescan()

  await using store = await openStore({ dataDir: folder })
  const findings = await Array.fromAsync(exportFindings(store.db))
  const of = (module: string): Finding => {
    const found = findings.find((finding) => finding.module === module)
    assert.ok(found, `no finding about ${module}`)
    return found
  }
  const show = async (module: string): Promise<string> => {
    const { stdout } = await mirrorwatch(['findings', 'show', String(of(module).id)], { cwd: folder, env })
    return stdout.replaceAll(/\s+/g, ' ')
  }
  assert.equal(of(RESTORED).severity, 'medium')
  const restored = await show(RESTORED)
  assert.match(restored, /rewritten and put back/)
  assert.match(restored, /tag v1\.0\.0 moved from [0-9a-f]{12} to [0-9a-f]{12} \(still [0-9a-f]{12} on /)

  assert.equal(of(REBORN).severity, 'high')
  const reborn = await show(REBORN)
  assert.match(reborn, /comes from a repository whose history was replaced/)
  assert.match(reborn, /the repository is gone: .* answered 404/)
  assert.match(reborn, /another repository answers at https:\/\/github\.com\/harrier\/parse/)

  const known = await mirrorwatch(['repository', REBORN], { cwd: folder, env })
  assert.match(
    known.stdout,
    /\n {2}events\n {4}20\d\d-\S+ \S+ UTC {2}the repository is gone: .*\n.* another repository answers at /,
  )

  assert.equal(of(IMPOSTER).severity, 'low')
  assert.match(await show(IMPOSTER), /from a commit that is on no branch or tag of its repository/)
})
