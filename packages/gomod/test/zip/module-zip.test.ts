import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import { type BuiltZip, buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { GomodError } from '../../src/errors.ts'
import { gitBlobId, sha256Hex } from '../../src/zip/dirhash.ts'
import { hashZip, readModuleZip, readZipDirectory } from '../../src/zip/module-zip.ts'
import { fromBuffer, type RandomAccess } from '../../src/zip/zip-source.ts'

const OF = { module: 'example.com/m', version: 'v1.0.0' }
const P = 'example.com/m@v1.0.0/'
const GO_MOD = { name: `${P}go.mod`, content: 'module example.com/m\n' }

// Go computed the hash.
const GOLDEN: BuiltZip = {
  entries: [
    { name: `${P}a.go`, content: 'package a\n' },
    GO_MOD,
    { name: `${P}\u{20000}.txt`, content: 'y', method: 0 },
    { name: `${P}\uff21.txt`, content: 'x', flags: 0x808 },
  ],
}
const GOLDEN_SUM = 'h1:ntItnYRBw5NqJWfoPElsy0E5dQ/1gms3REaL9vDYQ4I='

test('files, their hashes and their contents', async () => {
  const zip = await readModuleZip(buildZip(GOLDEN), OF)
  assert.equal(zip.sum, GOLDEN_SUM)
  const content = Buffer.from('package a\n')
  assert.deepEqual(zip.entries[0], {
    name: 'a.go',
    size: 10,
    crc32: crc32(content),
    sha256: sha256Hex(content),
    blobId: gitBlobId(content),
  })
  assert.deepEqual(
    zip.entries.map(({ name }) => name),
    ['a.go', 'go.mod', '\u{20000}.txt', '\uff21.txt'],
  )
  assert.equal((await zip.read('go.mod')).toString(), 'module example.com/m\n')
  assert.equal((await zip.read('\u{20000}.txt')).toString(), 'y')
  await assert.rejects(zip.read('other'), { code: 'not-found' })
  await assert.rejects(zip.read('toString'), { code: 'not-found' })
  const other = await readModuleZip(buildZip(GOLDEN), { ...OF, objectFormat: 'sha256' })
  assert.equal(other.entries[0]?.blobId, gitBlobId(content, 'sha256'))
})

test('the directory alone, from a source that only reads pieces', async () => {
  const bytes = buildZip(GOLDEN)
  const reads: [number, number][] = []
  const source: RandomAccess = {
    size: bytes.length,
    read: async (offset, length) => {
      reads.push([offset, length])
      return bytes.subarray(offset, offset + length)
    },
  }
  const files = await readZipDirectory(source, OF)
  assert.deepEqual(files[1], { name: 'go.mod', size: 21, crc32: crc32('module example.com/m\n') })
  assert.equal((await readModuleZip(source, OF)).sum, GOLDEN_SUM)
  assert.ok(reads.length > 4)
})

test('large contents are streamed, stored and deflated ones alike', async () => {
  const noise = createHash('shake256', { outputLength: 3_000_000 }).update('x').digest()
  const text = Buffer.alloc(5_000_000, 'text ')
  const bytes = buildZip({
    entries: [
      { name: `${P}stored`, content: noise, method: 0 },
      { name: `${P}noise`, content: noise },
      { name: `${P}text`, content: text },
      { name: `${P}empty`, content: '' },
      { name: `${P}empty-stored`, content: '', method: 0 },
    ],
  })
  const zip = await readModuleZip(bytes, OF)
  const { entries } = zip
  const expected = [noise, noise, text, Buffer.alloc(0), Buffer.alloc(0)]
  assert.deepEqual(
    entries.map(({ sha256 }) => sha256),
    expected.map(sha256Hex),
  )
  assert.deepEqual(
    entries.map(({ blobId }) => blobId),
    expected.map((content) => gitBlobId(content)),
  )
  assert.ok((await zip.read('text')).equals(text))
})

test('honest oddities: directory entries, a comment, zip64, extra fields, gaps, no entries at all', async () => {
  const sum = await hashZip(buildZip({ entries: [GO_MOD] }), OF)
  const comment = Buffer.from('made by hand')
  const extra = Buffer.from([0xfe, 0xca, 2, 0, 1, 2])
  const same: BuiltZip[] = [
    { entries: [GO_MOD], comment },
    { entries: [GO_MOD], zip64: true },
    { entries: [GO_MOD], zip64: true, comment },
    { entries: [{ ...GO_MOD, extra, local: { extra } }] },
    { entries: [{ ...GO_MOD, flags: 8, local: { crc32: 0, size: 0 } }] },
  ]
  for (const zip of same) assert.equal(await hashZip(buildZip(zip), OF), sum)
  const withDirectories = await readModuleZip(
    buildZip({ entries: [{ name: P }, { name: `${P}d/` }, { name: `${P}d/x` }, { name: `${P}d/` }] }),
    OF,
  )
  assert.deepEqual(
    withDirectories.entries.map(({ name }) => name),
    ['d/x'],
  )
  assert.equal(
    (await readModuleZip(buildZip({ entries: [] }), OF)).sum,
    `h1:${createHash('sha256').digest('base64')}`,
  )
})

const bomb = deflateRawSync(Buffer.alloc(50_000_000))
const x = { name: `${P}x`, content: 'hello' }
const base = buildZip({ entries: [x] })

test('limits of the caller', async () => {
  const bytes = buildZip({ entries: [x, GO_MOD] })
  const limited = (limits: object) => readModuleZip(bytes, { ...OF, limits })
  await assert.rejects(limited({ maxEntries: 1 }), { code: 'too-large' })
  await assert.rejects(limited({ maxInflatedBytes: 25 }), { code: 'too-large' })
  await assert.rejects(limited({ maxZipBytes: bytes.length - 1 }), { code: 'too-large' })
  await limited({ maxEntries: 2, maxInflatedBytes: 26, maxZipBytes: bytes.length })
})

test('a million entries are refused before they are read', async () => {
  const header = buildZip({ entries: [x] })
  await assert.rejects(readModuleZip(buildZip({ entries: [x], zip64: { entries: 1_000_000 } }), OF), {
    code: 'too-large',
  })
  assert.ok(header.length < 200)
})

test('a zip bomb uses no more memory than it declares', async () => {
  const bytes = buildZip({ entries: [{ ...x, data: bomb, claimed: { size: 2_000_000 } }] })
  const before = process.memoryUsage().arrayBuffers
  await assert.rejects(readModuleZip(bytes, OF), { code: 'malformed' })
  assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000)
})

test("a source's own errors come through", async () => {
  const unplugged = new GomodError('retry-later', 'unplugged')
  const failing: RandomAccess = { ...fromBuffer(base), read: () => Promise.reject(unplugged) }
  await assert.rejects(readModuleZip(failing, OF), unplugged)
  let reads = 0
  const failingLater: RandomAccess = {
    size: base.length,
    read: async (offset, length) => {
      if (++reads > 6) throw unplugged
      return base.subarray(offset, offset + length)
    },
  }
  await assert.rejects(readModuleZip(failingLater, OF), unplugged)
})
