import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { type ScannedWorld, scanWorld, type TestRuntime } from '@mirrorwatch/testing/scan-world'
import { startWorld } from '@mirrorwatch/world/world'
import { sql } from 'kysely'
import { library, part, published } from './copy-world.ts'

const ORIGINAL = 'github.com/harrier/parse'
const RUN = 'exec.Command("/bin/sh", "-c", "true").Start()'
const IMPORTS = 'import (\n\t"os"\n\t"os/exec"\n)\n'

/** Ways to put the payload into a file so that the report about it is cut short, too long, or cannot be kept. */
const HOSTILE = {
  'behind more uses than a report holds': `package parse\n\n${IMPORTS}\nfunc init() {\n${'\tos.Getenv("A")\n'.repeat(25_000)}\t${RUN}\n}\n`,
  'behind as many reads of files': `package parse\n\n${IMPORTS}\nfunc init() {\n${'\tos.ReadFile("a")\n'.repeat(25_000)}\t${RUN}\n}\n`,
  'in a function of an endless name': `package parse\n\n${IMPORTS}\nfunc init() { ${'x'.repeat(50_000)}() }\n\nfunc ${'x'.repeat(50_000)}() {\n${'\tos.Getenv("A")\n'.repeat(15_000)}\t${RUN}\n}\n`,
  'among ten thousand imports': `package parse\n\n${IMPORTS}${Array.from({ length: 10_000 }, (_, n) => `import _ "h${n}.example.com/x"\n`).join('')}\nfunc init() { os.Getenv("A"); ${RUN} }\n`,
  'among imports with very long paths': `package parse\n\n${IMPORTS}${Array.from({ length: 50 }, (_, n) => `import _ "h${n}.example.com${'/x'.repeat(10_000)}"\n`).join('')}\nfunc init() { os.Getenv("A"); ${RUN} }\n`,
  'among thousands of strings': `package parse\n\n${IMPORTS}${Array.from({ length: 6_000 }, (_, n) => `var s${n} = "se" + "cret" + "${n} command"\n`).join('')}\nfunc init() { os.Getenv("A"); ${RUN} }\n`,
  'among megabytes of other code': {
    'zz.go': `package parse\n\nimport "os/exec"\n\nfunc init() { ${RUN} }\n`,
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [
        `a${n}.go`,
        `package parse\n${'// Nothing much.\n'.repeat(60_000)}`,
      ]),
    ),
  },
  'in a file of the original, among megabytes of other code': {
    'part3.go': `package parse\n\nimport "os/exec"\n\n${part(3).slice(part(3).indexOf('// Field'))}\nfunc init() { ${RUN} }\n`,
    'a.go': `package parse\n${'// Nothing much.\n'.repeat(160_000)}`,
    'b.go': `package parse\n${'// Nothing much.\n'.repeat(160_000)}`,
  },
}

/** A tag rewritten so that more files differ than are fetched, the payload in the last of them. */
const REWRITTEN = 'github.com/harrier/many'

function many(what: string, last: string): Record<string, string> {
  const files = Array.from({ length: 400 }, (_, n) => [
    `f${n}.go`,
    `package many\n\n// ${what}\nconst F${n} = ${n}\n`,
  ])
  return {
    'go.mod': `module ${REWRITTEN}\n`,
    ...Object.fromEntries(files),
    'zz.go': `package many\n\n${last}\n`,
  }
}

/** Bytes of JSON that an inspection and a comparison may keep. */
const MOST_BYTES = 2_000_000

function moduleOf(n: number): string {
  return `github.com/kjhgfdsaqw${String.fromCharCode(97 + n)}/parse`
}

suite('a payload', () => {
  let scanned: ScannedWorld
  let opened: TestRuntime
  let findings: Map<string, Finding>

  before(async () => {
    const copies = Object.values(HOSTILE).map((code, n) =>
      library(moduleOf(n), 3, typeof code === 'string' ? { 'zz.go': code } : code),
    )
    const armed = `import "os/exec"\n\nfunc init() { ${RUN} }`
    const rewritten = published(REWRITTEN, 3, many('before', armed))
    const world = await startWorld({ repositories: [library(ORIGINAL, 1), ...copies, rewritten] })
    await world.changes.moveTag(REWRITTEN, 'v1.0.0', {
      time: '2026-02-05T10:00:00Z',
      files: many('after', 'const Z = 0'),
    })
    scanned = await scanWorld(world, [ORIGINAL])
    ;({ opened, findings } = scanned)
  })
  after(() => scanned?.[Symbol.asyncDispose]())

  for (const [n, what] of Object.keys(HOSTILE).entries()) {
    test(`${what} is found`, () => {
      const finding = findings.get(moduleOf(n))
      const rules = finding?.signals.map(({ rule }) => rule)
      assert.ok(rules?.includes('import-process'), rules?.join() ?? 'no finding')
      assert.equal(finding?.target, ORIGINAL)
      assert.ok(['high', 'critical'].includes(finding?.severity ?? ''), JSON.stringify(finding?.because))
    })
  }

  test('behind more files that differ than are fetched is found', () => {
    const finding = findings.get(REWRITTEN)
    const rules = finding?.signals.map(({ rule }) => rule)
    assert.ok(rules?.includes('import-process'), rules?.join() ?? 'no finding')
    assert.equal(finding?.severity, 'critical', JSON.stringify(finding?.because))
  })

  test('takes no more room than any other', async () => {
    const { rows } = await sql<{ bytes: number }>`
      select length(observations::text) as bytes from inspection
      union all select length(result::text) from comparison
      union all select length(evidence::text) from signal`.execute(opened.runtime.store.db)
    assert.ok(rows.length > 10)
    const largest = Math.max(...rows.map(({ bytes }) => bytes))
    assert.ok(largest < MOST_BYTES, `${largest} bytes`)
  })
})
