import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { hashGoMod } from '@mirrorwatch/gomod/zip/dirhash'
import { hashZip } from '@mirrorwatch/gomod/zip/module-zip'
import { buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { verifyCachedModule } from '../../src/folders/cached-module.ts'
import { listFiles } from '../../src/folders/local-files.ts'
import { listModuleCache } from '../../src/folders/module-cache.ts'
import { readVendorFolder } from '../../src/folders/vendor-folder.ts'
import { verifyVendoredModule } from '../../src/folders/vendored-module.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-folders-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** Writes files below a new folder, and returns the folder. */
function folderOf(name: string, files: Record<string, string | Buffer>): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name, file)), { recursive: true })
    writeFileSync(path.join(root, name, file), content)
  }
  return path.join(root, name)
}

function zipOf(prefix: string, files: Record<string, string>): Buffer {
  return buildZip({
    entries: Object.entries(files).map(([name, content]) => ({ name: `${prefix}/${name}`, content })),
  })
}

test('links, sockets and names that are not UTF-8 are listed and never opened', async () => {
  const folder = folderOf('hostile', { 'a/b.go': 'package b\n' })
  symlinkSync('/', path.join(folder, 'a/root'))
  await using server = createServer()
  await once(server.listen(path.join(folder, 'socket')), 'listening')
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/x`), Buffer.of(0xff)]), '')
  mkdirSync(Buffer.concat([Buffer.from(`${folder}/y`), Buffer.of(0xff)]))
  const found = await listFiles(folder, 100)
  assert.deepEqual(
    found.map(({ path: name, isRegular }) => `${name} ${isRegular}`),
    ['a/b.go true', 'a/root false', 'socket false', 'x\u{fffd} false', 'y\u{fffd} false'],
  )
  await assert.rejects(listFiles(folder, 3), { code: 'too-large' })
})

test('a toolchain has copies of its _go.mod files, and no other go.mod', async () => {
  const of = { module: 'golang.org/toolchain', version: 'v0.0.1-go1.24.1.linux-amd64' }
  const files = { 'src/_go.mod': 'module std\n', 'src/a.go': 'package a\n' }
  const zip = zipOf(`${of.module}@${of.version}`, files)
  const sum = await hashZip(zip, of)
  const goMod = 'module golang.org/toolchain\n'
  const sumdb = {
    name: 'sum.example',
    lookup: async () => ({
      number: 0n,
      path: of.module,
      version: of.version,
      sum,
      goModSum: hashGoMod(Buffer.from(goMod)),
    }),
  }
  const base = `cache/download/${of.module}/@v/${of.version}`
  const extracted = `${of.module}@${of.version}`
  const cache = folderOf('toolchain', {
    [`${base}.zip`]: zip,
    [`${base}.mod`]: goMod,
    [`${extracted}/src/_go.mod`]: files['src/_go.mod'],
    [`${extracted}/src/a.go`]: files['src/a.go'],
    [`${extracted}/src/go.mod`]: files['src/_go.mod'],
  })
  const verdict = async (): Promise<string> => {
    const [cached] = (await listModuleCache(cache)).modules
    assert.ok(cached)
    const { verdict, files } = await verifyCachedModule(cache, cached, sumdb)
    return [verdict, ...files.map(({ path: name }) => name)].join(' ')
  }
  assert.equal(await verdict(), 'same')
  rmSync(path.join(cache, `${base}.zip`))
  assert.equal(await verdict(), 'same')
  folderOf('toolchain', { [`${extracted}/src/go.mod`]: 'module other\n' })
  assert.equal(await verdict(), 'sum-disagrees')
  folderOf('toolchain', { [`${base}.zip`]: zip })
  assert.equal(await verdict(), 'folder-differs src/go.mod')
})

test('a vendored replacement is compared with its zip, and nested modules keep their files', async () => {
  const vendor = folderOf('vendored/vendor', {
    'modules.txt': `# example.com/a v1.0.0 => example.com/fork v1.2.0
## explicit; go 1.18
example.com/a
# example.com/a/b v1.0.0
example.com/a/b/c
# example.com/here v1.0.0 => ./here
example.com/here
# example.com/unused => ../elsewhere
`,
    'example.com/a/a.go': 'package a\n',
    'example.com/a/b/LICENSE': 'as you like\n',
    'example.com/a/b/c/c.go': 'package c\n',
    'example.com/here/here.go': 'package here\n',
    'example.com/none.go': 'package none\n',
  })
  const { modules, replacedByFolder, strangers } = await readVendorFolder(vendor)
  assert.deepEqual(
    modules.map(({ module, version, files }) => [module, version, ...files.map(({ path: name }) => name)]),
    [
      ['example.com/fork', 'v1.2.0', 'a.go'],
      ['example.com/a/b', 'v1.0.0', 'LICENSE', 'c/c.go'],
    ],
  )
  assert.deepEqual([replacedByFolder, strangers], [['example.com/here'], ['example.com/none.go']])
  const [fork] = modules
  assert.ok(fork)
  const zip = zipOf('example.com/fork@v1.2.0', { 'a.go': 'package a\n', 'a_test.go': 'package a\n' })
  const recordedSum = await hashZip(zip, { module: 'example.com/fork', version: 'v1.2.0' })
  const source = { name: 'the proxy', client: { zip: async () => zip } }
  const asked = async (sources: (typeof source)[], sum: string | null): Promise<string> => {
    const { verdict, reason } = await verifyVendoredModule({ sources, sumdb: null, recordedSum: sum }, fork)
    return `${verdict}: ${reason}`
  }
  assert.match(await asked([source], recordedSum), /^same/)
  assert.match(await asked([source], `h1:${'A'.repeat(43)}=`), /^sum-disagrees: the proxy has a zip with h1:/)
  assert.match(await asked([source], null), /^unverifiable: go\.sum has no hash of it/)
  assert.match(await asked([], recordedSum), /^unverifiable: its zip cannot be had: no proxy may be asked/)
})

test('a modules.txt that lies is refused', async () => {
  const wrong: [string, string][] = [
    ['# example.com/a v1.0.0\nother.example/b\n', 'malformed'],
    ['# example.com/a main\nexample.com/a\n', 'invalid-version'],
    ['# ../../etc v1.0.0\n../../etc\n', 'malformed'],
    ['# example.com/../a v1.0.0\nexample.com/../a\n', 'invalid-path'],
  ]
  for (const [text, code] of wrong)
    await assert.rejects(readVendorFolder(folderOf('lies', { 'modules.txt': text })), { code }, text)
})
