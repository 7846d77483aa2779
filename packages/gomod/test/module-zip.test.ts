import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import { gitBlobId, sha256Hex } from '../src/dirhash.ts'
import { GomodError } from '../src/errors.ts'
import { hashZip, readModuleZip, readZipDirectory } from '../src/module-zip.ts'
import { fromBuffer, type RandomAccess } from '../src/zip-source.ts'
import { type BuiltZip, buildZip } from './zip-builder.ts'

const OF = { module: 'example.com/m', version: 'v1.0.0' }
const P = 'example.com/m@v1.0.0/'
const GO_MOD = { name: `${P}go.mod`, content: 'module example.com/m\n' }

// The hash was written by Go.
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

const utf16 = Buffer.from('a')
const bomb = deflateRawSync(Buffer.alloc(50_000_000))
const unicodePath = (name: string): Buffer => {
  const raw = Buffer.from(`${P}go.mod`)
  const data = Buffer.concat([Buffer.alloc(5), Buffer.from(name)])
  data.writeUInt8(1, 0)
  data.writeUInt32LE(crc32(raw), 1)
  const head = Buffer.alloc(4)
  head.writeUInt16LE(0x7075, 0)
  head.writeUInt16LE(data.length, 2)
  return Buffer.concat([head, data])
}
const x = { name: `${P}x`, content: 'hello' }
const base = buildZip({ entries: [x] })

