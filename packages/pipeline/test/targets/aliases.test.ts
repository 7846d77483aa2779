import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { insertModules, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { targetsStage } from '../../src/stages/targets/targets.ts'
import { importTargets } from '../../src/targets/import.ts'
import { createNameIndexCache } from '../../src/targets/name-index-cache.ts'
import { ALL_MODULES } from '../../src/work/stage.ts'

/** Vanity paths with the repository behind them: one of the table of hosts, one of the built-in list alone. */
const KNOWN = [
  ['go.uber.org/zap', 'github.com/uber-go/zap'],
  ['go.podman.io/storage', 'github.com/containers/storage'],
] as const

const IMITATIONS = [
  // The first imitates the name that was imported, the second the other one.
  ['go.uber.dev/zap', 'go.uber.org/zap'],
  ['github.com/uber-g0/zap', 'go.uber.org/zap'],
  ['github.com/containesr/storage', 'go.podman.io/storage'],
] as const

suite('a module known under its vanity path and its repository path', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-aliases-'))
  const file = path.join(root, 'targets.csv')
  let own: TestStore

  before(async () => {
    own = await openTestStore('embedded')
  })
  after(async () => {
    await own.drop()
    rmSync(root, { recursive: true, force: true })
  })

  for (const [what, imported] of [
    ['imported under its vanity path', KNOWN.map(([vanity]) => vanity)],
    ['imported under its repository path', KNOWN.map(([, repository]) => repository)],
    ['imported under both', KNOWN.flat()],
  ] as const) {
    test(`is one thing when ${what}`, async () => {
      await own.reset()
      writeFileSync(file, imported.map((name, i) => `${name},${1000 - i}`).join('\n'))
      const now = new Date('2026-11-24T08:00:00Z')
      await importTargets(own.store.db, { file, source: 'import', minDependents: 1, now })
      const modules = [...KNOWN.flat(), ...IMITATIONS.map(([imitation]) => imitation)]
      const ids = await insertModules(own.store, ...modules)
      const deps = { db: own.store.db, nameIndex: createNameIndexCache(own.store.db), clock: () => now }
      await targetsStage.run(deps, ALL_MODULES, new AbortController().signal)
      const rows = await own.store.db.selectFrom('candidate').selectAll().execute()
      const loud = rows
        .filter(({ strength }) => strength === 'strong' || strength === 'medium')
        .map(({ module_id: module, target }) => [modules[ids.indexOf(module)], projectOf(target)] as const)
      assert.deepEqual(new Set(loud), new Set(IMITATIONS))
      assert.equal(loud.length, IMITATIONS.length)
      // Neither name is a look-alike of the other, nor a candidate for a comparison.
      const honest = new Set(ids.slice(0, KNOWN.flat().length))
      assert.deepEqual(
        rows.filter(({ module_id: module }) => honest.has(module)),
        [],
      )
    })
  }
})

/** The vanity path of the project that a target belongs to. */
function projectOf(target: string): string {
  return KNOWN.find(([vanity, repository]) => target === vanity || target === repository)?.[0] ?? target
}
