import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import { type BuiltZip, buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { readModuleZip } from '../../src/zip/module-zip.ts'

const OF = { module: 'example.com/m', version: 'v1.0.0' }
const P = 'example.com/m@v1.0.0/'
const GO_MOD = { name: `${P}go.mod`, content: 'module example.com/m\n' }
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
  ['a count that is 65,536 too high', { entries: [x], end: { entries: 2 } }, 'malformed', /zip/],
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
  ['a directory at the wrong offset', { entries: [x], end: { start: 3 } }, 'malformed', /zip/],
  [
    'a zip64 record to which the old record does not defer',
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
