import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { createRandom, fuzzRuns, type Random } from '@mirrorwatch/testing/random'
import { FLUSH, packet, readPackets } from '../../src/git/pkt-line.ts'
import { type Ref, RefReader } from '../../src/git/ref-reader.ts'
import { createTarReader } from '../../src/git/tar.ts'
import { TreeParser } from '../../src/git/tree.ts'

const ID = '0123456789abcdef0123456789abcdef01234567'
const LONG_ID = ID + ID.slice(0, 24)

function parse(output: Buffer | string, maxEntries?: number): TreeParser['entries'] {
  const parser = new TreeParser(maxEntries)
  parser.push(Buffer.from(output))
  return parser.end()
}

function code(wanted: GomodError['code']): (error: unknown) => boolean {
  return (error) => isGomodError(error, wanted)
}

/** Reads an answer in pieces of 7 bytes, which cut through every packet. */
function parseLsRefs(answer: Buffer): Map<string, Ref> {
  const reader = new RefReader(() => true)
  for (let at = 0; at < answer.length; at += 7) reader.push(answer.subarray(at, at + 7))
  return reader.end()
}

test('the list of a tree is read in pieces of any size', () => {
  const output = Buffer.concat([
    Buffer.from(`100644 blob ${ID}\ta b.go\x00120000 blob ${ID}\té/\n"\x00160000 commit ${LONG_ID}\tsub\t\0`),
    Buffer.from('100755 blob '),
    Buffer.from(ID),
    Buffer.from([9, 0xff, 0x61, 0]),
  ])
  const expected = [
    { mode: '100644', id: ID, path: 'a b.go', utf8: true },
    { mode: '120000', id: ID, path: 'é/\n"', utf8: true },
    { mode: '160000', id: LONG_ID, path: 'sub\t', utf8: true },
    { mode: '100755', id: ID, path: '\ufffda', utf8: false },
  ]
  for (const size of [1, 2, 7, 50, output.length]) {
    const parser = new TreeParser()
    for (let at = 0; at < output.length; at += size) parser.push(output.subarray(at, at + size))
    assert.deepEqual(parser.end(), expected)
  }
  assert.deepEqual(parse(''), [])
})

test('what is no list of a tree is refused by name', () => {
  const line = `100644 blob ${ID}\ta\0`
  for (const bad of [
    line.slice(0, -1),
    `${line}x\0`,
    `100644 blob ${ID.slice(1)}\ta\0`,
    `100644 tree x\ta\0`,
    `100644 blob ${ID}\t\0`,
    '\0',
    `1006449 blob ${ID}\ta\0`,
  ]) {
    assert.throws(() => parse(bad), code('malformed'), JSON.stringify(bad))
  }
  assert.throws(() => parse(line.repeat(11), 10), code('too-large'))
  assert.throws(() => parse(`100644 blob ${ID}\t${'a'.repeat(70_000)}`), code('too-large'))
})

test('pkt-lines are read by their lengths', () => {
  const packets = [...readPackets(Buffer.from(`${packet('a\n')}0001${packet('')}${packet('b')}0002${FLUSH}`))]
  assert.deepEqual(
    packets.map((item) => (item.type === 'data' ? item.data.toString() : item.type)),
    ['a\n', 'delimiter', '', 'b', 'response-end', 'flush'],
  )
  for (const bad of ['00', '000x', '0003', '0008abc', '<html>', 'ffff']) {
    assert.throws(() => [...readPackets(Buffer.from(bad))], code('bad-response'), bad)
  }
})

test('refs are read with what annotated tags come to', () => {
  const other = ID.replace('0', 'f')
  const answer = [
    `${ID} HEAD symref-target:refs/heads/main\n`,
    `${ID} refs/tags/v1 peeled:${other}\n`,
    'unborn HEAD\n',
    `${ID} refs/tags/v2`,
  ]
  const refs = parseLsRefs(Buffer.from(answer.map(packet).join('') + FLUSH))
  assert.deepEqual(
    [...refs.values()],
    [
      { name: 'HEAD', id: ID, peeled: ID },
      { name: 'refs/tags/v1', id: ID, peeled: other },
      { name: 'refs/tags/v2', id: ID, peeled: ID },
    ],
  )
  for (const bad of [packet('ERR no\n') + FLUSH, packet(answer[0] ?? ''), '', packet(`${ID}  x`) + FLUSH]) {
    assert.throws(() => parseLsRefs(Buffer.from(bad)), code('bad-response'), bad)
  }
})

