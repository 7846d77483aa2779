import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { suite, test } from 'node:test'
import { addedCodeSignals } from '@mirrorwatch/detect/judge/signals/code-signals'
import { zipOf } from '@mirrorwatch/testing/git/verify-lab'
import { loadGoParser } from '../../src/content/go-parser.ts'
import { readContent } from '../../src/content/module-content.ts'
import type { Reading } from '../../src/content/reading.ts'
import { SourceReader } from '../../src/content/source-reader.ts'
import { perform, type SharedZip } from '../../src/content/tasks.ts'

const NEVER = new AbortController().signal
const ORIGINAL = 'example.com/original'
const COPY = 'example.com/copy'

/** A module of about `files` times 20 KB of Go. */
function moduleFiles(module: string, files: number, more: Record<string, string>): Record<string, string> {
  const body = Array.from({ length: 400 }, (_, i) => `func F${i}(a, b int) int { return a*${i} + b }\n`).join(
    '',
  )
  return {
    'go.mod': `module ${module}\n`,
    ...Object.fromEntries(
      Array.from({ length: files }, (_, i) => [
        `p${i}/p.go`,
        `package p${i}\n\n// Made of ${module}.\n${body}`,
      ]),
    ),
    ...more,
  }
}

const EVIL = 'package evil\n\nimport "os/exec"\n\nfunc init() { exec.Command("sh", "-c", "id").Run() }\n'

async function share(reader: SourceReader, files: number): Promise<{ original: SharedZip; own: SharedZip }> {
  const [plain, changed] = [
    moduleFiles(ORIGINAL, files, {}),
    moduleFiles(COPY, files, { 'evil/evil.go': EVIL }),
  ]
  return {
    original: await reader.share(ORIGINAL, 'v1.0.0', zipOf(plain, ORIGINAL)),
    own: await reader.share(COPY, 'v1.0.0', zipOf(changed, COPY)),
  }
}

const SHOWN = new Map([
  ['evil/evil.go', null],
  ['p0/p.go', Buffer.from('package p0\n')],
])

async function readAll(reading: Reading, { original, own }: { original: SharedZip; own: SharedZip }) {
  return {
    list: await reading.list(own),
    compare: await reading.compare(original, own),
    beyondOriginal: await reading.beyondOriginal(original, own),
    whole: await reading.whole(own),
    beyondRepository: await reading.beyondRepository(own, SHOWN),
  }
}

suite('the reading of modules in threads', () => {
  test('answers what the same work here answers', async () => {
    await using reader = new SourceReader({ threads: 2 })
    const zips = await share(reader, 4)
    const { original, own } = zips
    using parser = Object.assign(await loadGoParser(), {
      [Symbol.dispose]() {
        parser.delete()
      },
    })
    const here = (task: Parameters<typeof perform>[2]) =>
      perform(parser, ({ path, version, bytes }) => readContent(Buffer.from(bytes), path, version), task)
    const there = await readAll(reader.begin(NEVER), zips)
    assert.deepEqual(there, {
      list: await here({ kind: 'list', own }),
      compare: await here({ kind: 'compare', own, original }),
      beyondOriginal: await here({ kind: 'beyond-original', own, original }),
      whole: await here({ kind: 'whole', own }),
      beyondRepository: await here({ kind: 'beyond-repository', own, shown: SHOWN }),
    })
    assert.equal(there.compare?.nearCopy, true)
    for (const report of [there.beyondOriginal, there.whole, there.beyondRepository])
      assert.equal(report?.uses.find(({ onImport }) => onImport)?.what, 'os/exec.Command')
  })

  test('reads small files first, and says which it had no room for that are not the original’s', async () => {
    await using reader = new SourceReader({ threads: 1 })
    const text = '.'.repeat(1 << 20)
    const large = (module: string): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: 66 }, (_, n) => [`p/a${n}.go`, `package p\n\n/* ${module} ${text} */\n`]),
      )
    const plain = { 'go.mod': `module ${ORIGINAL}\n`, ...large(ORIGINAL) }
    const changed = {
      'go.mod': `module ${COPY}\n`,
      ...large(COPY),
      'p/a0.go': `package p\n\n/* ${text}${' and more of it'.repeat(99)} */\n`,
      'zz/zz.go': EVIL.replace('evil', 'zz'),
    }
    const original = await reader.share(ORIGINAL, 'v1.0.0', zipOf(plain, ORIGINAL))
    const own = await reader.share(COPY, 'v1.0.0', zipOf(changed, COPY))
    const reading = reader.begin(NEVER)
    const report = await reading.beyondOriginal(original, own)
    assert.equal(reading.stopped, null)
    assert.ok(report)
    assert.ok(report.uses.some(({ file, kind }) => file === 'zz/zz.go' && kind === 'process'))
    assert.deepEqual(report.unparsed, [{ file: 'p/a0.go', reason: 'too-large', line: null }])
    assert.equal(report.truncated, true)
  })

  test('finds no content in a zip that is not sound', async () => {
    await using reader = new SourceReader({ threads: 1 })
    const { original } = await share(reader, 1)
    const broken = await reader.share(COPY, 'v1.0.0', Buffer.from('PK and nothing else'))
    const reading = reader.begin(NEVER)
    const answers = await readAll(reading, { original, own: broken })
    assert.deepEqual(new Set(Object.values(answers)), new Set([null]))
    assert.equal(await reading.compare(broken, original), null)
    assert.equal(reading.stopped, null)
  })

  test('leaves the event loop free', async (t) => {
    await using reader = new SourceReader({ threads: 1 })
    const { own } = await share(reader, 100)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    const [here, all] = [process.threadCpuUsage(), process.cpuUsage()]
    delay.enable()
    const report = await reader.begin(NEVER).whole(own)
    delay.disable()
    assert.equal(report?.files, 101)
    const [spentHere, spent] = [process.threadCpuUsage(here).user, process.cpuUsage(all).user]
    t.diagnostic(`${spent / 1000} ms of CPU, the event loop was blocked for at most ${delay.max / 1e6} ms`)
    assert.ok(spentHere < spent / 2, `${spentHere} of ${spent} µs were spent on the event loop`)
  })

  test('says so where a module takes more time than one may have, and reads the next', async () => {
    const file = new URL('./endless-source-worker.ts', import.meta.url)
    await using reader = new SourceReader({ threads: 1, moduleCpuMs: 600, file })
    const zips = await share(reader, 1)
    const endless = { ...zips, own: { ...zips.own, path: 'example.com/endless' } }
    const reading = reader.begin(NEVER)
    const sound = readAll(reader.begin(NEVER), zips)
    const { list, compare, ...reports } = await readAll(reading, endless)
    assert.match(reading.stopped ?? '', /^too much source to analyse in the time/)
    assert.deepEqual([list, compare], [null, null])
    for (const report of Object.values(reports)) {
      assert.equal(report?.truncated, true)
      assert.equal(report.notRead, reading.stopped)
      const [signal, ...others] = addedCodeSignals(report, 'v1.0.0', 'original')
      assert.deepEqual(others, [])
      assert.deepEqual(signal, {
        rule: 'added-unread',
        version: 'v1.0.0',
        evidence: { than: 'original', limit: true, reason: reading.stopped },
      })
    }
    assert.equal((await sound).compare?.nearCopy, true)
  })
})
