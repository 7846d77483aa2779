import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { signalOf } from '@mirrorwatch/detect/finding'
import { isAtLeast, SEVERITIES, severityRank } from '@mirrorwatch/detect/severity'
import { exportFindings, type Finding } from '@mirrorwatch/store/queries/findings-list'
import { inspectionsOf } from '@mirrorwatch/store/tables/inspections'
import { moduleByPath } from '@mirrorwatch/store/tables/modules'
import { openTestRuntime, scanAll, type TestRuntime } from '@mirrorwatch/testing/scan-world'
import { demoExpectations } from '@mirrorwatch/world/scenes/demo-expectations'
import { startWorld, type World } from '@mirrorwatch/world/world'

suite('a scan of the demo world, on the embedded store', () => {
  let world: World
  let folder: string
  let opened: TestRuntime
  let findings: Finding[]

  before(async () => {
    world = await startWorld('demo')
    folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-test-'))
    opened = await openTestRuntime({ ...world.env, MIRRORWATCH_DATA_DIR: folder })
    const summary = await scanAll(opened)
    assert.equal(summary.failed, 0, opened.logged.join('\n'))
    findings = await Array.fromAsync(exportFindings(opened.runtime.store.db))
  })
  after(async () => {
    await opened?.runtime.close()
    await world?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  test('the world is as large as promised', async () => {
    const { db } = opened.runtime.store
    const { modules } = await db
      .selectFrom('module')
      .select((eb) => eb.fn.countAll<number>().as('modules'))
      .executeTakeFirstOrThrow()
    const { versions } = await db
      .selectFrom('version')
      .select((eb) => eb.fn.countAll<number>().as('versions'))
      .executeTakeFirstOrThrow()
    assert.ok(modules >= 60, `${modules} modules`)
    assert.ok(versions >= 200, `${versions} versions`)
  })

  for (const [module, expected] of Object.entries(demoExpectations)) {
    test(`${module}: ${expected.shows}`, async () => {
      const own = findings.filter((finding) => finding.module === module)
      const worst = Math.min(SEVERITIES.length, ...own.map(({ severity }) => severityRank(severity)))
      const said = own.map(({ severity, summary }) => `${severity}: ${summary}`).join('\n')
      if (expected.atLeast !== undefined)
        assert.ok(worst <= severityRank(expected.atLeast), said || 'no finding')
      if (expected.atMost !== undefined) assert.ok(worst >= severityRank(expected.atMost), said)
      if (expected.atLeast !== undefined && expected.target !== undefined)
        assert.equal(own[0]?.target, expected.target)
      await checkVerdicts(module, expected.verdicts ?? {}, expected.blocked === true)
    })
  }

  test('modules without an expectation are quiet', () => {
    const loud = findings.filter(
      (f) => demoExpectations[f.module] === undefined && isAtLeast(f.severity, 'medium'),
    )
    assert.deepEqual(
      loud.map(({ module, summary }) => `${module}: ${summary}`),
      [],
    )
  })

  test('the boltdb-go attack is critical, and the lines that differ are quoted', () => {
    const attack = findings.find(({ module }) => module === 'github.com/boltdb-go/bolt')
    assert.equal(attack?.severity, 'critical')
    const evidence = JSON.stringify(attack?.signals)
    assert.match(evidence, /exec\.Command/)
    assert.match(evidence, /tag-moved/)
  })

  test('the same clone by two owners is one campaign', () => {
    const clones = findings.filter(({ target }) => target === 'github.com/areknoster/hypert')
    const campaigns = clones.map(({ signals }) => signalOf(signals, 'campaign')?.evidence.id)
    assert.equal(campaigns.length, 2)
    assert.ok(campaigns[0])
    assert.equal(campaigns[0], campaigns[1])
  })

  async function checkVerdicts(
    module: string,
    verdicts: Readonly<Record<string, string>>,
    blocked: boolean,
  ): Promise<void> {
    const { db } = opened.runtime.store
    const row = await moduleByPath(db, module)
    assert.ok(row, 'the module is known')
    for (const { version, verdict, reason } of await inspectionsOf(db, row.id)) {
      // The feed also lists versions that the mirror cannot serve, malformed ones among them.
      if (world.mirror.get(module, version) === undefined) continue
      if (!blocked) assert.equal(verdict, verdicts[version] ?? 'same', `${version}: ${reason}`)
    }
  }
})
