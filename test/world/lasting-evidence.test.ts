import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { signalOf } from '@mirrorwatch/detect/finding'
import { assessStage } from '@mirrorwatch/pipeline/stages/assess/assess'
import { inspectStage } from '@mirrorwatch/pipeline/stages/inspect/inspect'
import { exportFindings, type Finding } from '@mirrorwatch/store/queries/findings-list'
import { moduleByPath } from '@mirrorwatch/store/tables/modules'
import { scheduleVersions } from '@mirrorwatch/store/work/schedule'
import { type ScannedWorld, scanWorld } from '@mirrorwatch/testing/scan-world'
import { startWorld, type World } from '@mirrorwatch/world/world'
import { library, part, published, runsOnImport } from './copy-world.ts'

const ORIGINAL = 'github.com/harrier/parse'
/** Their tags are rewritten; then the one is put back, and the other's repository is deleted. */
const PUT_BACK = 'github.com/wmzqpxyr/sundial'
const DELETED = 'github.com/nbvcxzlk/hourglass'
/** Its page names the original's repository, which has no such version. */
const VANITY = 'parse.kestrel-works.example/parse'

const CLEAN = { 'init.go': 'package sundial\n' }

function armed(module: string): ReturnType<typeof published> {
  return published(module, 2, { 'go.mod': `module ${module}\n`, 'init.go': runsOnImport('sundial') })
}

function vanityFiles(): Record<string, string> {
  const files = Array.from({ length: 8 }, (_, n) => [`part${n}.go`, part(n)])
  return {
    'go.mod': `module ${VANITY}\n\ngo 1.20\n`,
    ...Object.fromEntries(files),
    'init.go': runsOnImport('parse'),
  }
}

suite('evidence that the next move does not undo', () => {
  let world: World
  let scanned: ScannedWorld

  before(async () => {
    world = await startWorld({
      repositories: [library(ORIGINAL, 1), armed(PUT_BACK), armed(DELETED)],
      pages: [{ root: VANITY, vcs: 'git', url: `https://${ORIGINAL}` }],
      looseVersions: [
        {
          module: VANITY,
          version: 'v1.7.0',
          at: '2026-02-03T10:00:30.5Z',
          time: '2026-02-03T10:00:00Z',
          files: vanityFiles(),
        },
      ],
    })
    for (const module of [PUT_BACK, DELETED])
      await world.changes.moveTag(module, 'v1.0.0', { time: '2026-02-04T10:00:00Z', files: CLEAN })
    scanned = await scanWorld(world, [ORIGINAL])
  })
  after(() => scanned?.[Symbol.asyncDispose]())

  async function findingOf(path: string): Promise<Finding> {
    const findings = await Array.fromAsync(exportFindings(scanned.opened.runtime.store.db))
    const finding = findings.find(({ module }) => module === path)
    assert.ok(finding, path)
    return finding
  }

  /** Inspects and assesses a module once more, as if its hour had come. */
  async function inspectAgain(path: string): Promise<void> {
    const { store, stageDeps } = scanned.opened.runtime
    const module = await moduleByPath(store.db, path)
    assert.ok(module)
    const key = { moduleId: module.id, version: 'v1.0.0' }
    const due = { ...key, dueAt: new Date(0), priority: 0 }
    await store.db.transaction().execute((trx) => scheduleVersions(trx, [due]))
    const { signal } = new AbortController()
    await inspectStage.run(stageDeps, key, signal)
    await assessStage.run(stageDeps, { ...key, version: '' }, signal)
  }

  test('a rewritten tag that is put back stays a finding, with its date and its lines', async () => {
    assert.equal((await findingOf(PUT_BACK)).severity, 'critical')
    const files = { 'init.go': runsOnImport('sundial') }
    await world.changes.moveTag(PUT_BACK, 'v1.0.0', { time: '2026-02-05T10:00:00Z', files })
    await inspectAgain(PUT_BACK)
    const finding = await findingOf(PUT_BACK)
    assert.equal(finding.severity, 'high', JSON.stringify(finding.because))
    const past = signalOf(finding.signals, 'past-difference')
    assert.match(past?.evidence.quoted[0]?.diff ?? '', /^\+.*exec\.Command/m)
    assert.ok((past?.evidence.firstSeenAt ?? '') <= (past?.evidence.lastSeenAt ?? ''))
    assert.match(past?.evidence.reason ?? '', /files differ/)
    const lines = signalOf(finding.signals, 'past-import')?.evidence.lines
    assert.deepEqual(
      lines?.map(({ file, what }) => `${file} ${what}`),
      ['init.go os/exec.Command'],
    )
    assert.match(finding.summary, /its repository did not show on \d{4}-\d\d-\d\d\.$/)
  })

  test('so does one whose repository is deleted afterwards', async () => {
    assert.equal((await findingOf(DELETED)).severity, 'critical')
    world.changes.deleteRepository(DELETED)
    await inspectAgain(DELETED)
    const finding = await findingOf(DELETED)
    assert.equal(finding.severity, 'high', JSON.stringify(finding.because))
    assert.ok(signalOf(finding.signals, 'past-difference') && signalOf(finding.signals, 'repository-missing'))
  })

  test('a page that names the original’s repository does not make a copy the same project', async () => {
    const finding = await findingOf(VANITY)
    assert.deepEqual([finding.target, finding.severity], [ORIGINAL, 'high'], JSON.stringify(finding.because))
    assert.equal(signalOf(finding.signals, 'honest-same-project'), undefined)
  })
})
