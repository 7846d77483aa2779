import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { demoSpec } from '../src/scenes/demo.ts'
import { demoExpectations, expectedVerdict } from '../src/scenes/demo-expectations.ts'
import { startWorld, type World } from '../src/world.ts'

let world: World
before(async () => {
  world = await startWorld('demo')
})
after(() => world.close())

test('the demo has at least 60 modules and 200 versions', () => {
  const versions = [...world.mirror.all()]
  assert.ok(versions.length >= 200, `${versions.length} versions`)
  assert.ok(new Set(versions.map(({ module }) => module)).size >= 60)
})

test('every expectation is about a module and versions that are there', () => {
  for (const [module, { target, verdicts, keepsPath }] of Object.entries(demoExpectations)) {
    assert.ok(world.mirror.has(module), module)
    for (const other of [target, keepsPath]) assert.ok(other === undefined || world.mirror.has(other), other)
    for (const version of Object.keys(verdicts ?? {})) assert.ok(world.mirror.get(module, version), version)
  }
  assert.equal(expectedVerdict('github.com/boltdb-go/bolt', 'v1.3.1'), 'tag-moved')
  assert.equal(expectedVerdict('github.com/boltdb/bolt', 'v1.3.1'), 'same')
})

test('payloads reach this machine’s discard port and run true, nothing else', async () => {
  const { repositories } = await demoSpec()
  const sources = repositories
    .flatMap(({ steps }) => steps)
    .flatMap((step) => (step.do === 'commit' ? Object.entries(step.files ?? {}) : []))
    .filter(([path]) => path.endsWith('.go'))
    .map(([, change]) => (change !== null && typeof change === 'object' ? change : { content: change ?? '' }))
    .map((change) => (Buffer.isBuffer(change) ? change : Buffer.from(change.content)).toString())
  const all = (pattern: RegExp) =>
    sources.flatMap((text) => [...text.matchAll(pattern)].map(([found]) => found))
  const addresses = all(/\b\d+\.\d+\.\d+\.\d+\b(:\d+)?/g)
  assert.deepEqual([...new Set(addresses)], ['127.0.0.1:9'])
  for (const url of all(/"https?:\/\/[^"]*/g)) assert.match(url, /^"http:\/\/127\.0\.0\.1:9\//)
  for (const command of all(/exec\.Command\("[^)]*/g)) assert.match(command, /"true"/)
})
