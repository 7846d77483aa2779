import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { signalOf } from '@mirrorwatch/detect/finding'
import { type ScannedWorld, scanWorld } from '@mirrorwatch/testing/scan-world'
import type { RepositorySpec } from '@mirrorwatch/world/build/spec'
import { startWorld } from '@mirrorwatch/world/world'
import { published } from './copy-world.ts'

const STOLEN = 'github.com/harrier/parse'
const HONEST = 'github.com/kestrel/parse'
const STRANGERS = 'github.com/wmzqpxyr/sundial'

const HIDES = `package parse

import (
\t"encoding/base64"
\t"os/exec"
)

func init() {
\tcommand, _ := base64.StdEncoding.DecodeString("dG91Y2ggL3RtcC9w")
\texec.Command("/bin/sh", "-c", string(command)).Start()
}
`
const IMPORTS = `package parse

import "${STRANGERS}"

var _ = sundial.Hour
`

/** A module with a release of January, and one of February with another file. */
function released(module: string, added: string): RepositorySpec {
  const release = (
    version: string,
    month: number,
    files: Record<string, string>,
  ): RepositorySpec['steps'] => [
    { do: 'commit', time: `2026-0${month}-10T10:00:00Z`, message: version, files },
    { do: 'tag', name: version },
    { do: 'cache', module, version, at: `2026-0${month}-10T10:00:30Z` },
  ]
  const first = { 'go.mod': `module ${module}\n`, 'parse.go': 'package parse\n\nfunc Parse() {}\n' }
  return {
    path: module,
    author: 'A. Author <author@example.org>',
    steps: [...release('v1.0.0', 1, first), ...release('v1.0.1', 2, { 'more.go': added })],
  }
}

suite('a release made with stolen rights', () => {
  let scanned: ScannedWorld
  before(async () => {
    const world = await startWorld({
      repositories: [
        published(STRANGERS, 3, {
          'go.mod': `module ${STRANGERS}\n`,
          'a.go': 'package sundial\n\nconst Hour = 1\n',
        }),
        released(STOLEN, HIDES),
        released(HONEST, IMPORTS),
      ],
    })
    scanned = await scanWorld(world, [STOLEN, HONEST], () => new Date('2026-02-11T10:00:00Z'))
  })
  after(() => scanned?.[Symbol.asyncDispose]())

  test('of a target that begins to run a hidden command is high, and names the command', () => {
    const finding = scanned.findings.get(STOLEN)
    assert.equal(finding?.severity, 'high')
    const hides = signalOf(finding.signals, 'version-hides')
    assert.deepEqual(
      hides?.evidence.strings.map(({ file, value }) => `${file} ${value}`),
      ['more.go touch /tmp/p'],
    )
    assert.equal(hides.evidence.since, 'v1.0.0')
  })

  test('is not suspected for a new owner’s module alone', () => {
    assert.equal(scanned.findings.get(HONEST), undefined)
  })
})
