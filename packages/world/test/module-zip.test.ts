import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { GoCommand, needsGo } from '@mirrorwatch/testing/go/go-command'
import { startWorld, type World } from '../src/world.ts'

let world: World
before(async () => {
  world = await startWorld('demo')
})
after(() => world.close())

/** All that a central directory says of its entries, but for where they are and how small they were packed. */
function centralDirectory(zip: Buffer): Record<string, unknown>[] {
  const entries = []
  let at = zip.readUInt32LE(zip.length - 6)
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      fixed: zip.toString('hex', at + 4, at + 20),
      size: zip.readUInt32LE(at + 24),
      lengths: [nameLength, extra, comment],
      attributes: zip.toString('hex', at + 34, at + 42),
    })
    at += 46 + nameLength + extra + comment
  }
  return entries
}

test('zips have the physical form that go itself gives them', needsGo, async () => {
  const direct = { GOPROXY: 'direct', GOSUMDB: 'off' }
  await using go = await GoCommand.for(world, direct)
  const versions = [
    'github.com/marlinspikes/attic@v1.0.0',
    'github.com/marlinspikes/attic@v1.1.0',
    'github.com/lanternworks/toolbox/log@v0.2.0',
    'github.com/quillhost/parser/v2@v2.0.0',
  ]
  await go.downloadAll(versions)
  for (const name of versions) {
    const [module, version] = name.split('@') as [string, string]
    const theirs = await readFile(`${go.directory}/gopath/pkg/mod/cache/download/${module}/@v/${version}.zip`)
    const ours = world.mirror.get(module, version)?.zip() as Buffer
    assert.deepEqual(centralDirectory(ours), centralDirectory(theirs), name)
    assert.equal(ours.toString('hex', 0, 30), theirs.toString('hex', 0, 30), 'first local header')
  }
})

test('the same version has the same bytes each time', () => {
  const entry = world.mirror.get('github.com/boltdb/bolt', 'v1.3.1')
  assert.deepEqual(entry?.zip(), entry?.zip())
})
