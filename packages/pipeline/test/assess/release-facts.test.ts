import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { CapabilityReport } from '@mirrorwatch/detect/go/types'
import type { ReadVersion } from '@mirrorwatch/detect/judge/signals/facts'
import type { Version } from '@mirrorwatch/store/tables/modules'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { insertModules, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { burstOf, strangerImports } from '../../src/stages/assess/release-facts.ts'

const DAY_MS = 86_400_000
const MODULE = 'github.com/spf13/cobra'

function importing(version: string, ...imports: string[]): ReadVersion {
  const report: CapabilityReport = {
    files: 1,
    ownPaths: [MODULE],
    imports,
    uses: [],
    strings: [],
    places: [],
    unparsed: [],
    truncated: false,
  }
  return { version, report }
}

/** A version that appeared `days` after the modules of the store. */
function row(version: string, days: number): Version {
  const cachedAt = new Date(Date.parse(NOW) + days * DAY_MS).toISOString()
  return { version, cachedAt, zipSum: null, gomodSum: null, takenDownAt: null, loggedOnly: false }
}

suite('imports of a stranger’s module', () => {
  let own: TestStore
  before(async () => {
    own = await openTestStore('embedded')
    const busy = Array.from({ length: 4 }, (_, n) => `github.com/busy/m${n}`)
    await insertModules(own.store, 'github.com/new/x', 'github.com/spf13/y', ...busy)
  })
  after(() => own.drop())

  test('are those of an owner who is new when the version appears, has few modules, and was not imported before', async () => {
    const before = importing('v1.0.0', 'gopkg.in/yaml.v3')
    const next = importing(
      'v1.1.0',
      'github.com/new/x/y',
      'github.com/new/x',
      'github.com/busy/m0',
      'github.com/spf13/y',
      'github.com/unknown/z',
    )
    const read = [before, next]
    const versions = [row('v1.0.0', 1), row('v1.1.0', 30)]
    const [found, ...others] = await strangerImports(own.store.db, read, versions)
    assert.deepEqual(others, [])
    assert.deepEqual(found, {
      version: 'v1.1.0',
      since: 'v1.0.0',
      owner: 'github.com/new',
      modules: 1,
      firstSeenAt: new Date(NOW).toISOString(),
      imports: ['github.com/new/x/y', 'github.com/new/x'],
    })
    const late = [row('v1.0.0', 1), row('v1.1.0', 61)]
    assert.deepEqual(await strangerImports(own.store.db, read, late), [])
    const known = [importing('v1.0.0', 'github.com/new/x'), next]
    assert.deepEqual(await strangerImports(own.store.db, known, versions), [])
  })
})

suite('a burst', () => {
  const hourly = (count: number) => Array.from({ length: count }, (_, n) => row(`v1.${n}.0`, n / 24))

  test('is a thousand versions within half a year, with the times of its first and last', () => {
    assert.equal(burstOf(hourly(999)), null)
    const burst = burstOf([...hourly(1_200), row('v2.0.0', 900)])
    assert.deepEqual(burst, {
      versions: 1_200,
      from: new Date(NOW).toISOString(),
      until: new Date(Date.parse(NOW) + (1_199 / 24) * DAY_MS).toISOString(),
    })
  })

  test('is no long history', () => {
    assert.equal(burstOf(Array.from({ length: 2_000 }, (_, n) => row(`v1.${n}.0`, n))), null)
  })
})
