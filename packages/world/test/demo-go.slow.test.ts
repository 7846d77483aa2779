import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { GoCommand, needsGo } from '@mirrorwatch/testing/go/go-command'
import type { MirrorVersion } from '../src/build/mirror.ts'
import { crowdRepositories } from '../src/scenes/crowd.ts'
import { demoExpectations } from '../src/scenes/demo-expectations.ts'
import { startWorld, type World } from '../src/world.ts'

let world: World
let served: MirrorVersion[]
before(async () => {
  world = await startWorld('demo')
  served = [...world.mirror.all()].filter(({ module }) => !world.mirror.blocked.has(module))
})
after(() => world.close())

const crowd = new Set(crowdRepositories().map(({ path }) => path))
const name = ({ module, version }: MirrorVersion): string => `${module}@${version}`

test('go downloads every demo version, and its checksum database client accepts them', needsGo, async () => {
  await using go = await GoCommand.for(world)
  world.requests.clear()
  const sums = await go.downloadAll(served.map(name))
  for (const entry of served)
    assert.deepEqual(sums.get(name(entry)), { zip: entry.zipSum, goMod: entry.goModSum }, name(entry))
  const lookups = world.requests.count({ service: 'sumdb', path: /^\/lookup\//, status: 200 })
  assert.equal(lookups, served.length)
  assert.ok(world.requests.count({ service: 'sumdb', path: /^\/tile\// }) > 0, 'go checked proofs')
  assert.deepEqual(world.requests.unexpected(), [])
})

test('go refuses a database that signs with another key', needsGo, async () => {
  await using other = await startWorld({ repositories: [] }, { sumdbName: 'sum.other.example' })
  await using go = await GoCommand.for(world, { GOSUMDB: `${other.sumdbKey} ${world.sumdbUrl}` })
  const download = go.run('mod', 'download', '-json', 'github.com/boltdb/bolt@v1.3.1')
  await assert.rejects(download, ({ stdout }: { stdout: string }) => /no verifiable signatures/.test(stdout))
})

test('every demo module compiles, the look-alikes included', needsGo, async () => {
  await using go = await GoCommand.for(world)
  const latest = new Map(
    served.map((entry) => [entry.module, world.mirror.latest(entry.module) as MirrorVersion]),
  )
  // One cannot be imported by its own path; go refuses to build two paths that differ by case alone.
  const alone = (module: string) =>
    demoExpectations[module]?.keepsPath || module === 'github.com/Sirupsen/logrus'
  const requires = [...latest.values()].filter(({ module }) => !alone(module))
  await writeFile(
    join(go.directory, 'go.mod'),
    `module example.com/all\n\ngo 1.18\n\nrequire (\n${requires.map((e) => `\t${e.module} ${e.version}\n`).join('')})\n`,
  )
  const patterns = requires.map(({ module }) => `${module}/...`)
  const packages = (await go.run('list', '-f', '{{.ImportPath}}', ...patterns)).trim().split('\n')
  assert.ok(packages.length >= requires.length, `${packages.length} packages`)
  await go.run('build', ...packages)
})

test('a fork that keeps its original’s path works through replace, and only so', needsGo, async () => {
  await using go = await GoCommand.for(world)
  const main =
    'package main\n\nimport "github.com/sirupsen/logrus"\n\nfunc main() { println(logrus.TraceName) }\n'
  await writeFile(join(go.directory, 'main.go'), main)
  const goMod = 'module example.com/replacing\n\ngo 1.18\n\nrequire github.com/sirupsen/logrus v1.9.3\n'
  await writeFile(
    join(go.directory, 'go.mod'),
    `${goMod}\nreplace github.com/sirupsen/logrus => github.com/harborline/logrus v1.9.3-harborline.2\n`,
  )
  await go.run('build', '-o', join(go.directory, 'main'), '.')
  await assert.rejects(go.run('get', 'github.com/harborline/logrus@latest'), /declares its path as/)
})

test('GOPROXY=direct gives the same sums, except where the demo says otherwise', needsGo, async () => {
  const insecure = { GOPROXY: 'direct', GOSUMDB: 'off', GOINSECURE: '*', HTTPS_PROXY: 'http://127.0.0.1:1' }
  await using go = await GoCommand.for(world, { ...insecure, HTTP_PROXY: new URL(world.proxyUrl).origin })
  // A module of a `mod` server has no repository. Of ordinary modules the latest version stands for all.
  const special = ({ module }: MirrorVersion) => demoExpectations[module] !== undefined
  const latest = (entry: MirrorVersion) =>
    world.mirror.latest(entry.module) === entry && !crowd.has(entry.module)
  const asked = served.filter((entry) => entry.commit !== null && (special(entry) || latest(entry)))
  const sums = await go.downloadAll(asked.map(name))
  for (const entry of asked) {
    // No branch or tag reaches this one's commit: the host serves it by its hash, and go does not ask for it so.
    const unreachable = entry.module === 'github.com/copperleaf/ratelane' && entry.version.includes('-0.')
    const known = demoExpectations[entry.module]?.verdicts?.[entry.version] ?? 'same'
    const expected = unreachable ? 'missing' : known
    const direct = sums.get(name(entry))?.zip
    const seen = direct === undefined ? 'missing' : direct === entry.zipSum ? 'same' : 'tag-moved'
    assert.equal(seen, expected.endsWith('missing') ? 'missing' : expected, name(entry))
  }
})

test('nothing of a world is left when it is closed', async () => {
  const directory = join(process.env['TMPDIR'] ?? '/tmp', `mirrorwatch-world-test-${process.pid}`)
  await mkdir(directory)
  const short = await startWorld({ repositories: [] }, { directory })
  await short.close()
  await assert.rejects(readdir(directory), { code: 'ENOENT' })
  await assert.rejects(fetch(short.indexUrl))
})