async function tarNames(stream: Buffer, piece: number): Promise<string[]> {
  const names: string[] = []
  const tar = createTarReader({
    file: (path, size) => names.push(`${path} ${size}`),
    data() {},
    endFile() {},
  })
  for (let at = 0; at < stream.length; at += piece) tar.push(stream.subarray(at, at + piece))
  await tar.end()
  return names
}

/** One entry of a tar stream, with a right checksum. */
function tarEntry(name: string | Buffer, content: Buffer, type = '0'): Buffer {
  const header = Buffer.alloc(512)
  Buffer.from(name).copy(header)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(type, 156)
  header.write('ustar\x0000', 257)
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

/** A pax record counts its own length. */
function paxPath(path: string): Buffer {
  let length = path.length + 8
  while (`${length} path=${path}\n`.length !== length) length++
  return tarEntry('pax', Buffer.from(`${length} path=${path}\n`), 'x')
}

const TAR_END = Buffer.alloc(1024)

test('a tar stream is read in pieces of any size, with long paths and only files', async () => {
  const long = `dir/${'a'.repeat(300)}.go`
  const stream = Buffer.concat([
    tarEntry('dir/', Buffer.alloc(0), '5'),
    tarEntry('a.txt', Buffer.from('hello')),
    tarEntry('empty.go', Buffer.alloc(0)),
    paxPath(long),
    tarEntry('dir/aaa', Buffer.alloc(70_000, 1)),
    tarEntry('z.go', Buffer.alloc(512, 2)),
    TAR_END,
  ])
  for (const piece of [1, 3, 511, 512, 513, 4096, stream.length]) {
    assert.deepEqual(await tarNames(stream, piece), ['a.txt 5', 'empty.go 0', `${long} 70000`, 'z.go 512'])
  }
})

test('a tar stream that ends early, or says nonsense, is refused by name', async () => {
  const good = Buffer.concat([tarEntry('a.txt', Buffer.from('hello')), TAR_END])
  await assert.rejects(tarNames(good.subarray(0, 515), 512), code('malformed'))
  await assert.rejects(tarNames(good.subarray(0, 600), 512), code('malformed'))
  const sized = Buffer.from(good)
  sized.write('zzzzzzzzzzz\0', 124)
  await assert.rejects(tarNames(sized, 512), code('malformed'))
  const invalid = Buffer.concat([tarEntry(Buffer.from([0x61, 0xff]), Buffer.from('x')), TAR_END])
  await assert.rejects(tarNames(invalid, 512), code('malformed'))
  const endless = Buffer.concat([paxPath('a/'.repeat(10_000)), tarEntry('a', Buffer.from('x')), TAR_END])
  await assert.rejects(tarNames(endless, 512), code('too-large'))
  const huge = Buffer.concat([tarEntry('pax', Buffer.alloc(5 * 1024 * 1024), 'x'), TAR_END])
  await assert.rejects(tarNames(huge, 4096), code('malformed'))
})

/** Real output with a few bytes changed, cut or doubled: far likelier to be nearly right than random bytes. */
function spoil(random: Random, good: Buffer): Buffer {
  const bytes = Buffer.from(good)
  for (let i = random.int(4); i > 0; i--) bytes[random.int(bytes.length)] = random.int(256)
  const cut = random.chance(0.3) ? random.int(bytes.length) : bytes.length
  return random.chance(0.2)
    ? Buffer.concat([bytes.subarray(0, cut), bytes.subarray(random.int(bytes.length))])
    : bytes.subarray(0, cut)
}

test('no output makes the parsers fail in any other way', () => {
  const random = createRandom(4_711)
  const tree = Buffer.from(
    `100644 blob ${ID}\ta/b.go\x00120000 blob ${ID}\té\x00160000 commit ${LONG_ID}\tsub\0`,
  )
  const refs = Buffer.from(
    packet(`${ID} refs/tags/v1 peeled:${ID}\n`) + packet(`${ID} refs/tags/v2\n`) + FLUSH,
  )
  for (let run = 0; run < fuzzRuns(5_000); run++) {
    for (const attempt of [() => parse(spoil(random, tree), 10), () => parseLsRefs(spoil(random, refs))]) {
      try {
        attempt()
      } catch (error) {
        if (!isGomodError(error, 'malformed', 'bad-response', 'too-large')) throw error
      }
    }
  }
})