const HOSTILE: [what: string, zip: BuiltZip | Buffer, code: 'malformed' | 'too-large', message: RegExp][] = [
  [
    'no descriptor',
    { entries: [{ ...x, flags: 8, descriptor: Buffer.alloc(0) }] },
    'malformed',
    /no descriptor/,
  ],
  [
    'a descriptor with another checksum',
    { entries: [{ ...x, flags: 8, descriptor: Buffer.alloc(16) }] },
    'malformed',
    /descriptor/,
  ],
  [
    'a descriptor that the local header does not announce',
    { entries: [{ ...x, flags: 8, local: { flags: 0 } }] },
    'malformed',
    /local header/,
  ],
  ['nothing', Buffer.alloc(0), 'malformed', /zip/],
  ['HTML', Buffer.from('<!doctype html>'.repeat(100)), 'malformed', /zip/],
  ['zeros', Buffer.alloc(100_000), 'malformed', /zip/],
  ['cut off at the end', base.subarray(0, -1), 'malformed', /zip/],
  ['cut off at the start', base.subarray(1), 'malformed', /zip/],
  ['traversal', { entries: [{ name: `${P}../../etc/passwd` }] }, 'malformed', /invalid path element/],
  [
    'traversal behind the prefix of another',
    { entries: [{ name: 'example.com/m@v1.0.0/a/../../../x' }] },
    'malformed',
    /invalid path/,
  ],
  ['traversal with backslashes', { entries: [{ name: `${P}..\\..\\x` }] }, 'malformed', /invalid character/],
  ['absolute name', { entries: [{ name: '/etc/passwd' }] }, 'malformed', /does not start with/],
  [
    'absolute inside of the module',
    { entries: [{ name: `${P}/etc/passwd` }] },
    'malformed',
    /empty path element/,
  ],
  ['drive letter', { entries: [{ name: `${P}C:/x` }] }, 'malformed', /invalid character/],
  [
    'another version',
    { entries: [{ name: 'example.com/m@v1.0.1/go.mod' }] },
    'malformed',
    /does not start with/,
  ],
  [
    'another case of the module',
    { entries: [{ name: 'example.com/M@v1.0.0/go.mod' }] },
    'malformed',
    /does not start/,
  ],
  ['name of a device', { entries: [{ name: `${P}aux.go` }] }, 'malformed', /Windows/],
  ['name with a line break', { entries: [{ name: `${P}a\nb` }] }, 'malformed', /invalid character/],
  ['name with NUL', { entries: [{ name: `${P}a\0b` }] }, 'malformed', /invalid character/],
  [
    'name that is not UTF-8',
    { entries: [{ name: Buffer.concat([Buffer.from(P), Buffer.from([0xff, 0xfe])]) }] },
    'malformed',
    /not UTF-8/,
  ],
  [
    'overlong UTF-8 slash',
    { entries: [{ name: Buffer.concat([Buffer.from(`${P}..`), Buffer.from([0xc0, 0xaf])]) }] },
    'malformed',
    /not UTF-8/,
  ],
  [
    'byte order mark',
    { entries: [{ name: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(`${P}x`)]) }] },
    'malformed',
    /does not start/,
  ],
  [
    'very long name',
    { entries: [{ name: `${P}${'a/'.repeat(30_000)}b` }] },
    'malformed',
    /name of \d+ bytes/,
  ],
  ['empty name', { entries: [{ name: '' }] }, 'malformed', /does not start/],
  ['name twice', { entries: [x, x] }, 'malformed', /twice/],
  ['name in two cases', { entries: [x, { ...x, name: `${P}X` }] }, 'malformed', /collides/],
  ['name with an exotic fold', { entries: [{ name: `${P}s` }, { name: `${P}ſ` }] }, 'malformed', /collides/],
  [
    'directory in two cases',
    { entries: [{ name: `${P}d/a` }, { name: `${P}D/b` }] },
    'malformed',
    /collides/,
  ],
  ['file and directory', { entries: [x, { name: `${P}x/y` }] }, 'malformed', /both a file and a directory/],
  ['directory and file', { entries: [{ name: `${P}x/y` }, x] }, 'malformed', /both a file and a directory/],
  [
    'directory with content',
    { entries: [{ name: `${P}d/`, content: 'x' }] },
    'malformed',
    /directory with content/,
  ],
  ['nested go.mod', { entries: [{ name: `${P}sub/go.mod` }] }, 'malformed', /outside of the module root/],
  ['GO.MOD', { entries: [{ name: `${P}GO.MOD` }] }, 'malformed', /spelled go\.mod/],
  ['huge go.mod', { entries: [{ name: `${P}go.mod`, claimed: { size: 17 << 20 } }] }, 'too-large', /go\.mod/],
  ['encrypted', { entries: [{ ...x, flags: 1 }] }, 'malformed', /encrypted/],
  ['strongly encrypted', { entries: [{ ...x, flags: 0x41 }] }, 'malformed', /encryption/],
  ['encrypted in the local header', { entries: [{ ...x, local: { flags: 1 } }] }, 'malformed', /encrypted/],
  ['bzip2', { entries: [{ ...x, method: 12, data: utf16 }] }, 'malformed', /method 12/],
  [
    'another method in the local header',
    { entries: [{ ...x, local: { method: 0 } }] },
    'malformed',
    /method in its local/,
  ],
  [
    'another name in the local header',
    { entries: [{ ...x, local: { name: `${P}y` } }] },
    'malformed',
    /another name/,
  ],
  [
    'another checksum in the local header',
    { entries: [{ ...x, local: { crc32: 1 } }] },
    'malformed',
    /local header/,
  ],
  [
    'another size in the local header',
    { entries: [{ ...x, local: { size: 1 } }] },
    'malformed',
    /local header/,
  ],
  ['no local header', { entries: [{ ...x, local: { signature: 0 } }] }, 'malformed', /no local header/],
  [
    'Unicode name that differs',
    { entries: [{ ...GO_MOD, local: { name: `${P}xx.mod` }, extra: unicodePath(`${P}xx.mod`) }] },
    'malformed',
    /another name/,
  ],
  ['wrong checksum', { entries: [{ ...x, claimed: { crc32: 1 } }] }, 'malformed', /CRC-32/],
  ['size too small', { entries: [{ ...x, claimed: { size: 4 } }] }, 'malformed', /more than the 4 bytes/],
  ['size zero', { entries: [{ ...x, claimed: { size: 0 } }] }, 'malformed', /more than the 0 bytes/],
  ['size too large', { entries: [{ ...x, claimed: { size: 6 } }] }, 'malformed', /claims 6/],
  ['compressed size too small', { entries: [{ ...x, claimed: { compressedSize: 3 } }] }, 'malformed', /./],
  ['stored with two sizes', { entries: [{ ...x, method: 0, claimed: { size: 4 } }] }, 'malformed', /size/],
  [
    'bomb',
    { entries: [{ ...x, data: bomb, claimed: { size: 1000 } }] },
    'malformed',
    /more than the 1000 bytes/,
  ],
  [
    'large bomb',
    { entries: [{ ...x, data: bomb, claimed: { size: 2_000_000 } }] },
    'malformed',
    /more than the 2000000/,
  ],
  [
    'bytes after the compressed data',
    { entries: [{ ...x, data: Buffer.concat([deflateRawSync('hello'), Buffer.from('hidden')]) }] },
    'malformed',
    /after its compressed data/,
  ],
  [
    'bytes after large compressed data',
    {
      entries: [
        {
          ...x,
          content: Buffer.alloc(2_000_000),
          data: Buffer.concat([deflateRawSync(Buffer.alloc(2_000_000)), Buffer.alloc(600_000)]),
        },
      ],
    },
    'malformed',
    /compressed data/,
  ],
  [
    'damaged compressed data',
    { entries: [{ ...x, data: Buffer.from('not deflate data') }] },
    'malformed',
    /compressed data/,
  ],
  [
    'cut compressed data',
    { entries: [{ ...x, data: deflateRawSync('hello').subarray(0, 3) }] },
    'malformed',
    /compressed data/,
  ],
  [
    'more content than allowed',
    { entries: [{ ...x, claimed: { size: 0xfffffffe } }] },
    'too-large',
    /contents of more than/,
  ],
  [
    'a sum of sizes that is too large',
    { entries: [1, 2, 3].map((i) => ({ ...x, name: `${P}${i}`, claimed: { size: 300 << 20 } })) },
    'too-large',
    /contents/,
  ],
  [
    'the same data twice',
    { entries: [x, { ...x, name: `${P}y`, onlyInDirectory: true, claimed: { offset: 0 } }] },
    'malformed',
    /overlaps/,
  ],
  [
    'overlapping entries',
    {
      entries: [
        { ...x, claimed: { compressedSize: 60 } },
        { ...x, name: `${P}y` },
      ],
    },
    'malformed',
    /overlaps/,
  ],
  [
    'an overlap made by a long local extra field',
    {
      entries: [
        { ...x, local: { extra: Buffer.alloc(9) } },
        { name: `${P}y`, data: Buffer.alloc(0), method: 0, claimed: { offset: 62 } },
      ],
    },
    'malformed',
    /overlaps|local header/,
  ],
  [
    'data beyond the file',
    { entries: [{ ...x, claimed: { compressedSize: 1_000_000 } }] },
    'malformed',
    /overlaps/,
  ],
  [
    'header beyond the file',
    { entries: [{ ...x, claimed: { offset: 1_000_000 } }] },
    'malformed',
    /before the first|overlaps|outside/,
  ],
  [
    'header in the directory',
    { entries: [x, { ...x, name: `${P}y`, onlyInDirectory: true, claimed: { offset: 70 } }] },
    'malformed',
    /overlaps/,
  ],
  [
    'something before, offsets adjusted',
    { entries: [x], before: Buffer.from('#!/bin/sh\n') },
    'malformed',
    /before the first entry/,
  ],
  [
    'something before, offsets not adjusted',
    Buffer.concat([Buffer.from('#!/bin/sh\n'), base]),
    'malformed',
    /zip/,
  ],
  ['something after', { entries: [x], after: Buffer.from('more') }, 'malformed', /zip/],
  ['an end record in the comment', { entries: [x], comment: base.subarray(-22) }, 'malformed', /zip/],
  [
    'fewer entries counted than there are',
    { entries: [x, GO_MOD], end: { entries: 1 } },
    'malformed',
    /end records disagree/,
  ],
  ['65,536 more entries counted than there are', { entries: [x], end: { entries: 2 } }, 'malformed', /zip/],
  [
    'a directory size that points elsewhere',
    { entries: [x], end: { size: 10 } },
    'malformed',
    /end records disagree/,
  ],
  [
    'something between directory and end',
    { entries: [x], gap: Buffer.from('gap') },
    'malformed',
    /end records disagree/,
  ],
  ['a directory that is not there', { entries: [x], end: { start: 3 } }, 'malformed', /zip/],
  [
    'a zip64 record that nobody asked for',
    { entries: [x], zip64: true, defer: false },
    'malformed',
    /end records disagree/,
  ],
  [
    'a zip64 record with another count',
    { entries: [x, GO_MOD], zip64: { entries: 1 } },
    'malformed',
    /end records disagree/,
  ],
  [
    'a zip64 record with another place',
    { entries: [x], zip64: { start: 2 ** 40 } },
    'malformed',
    /outside of itself/,
  ],
  [
    'a zip64 record with an impossible count',
    { entries: [x], zip64: { entries: 2 ** 52 } },
    'too-large',
    /entries/,
  ],
  [
    'a zip64 record that is elsewhere',
    { entries: [x], zip64: { at: 2 ** 50 } },
    'malformed',
    /outside of itself/,
  ],
  ['a zip64 record without signature', { entries: [x], zip64: { signature: 1 } }, 'malformed', /zip64/],
  [
    'a zip64 record that the old one contradicts',
    { entries: [x], zip64: true, end: { entries: 7 } },
    'malformed',
    /disagree/,
  ],
  ['several disks', { entries: [x], end: { disk: 1 } }, 'malformed', /disk/],
  [
    'a broken extra field',
    { entries: [{ ...x, extra: Buffer.from([1, 0, 255, 255, 0]) }] },
    'malformed',
    /extra field/,
  ],
]

for (const [what, zip, code, message] of HOSTILE) {
  test(`hostile: ${what}`, async () => {
    const bytes = Buffer.isBuffer(zip) ? zip : buildZip(zip)
    await assert.rejects(readModuleZip(bytes, OF), { name: 'GomodError', code, message })
  })
}

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

test('a bomb costs no more memory than it claims', async () => {
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
