import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspectStage } from '@mirrorwatch/pipeline/stages/inspect/inspect'
import { comparisonsOf } from '@mirrorwatch/store/tables/comparisons'
import { inspectionsOf } from '@mirrorwatch/store/tables/inspections'
import { moduleByPath } from '@mirrorwatch/store/tables/modules'
import { scheduleVersions } from '@mirrorwatch/store/work/schedule'
import { scanWorld } from '@mirrorwatch/testing/scan-world'
import { startWorld } from '@mirrorwatch/world/world'
import { library, published, runsOnImport } from './copy-world.ts'

const ORIGINAL = 'github.com/harrier/parse'
const COPY = 'github.com/xkcvbnmt/parse'
const PAYLOAD = 'github.com/qwdkfjzp/boot'

/** The copy's zip is wanted by the verification, the comparison with the original and the listing; its go.mod for its imports. */
test('one inspection of a look-alike with a moved tag asks the proxy for each file once', async () => {
  const world = await startWorld({
    repositories: [
      library(ORIGINAL, 1),
      published(PAYLOAD, 2, { 'go.mod': `module ${PAYLOAD}\n`, 'boot.go': runsOnImport('boot') }),
      library(
        COPY,
        3,
        { 'init.go': `package parse\n\nimport _ "${PAYLOAD}"\n` },
        `\nrequire ${PAYLOAD} v1.0.0\n`,
      ),
    ],
  })
  const clean = { 'init.go': 'package parse\n' }
  await world.changes.moveTag(COPY, 'v1.0.0', { time: '2026-02-04T10:00:00Z', files: clean })
  await using scanned = await scanWorld(world, [ORIGINAL])
  const { store, stageDeps, clock } = scanned.opened.runtime
  const module = await moduleByPath(store.db, COPY)
  assert.ok(module)
  const [inspection] = await inspectionsOf(store.db, module.id)
  assert.equal(inspection?.verdict, 'tag-moved')
  assert.deepEqual(
    inspection.facts?.added?.imported?.map(({ path }) => path),
    [PAYLOAD],
  )
  const comparisons = await comparisonsOf(store.db, module.id)
  assert.deepEqual(
    comparisons.map(({ result }) => result?.comparison.nearCopy),
    [true],
  )

  const asked = (): string[] =>
    world.requests
      .matching({ service: 'proxy', path: new RegExp(`/${COPY}/@v/v1\\.0\\.0\\.`) })
      .map(({ path }) => path.slice(path.lastIndexOf('.') + 1))
      .toSorted()
  // The require stage has read the go.mod before.
  assert.deepEqual(asked(), ['info', 'mod', 'mod', 'zip'])

  world.requests.clear()
  const key = { moduleId: module.id, version: 'v1.0.0' }
  const due = { ...key, dueAt: new Date(0), priority: 0 }
  await store.db.transaction().execute((trx) => scheduleVersions(trx, [due]))
  await inspectStage.run({ ...stageDeps, clock }, key, new AbortController().signal)
  assert.deepEqual(asked(), ['info', 'mod', 'zip'])
  const payload = new RegExp(`/${PAYLOAD}/@v/v1\\.0\\.0\\.zip`)
  assert.equal(world.requests.count({ service: 'proxy', path: payload }), 1)
})
