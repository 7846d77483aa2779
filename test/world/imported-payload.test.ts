import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { signalOf } from '@mirrorwatch/detect/finding'
import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { findingText } from '@mirrorwatch/notify/writers/terminal'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { type ScannedWorld, scanWorld } from '@mirrorwatch/testing/scan-world'
import type { RepositorySpec } from '@mirrorwatch/world/build/spec'
import { startWorld } from '@mirrorwatch/world/world'
import { library, published, runsOnImport } from './copy-world.ts'

const ORIGINAL = 'github.com/harrier/parse'
const PAYLOAD = 'github.com/qwdkfjzp/telemetry'
/** Does nothing but import what does. */
const RELAY = 'github.com/qwdkfjzp/relay'
/** Copies of the original, and the import that each has in addition. */
const COPIES = {
  armed: ['github.com/xkcvbnmt/parse', PAYLOAD, `${PAYLOAD}/boot`],
  calm: ['github.com/plmoknij/parse', PAYLOAD, `${PAYLOAD}/counters`],
  trusting: ['github.com/zaqwsxcd/parse', 'github.com/harrier/boot', 'github.com/harrier/boot'],
  relayed: ['github.com/edcrfvtg/parse', RELAY, RELAY],
  refused: ['github.com/yhnujmik/parse', 'github.com/qwdkfjzp/refused', 'github.com/qwdkfjzp/refused'],
  nested: ['github.com/tgbujmko/parse', 'github.com/tgbujmko/parse/boot', 'github.com/tgbujmko/parse/boot'],
  unavailable: ['github.com/rfvtgbyh/parse', 'github.com/qwdkfjzp/absent', 'github.com/qwdkfjzp/absent'],
} as const

const WORLD: RepositorySpec[] = [
  library(ORIGINAL, 1),
  published(PAYLOAD, 2, {
    'go.mod': `module ${PAYLOAD}\n`,
    'boot/boot.go': runsOnImport('boot'),
    'counters/counters.go': 'package counters\n\n// N counts.\nvar N int\n',
  }),
  published(RELAY, 2, {
    'go.mod': `module ${RELAY}\n\nrequire ${PAYLOAD} v1.0.0\n`,
    'relay.go': `package relay\n\nimport _ "${PAYLOAD}/boot"\n`,
  }),
  published('github.com/qwdkfjzp/refused', 2, {
    'go.mod': 'module github.com/qwdkfjzp/refused\n',
    'refused.go': 'package refused\n',
  }),
  published('github.com/harrier/boot', 1, {
    'go.mod': 'module github.com/harrier/boot\n',
    'boot.go': runsOnImport('boot'),
  }),
  ...Object.values(COPIES).map(([module, required, imported]) =>
    library(
      module,
      3,
      { 'init.go': `package parse\n\nimport _ "${imported}"\n` },
      `\nrequire ${required} v1.0.0\n`,
    ),
  ),
]

/** Adds a module in a folder of the repository, published before the repository's own. */
function withNested(repository: RepositorySpec, nested: string): RepositorySpec {
  const folder = nested.slice(repository.path.length + 1)
  const time = '2026-02-02T10:00:00Z'
  const files = { [`${folder}/go.mod`]: `module ${nested}\n`, [`${folder}/boot.go`]: runsOnImport('boot') }
  return {
    ...repository,
    steps: [
      { do: 'commit', time, message: 'Boot', files },
      { do: 'tag', name: `${folder}/v1.0.0` },
      { do: 'cache', module: nested, version: 'v1.0.0', at: '2026-02-02T10:00:30.5Z' },
      ...repository.steps,
    ],
  }
}

suite('a copy whose payload is in a module that it imports', () => {
  let scanned: ScannedWorld
  let findings: Map<string, Finding>

  before(async () => {
    const [nestedIn, nested] = COPIES.nested
    const repositories = WORLD.map((each) => (each.path === nestedIn ? withNested(each, nested) : each))
    const world = await startWorld({ repositories })
    world.changes.block('github.com/qwdkfjzp/refused')
    scanned = await scanWorld(world, [ORIGINAL, 'github.com/harrier/boot'])
    ;({ findings } = scanned)
  })
  after(() => scanned?.[Symbol.asyncDispose]())

  function findingOf([module]: readonly [string, string, string]): Finding {
    const finding = findings.get(module)
    assert.ok(finding, `${module}: ${[...findings.keys()].join()}`)
    assert.equal(finding.target, ORIGINAL)
    return finding
  }

  test('is as severe as if it had it itself, and says where the code is', () => {
    const finding = findingOf(COPIES.armed)
    assert.equal(finding.severity, 'high', JSON.stringify(finding.because))
    const acting = signalOf(finding.signals, 'import-process')
    assert.equal(acting?.evidence.through, `${PAYLOAD}@v1.0.0`)
    const text = findingText(findingBlocks(finding), { colour: false, width: null }).join('\n')
    assert.match(text, /telemetry@v1\.0\.0\/boot\/boot\.go:5/)
    assert.match(text, /exec\.Command\("\/bin\/sh"/)
  })

  test('is as severe where a module in between imports it, which alone says which version', () => {
    const finding = findingOf(COPIES.relayed)
    assert.equal(finding.severity, 'high', JSON.stringify(finding.because))
    assert.equal(signalOf(finding.signals, 'import-process')?.evidence.through, `${PAYLOAD}@v1.0.0`)
  })

  test('is as severe where that module is nested in its own repository', () => {
    const finding = findingOf(COPIES.nested)
    assert.equal(finding.severity, 'high', JSON.stringify(finding.because))
    const acting = signalOf(finding.signals, 'import-process')
    assert.equal(acting?.evidence.through, `${COPIES.nested[1]}@v1.0.0`)
  })

  test('is high as well where the mirror refuses that module', () => {
    const finding = findingOf(COPIES.refused)
    assert.equal(finding.severity, 'high', JSON.stringify(finding.because))
    assert.match(finding.summary, /and imports a module that the mirror refuses\.$/)
    const refused = signalOf(finding.signals, 'imports-refused')
    assert.deepEqual(refused?.evidence.modules, ['github.com/qwdkfjzp/refused@v1.0.0'])
  })

  test('is a copy alone where the imported package does nothing, is widely used, or is not to be had', () => {
    for (const copy of [COPIES.calm, COPIES.trusting, COPIES.unavailable]) {
      const finding = findingOf(copy)
      assert.equal(finding.severity, 'medium', `${copy[0]}: ${JSON.stringify(finding.because)}`)
      const rules = finding.signals.map(({ rule }) => rule)
      assert.ok(rules.includes('added-import') && !rules.includes('import-process'), rules.join())
    }
  })
})
