import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { GoCommand, needsGo } from '@mirrorwatch/testing/go/go-command'
import { writeProxyFolder } from '../src/build/proxy-folder.ts'
import { startWorld } from '../src/world.ts'

test('go reads the mirror from a folder', needsGo, async () => {
  await using world = await startWorld('demo')
  await using folder = await GoCommand.for(world)
  const proxy = join(folder.directory, 'proxy')
  await writeProxyFolder(world.mirror, proxy)
  await using go = await GoCommand.for(world, { GOPROXY: pathToFileURL(proxy).href })
  const names = [
    'github.com/Sirupsen/logrus@v1.0.0',
    'github.com/boltdb-go/bolt@v1.3.1',
    'gopkg.in/ini.v1@v1.67.0',
  ]
  const sums = await go.downloadAll(names)
  for (const name of names) {
    const [module, version] = name.split('@') as [string, string]
    assert.equal(sums.get(name)?.zip, world.mirror.get(module, version)?.zipSum)
  }
  assert.equal(world.requests.count({ service: 'proxy' }), 0)
})
