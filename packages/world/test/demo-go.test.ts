import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startWorld, type World } from '../src/world.ts'
import { GoCommand, needsGo } from './go-command.ts'

let world: World
before(async () => {
  world = await startWorld('demo')
})
after(() => world.close())

test('go downloads every demo version, and its checksum database client accepts them', needsGo, async () => {
  await using go = await GoCommand.for(world)
  await writeFile(join(go.directory, 'go.mod'), 'module example.com/reader\n')
  const served = [...world.mirror.all()].filter(({ module }) => !world.mirror.blocked.has(module))
  const output = await go.run('mod', 'download', '-json', ...served.map((v) => `${v.module}@${v.version}`))
  const sums = new Map<string, string>()
  for (const text of output.split(/(?<=^\})\n/m).filter((each) => each.trim() !== '')) {
    const { Path, Version, Sum, GoModSum } = JSON.parse(text)
    sums.set(`${Path}@${Version}`, `${Sum} ${GoModSum}`)
  }
  for (const { module, version, zipSum, goModSum } of served)
    assert.equal(sums.get(`${module}@${version}`), `${zipSum} ${goModSum}`, `${module}@${version}`)
  assert.ok(world.requests.count({ service: 'sumdb' }) > 0, 'go asked the checksum database')
})
