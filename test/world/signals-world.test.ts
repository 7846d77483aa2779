import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { SignalId } from '@mirrorwatch/detect/judge/signals/table'
import type { Severity } from '@mirrorwatch/detect/severity'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { type ScannedWorld, scanWorld } from '@mirrorwatch/testing/scan-world'
import { writeModuleZip } from '@mirrorwatch/world/build/module-zip-writer'
import { parseScenario } from '@mirrorwatch/world/build/scenario-text'
import { startWorld } from '@mirrorwatch/world/world'

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
  let scanned: ScannedWorld
  let findings: Map<string, Finding>

  before(async () => {
    const world = await startWorld(parseScenario(scenario))
    world.changes.block(moduleOf(OWNERS.blocked))
    world.changes.deleteRepository(moduleOf(OWNERS.vanished))
    const files = { 'more.go': '// Package validator has more.\npackage validator\n\nvar More = 1\n' }
    await world.changes.moveTag(moduleOf(OWNERS.remade), 'v1.0.0', { time: '2026-02-03T10:00:00Z', files })
    // The mirror serves another module's zip under this name; the checksum database records the true hash.
    const disagreeing = world.mirror.get(moduleOf(OWNERS.disagreeing), 'v1.0.0')
    assert.ok(disagreeing)
    disagreeing.zip = () => otherZip(moduleOf(OWNERS.disagreeing))
    scanned = await scanWorld(world, ['github.com/goldfinch/validator', 'goldfinch.dev/validator'])
    ;({ findings } = scanned)
  })
  after(() => scanned?.[Symbol.asyncDispose]())

  const cases: [module: string, rule: SignalId, severity: Severity][] = [
    [moduleOf(OWNERS.blocked), 'mirror-blocked', 'critical'],
    [moduleOf(OWNERS.vanished), 'repository-missing', 'low'],
    [moduleOf(OWNERS.remade), 'tag-moved', 'high'],
    [moduleOf(OWNERS.disagreeing), 'sum-disagrees', 'high'],
    [moduleOf(OWNERS.declaring), 'declares-other-path', 'low'],
    [SERVED, 'mod-server', 'low'],
  ]
  for (const [module, rule, severity] of cases) {
    test(`${rule}: ${module}`, () => {
      const finding = findings.get(module)
      const rules = finding?.signals.map((signal) => signal.rule)
      assert.ok(rules?.includes(rule), rules?.join(', ') ?? 'no finding')
      assert.equal(finding?.severity, severity, JSON.stringify(finding?.because))
    })
  }

  test('the log tells each finding with its severity, and each later severity', () => {
    const told = scanned.opened.logged
      .map((line) => JSON.parse(line) as { module?: string; severity?: string; previous?: string | null })
      .filter(({ severity }) => severity !== undefined)
    for (const { module, severity } of findings.values()) {
      const lines = told.filter((line) => line.module === module)
      assert.equal(lines[0]?.previous, null, module)
      assert.equal(lines.at(-1)?.severity, severity, module)
    }
  })
})

function otherZip(module: string): Buffer {
  const file = `${module}@v1.0.0/other.go`
  return writeModuleZip([[file, Buffer.from('package validator\n')]])
}
