import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { exportFindings, type Finding } from '@mirrorwatch/store/findings-list'
import { upsertTargets } from '@mirrorwatch/store/targets'
import { writeModuleZip } from '@mirrorwatch/world/module-zip-writer'
import { parseScenario } from '@mirrorwatch/world/scenario-text'
import { startWorld, type World } from '@mirrorwatch/world/world'
import { openTestRuntime, scanAll, type TestRuntime } from './scan-world.ts'

/** Each of these owners resembles `goldfinch`, so that each has a finding in which its other signal can be seen. */
const OWNERS = {
  blocked: 'goldfinhc',
  vanished: 'goldfnich',
  remade: 'glodfinch',
  disagreeing: 'godlfinch',
  declaring: 'goldfichn',
} as const

const AT = '2026-02-01T10:00:00Z'

function moduleOf(owner: string): string {
  return `github.com/${owner}/validator`
}

function repository(owner: string, declared = moduleOf(owner)): string {
  return `@repository ${moduleOf(owner)}
@author Somebody <somebody@example.org>
@commit ${AT} One
-- go.mod --
module ${declared}

go 1.20
-- ${owner}.go --
// Package validator is ${owner}'s own.
package validator

// Name is ${owner}.
const Name = "${owner}"
@tag v1.0.0
@cache ${moduleOf(owner)} v1.0.0 2026-02-01T10:00:30.5Z
`
}

const SERVED = 'goldfinhc.dev/validator'
const scenario = [
  'One module a signal.\n',
  repository(OWNERS.blocked),
  repository(OWNERS.vanished),
  repository(OWNERS.remade),
  repository(OWNERS.disagreeing),
  repository(OWNERS.declaring, 'github.com/somebody/else'),
  `@page ${SERVED} mod https://goldfinhc.dev/goproxy
@module ${SERVED} v1.0.0 ${AT} 2026-02-01T10:00:40.5Z
-- go.mod --
module ${SERVED}
-- served.go --
// Package validator is served by its author.
package validator
`,
].join('\n')

suite('signals that the service itself produces', () => {
  let world: World
  let folder: string
  let opened: TestRuntime
  let findings: Map<string, Finding>

  before(async () => {
    world = await startWorld(parseScenario(scenario))
    world.changes.block(moduleOf(OWNERS.blocked))
    world.changes.deleteRepository(moduleOf(OWNERS.vanished))
    const files = { 'more.go': '// Package validator has more.\npackage validator\n\nvar More = 1\n' }
    await world.changes.moveTag(moduleOf(OWNERS.remade), 'v1.0.0', { time: '2026-02-03T10:00:00Z', files })
    // The mirror serves somebody else's zip under this name; the checksum database remembers the true one.
    const disagreeing = world.mirror.get(moduleOf(OWNERS.disagreeing), 'v1.0.0')
    assert.ok(disagreeing)
    disagreeing.zip = () => otherZip(moduleOf(OWNERS.disagreeing))
    folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-signals-'))
    opened = await openTestRuntime({ ...world.env, MIRRORWATCH_DATA_DIR: folder })
    const resembled = ['github.com/goldfinch/validator', 'goldfinch.dev/validator']
    await opened.runtime.store.db.transaction().execute((trx) =>
      upsertTargets(
        trx,
        resembled.map((each) => ({ path: each, dependents: 3_000 })),
        'import',
        new Date(AT),
      ),
    )
    assert.equal((await scanAll(opened)).failed, 0, opened.logged.join('\n'))
    const all = await Array.fromAsync(exportFindings(opened.runtime.store.db))
    findings = new Map(all.map((finding) => [finding.module, finding]))
  })
  after(async () => {
    await opened?.runtime.close()
    await world?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  const cases: [module: string, rule: string, severity: string][] = [
    [moduleOf(OWNERS.blocked), 'mirror-blocked', 'critical'],
    [moduleOf(OWNERS.vanished), 'repository-missing', 'low'],
    [moduleOf(OWNERS.remade), 'tag-moved', 'medium'],
    [moduleOf(OWNERS.disagreeing), 'sum-disagrees', 'high'],
    [moduleOf(OWNERS.declaring), 'declares-other-path', 'low'],
    [SERVED, 'mod-server', 'low'],
  ]
  for (const [module, rule, severity] of cases) {
    test(`${rule}: ${module}`, () => {
      const finding = findings.get(module)
      const rules = finding?.signals.map((signal) => signal.rule)
      assert.ok(rules?.includes(rule), rules?.join(', ') ?? 'no finding')
      assert.equal(finding?.severity, severity, finding?.because.join('; '))
    })
  }
})

function otherZip(module: string): Buffer {
  const file = `${module}@v1.0.0/other.go`
  return writeModuleZip([[file, Buffer.from('package validator\n')]])
}
