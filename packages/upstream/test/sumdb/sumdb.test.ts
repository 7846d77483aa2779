import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { buildGoOracle, type GoOracle, oracleSkip } from '@mirrorwatch/testing/go/go-oracle'
import { type FakeAnswer, fakeHttp } from '@mirrorwatch/testing/http/fake-http'
import { createSumdbClient } from '../../src/sumdb/sumdb.ts'
import { tilePath, tileWidth } from '../../src/sumdb/sumdb-tiles.ts'

const BASE = 'https://sum.example'
const SIZES = [1, 2, 255, 256, 257, 300, 65_536, 70_001]

test('tile paths and widths', () => {
  assert.equal(tilePath(4, 1_234_067n, 256), 'tile/8/4/x001/x234/067')
  assert.equal(tilePath(0, 5n, 8), 'tile/8/0/005.p/8')
  assert.equal(tilePath('data', 1_000n, 256), 'tile/8/data/x001/000')
  assert.deepEqual(
    [0n, 1n, 2n].map((index) => tileWidth(300n, 0, index)),
    [256, 44, 0],
  )
  assert.deepEqual([tileWidth(300n, 1, 0n), tileWidth(255n, 1, 0n), tileWidth(300n, 0, -1n)], [1, 0, 0])
})

suite("checksum databases written by Go's own code", { skip: oracleSkip() }, () => {
  let oracle: GoOracle
  let folder: string
  let verifierKey: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mirrorwatch-sumdb-'))
    oracle = buildGoOracle()
    const keys = oracle.ask(SIZES.map((size) => ['log', join(folder, String(size)), String(size), '0']))
    oracle.ask([['log', join(folder, 'other'), '400', '9']])
    verifierKey = String(keys[0])
  })
  after(() => {
    oracle[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  /** The database with `size` records; `change` may falsify an answer. */
  function open(
    size: number,
    change: (path: string, answer: FakeAnswer) => FakeAnswer = (_, answer) => answer,
  ) {
    const http = fakeHttp((url) => {
      const path = url.slice(BASE.length + 1)
      const file = join(folder, String(size), path)
      return change(path, existsSync(file) ? readFileSync(file) : { status: 404, body: 'not found' })
    })
    return { http, sumdb: createSumdbClient({ http, baseUrl: `${BASE}/`, verifierKey }) }
  }

  /** The answer of `/lookup` for record `number`. */
  function lookupAnswer(size: number, number: number): string {
    const tile = Math.floor(number / 256)
    const width = tileWidth(BigInt(size), 0, BigInt(tile))
    const texts = readFileSync(
      join(folder, String(size), tilePath('data', BigInt(tile), width)),
      'utf8',
    ).split('\n\n')
    return `${number}\n${texts[number % 256]}\n\n${readFileSync(join(folder, String(size), 'latest'), 'utf8')}`
  }

  test('every record tile of every log', async () => {
    for (const size of SIZES) {
      const { sumdb } = open(size)
      const head = await sumdb.latest()
      assert.equal(head.size, BigInt(size))
      const tiles = Math.ceil(size / 256)
      for (const index of new Set([0, Math.floor(tiles / 2), tiles - 2, tiles - 1])) {
        if (index < 0) continue
        const { records, skipped } = await sumdb.readRecords(BigInt(index), head)
        assert.equal(skipped, 0)
        assert.equal(records.length, Math.min(256, size - index * 256))
        assert.equal(records[0]?.number, BigInt(index * 256))
        assert.equal(records[0]?.path, `example.com/Mod${index * 256}`)
        assert.match(records[0]?.sum ?? '', /^h1:/)
      }
      await assert.rejects(sumdb.readRecords(BigInt(tiles), head), { code: 'not-found' })
    }
  })

  test('a partial tile that only exists in full', async () => {
    const small = open(300)
    const head = await small.sumdb.latest()
    const { sumdb } = open(70_001)
    // 300 records long, read from the server that has grown since.
    await sumdb.checkConsistency({ ...head }, await sumdb.latest())
    const { records } = await sumdb.readRecords(1n, head)
    assert.equal(records.length, 44)
  })

  test('an older head is the beginning of a newer one, or is found out', async () => {
    const heads = await Promise.all(SIZES.map((size) => open(size).sumdb.latest()))
    const { sumdb } = open(70_001)
    const newest = await sumdb.latest()
    for (const head of heads) await sumdb.checkConsistency(head, newest)
    const other = { ...heads[4], size: 257n, hash: Buffer.alloc(32) }
    await assert.rejects(sumdb.checkConsistency(other, newest), {
      code: 'not-trusted',
      message: /two histories/,
    })
  })

  test('a head that comes late is fine, one of another history is not', async () => {
    let latest = ''
    let tiles = '70001'
    const http = fakeHttp((url) => {
      const path = url.slice(BASE.length + 1)
      const file = join(folder, path === 'latest' ? latest : tiles, path)
      return existsSync(file) ? readFileSync(file) : { status: 404, body: '' }
    })
    const sumdb = createSumdbClient({ http, baseUrl: BASE, verifierKey })
    for (latest of ['257', '256', '300', '300', '65536', '1']) {
      assert.equal(String((await sumdb.latest()).size), latest)
    }
    latest = tiles = 'other'
    await assert.rejects(sumdb.latest(), { code: 'not-trusted', message: /two histories/ })
  })

  test('lookup, proven by tiles', async () => {
    for (const number of [0, 255, 256, 69_888, 70_000]) {
      const asked: string[] = []
      const { sumdb } = open(70_001, (path, answer) => {
        asked.push(path)
        return path.startsWith('lookup/') ? lookupAnswer(70_001, number) : answer
      })
      const record = await sumdb.lookup(`example.com/Mod${number}`, `v1.0.${number % 7}`)
      assert.equal(record.number, BigInt(number))
      assert.equal(asked[0], `lookup/example.com/!mod${number}@v1.0.${number % 7}`)
      assert.ok(asked.length <= 6, asked.join(' '))
    }
  })

  test('a lookup that lies', async () => {
    const answer = lookupAnswer(300, 7)
    const wrong: [string, string][] = [
      [answer.replace('h1:', 'h1:x'), 'not-trusted'],
      [answer.replace(/^7/, '8'), 'not-trusted'],
      [answer.replace(/^7/, '300'), 'not-trusted'],
      [answer.replace('\n300\n', '\n301\n'), 'not-trusted'],
      [lookupAnswer(300, 8), 'not-trusted'],
      ['<!doctype html>', 'bad-response'],
      ['7\n\n', 'bad-response'],
      [answer.replace('\n\n', '\n'), 'malformed'],
    ]
    for (const [lie, code] of wrong) {
      const { sumdb } = open(300, (path, real) => (path.startsWith('lookup/') ? lie : real))
      await assert.rejects(sumdb.lookup('example.com/Mod7', 'v1.0.0'), { name: 'GomodError', code }, lie)
    }
    const { sumdb, http } = open(300)
    await assert.rejects(sumdb.zipSum('example.com/none', 'v1.0.0'), { code: 'not-found' })
    await assert.rejects(sumdb.zipSum('example.com/none', 'master'), { code: 'invalid-version' })
    assert.equal(http.requests.length, 1)
  })

  test('one changed byte in any tile is found out', async () => {
    for (const [size, index] of [
      [300, 0n],
      [300, 1n],
      [70_001, 0n],
      [70_001, 100n],
      [70_001, 273n],
    ] as const) {
      const paths = new Set<string>()
      const honest = open(size, (path, answer) => {
        paths.add(path)
        return answer
      })
      await honest.sumdb.readRecords(index, await honest.sumdb.latest())
      for (const changed of paths) {
        const { sumdb } = open(size, (path, answer) => {
          if (path !== changed || !Buffer.isBuffer(answer)) return answer
          const copy = Buffer.from(answer)
          copy[Math.floor(copy.length / 3)] = (copy[Math.floor(copy.length / 3)] ?? 0) ^ 1
          return copy
        })
        const read = async () => sumdb.readRecords(index, await sumdb.latest())
        await assert.rejects(
          read(),
          (error: { code?: string }) =>
            ['not-trusted', 'malformed', 'bad-response'].includes(error.code ?? ''),
          changed,
        )
      }
    }
  })

  test('tiles that are cut, missing or too many', async () => {
    const cases: [RegExp, FakeAnswer, string][] = [
      [/data/, Buffer.from('cut'), 'bad-response'],
      [/data/, Buffer.alloc(0), 'bad-response'],
      [/data/, Buffer.from([0xff, 0x0a, 0x0a]), 'bad-response'],
      [/data/, Buffer.from('a\n\n'), 'not-trusted'],
      [/data/, { status: 404, body: '' }, 'bad-response'],
      [/data/, { status: 400, body: 'bad' }, 'bad-response'],
      [/tile\/8\/1/, Buffer.alloc(31), 'bad-response'],
      [/tile\/8\/1/, { status: 404, body: '' }, 'bad-response'],
      [/latest/, { status: 404, body: '' }, 'not-found'],
      [/latest/, '<!doctype html>', 'malformed'],
    ]
    for (const [pattern, lie, code] of cases) {
      const { sumdb } = open(300, (path, answer) => (pattern.test(path) ? lie : answer))
      const read = async () => sumdb.readRecords(0n, await sumdb.latest())
      await assert.rejects(read(), { name: 'GomodError', code }, String(pattern))
    }
  })

  test('a day of records costs little', async () => {
    const { sumdb, http } = open(70_001)
    const head = await sumdb.latest()
    for (let index = 100n; index < 250n; index++) await sumdb.readRecords(index, head)
    const kinds = http.requests.map(({ url }) => (url.includes('/data/') ? 'records' : 'other'))
    assert.equal(kinds.filter((kind) => kind === 'records').length, 150)
    assert.ok(kinds.filter((kind) => kind === 'other').length <= 6)
  })
})
