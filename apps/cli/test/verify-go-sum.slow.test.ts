import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { IndexFeed } from '@mirrorwatch/world/build/index-feed'
import { SumdbLog } from '@mirrorwatch/world/build/sumdb-log'
import { serveUpstreams, type Upstreams } from '@mirrorwatch/world/serve/upstreams'
import type { TargetVerification } from '../src/verified.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-go-sum-'))
const log = new SumdbLog('sum.example', 'verify-go-sum')
const MODULES = Array.from({ length: 300 }, (_, i) => `example.com/owner${i}/project`)
let upstreams: Upstreams

before(async () => {
  for (const module of MODULES) log.append(module, 'v1.0.0', sum(module), sum(`${module} go.mod`))
  upstreams = await serveUpstreams(new IndexFeed(), log)
})
after(async () => {
  await upstreams[Symbol.asyncDispose]()
  rmSync(root, { recursive: true, force: true })
})

function sum(text: string): string {
  return `h1:${createHash('sha256').update(text).digest('base64')}`
}

function linesOf(module: string, zip = sum(module), goMod = sum(`${module} go.mod`)): string[] {
  return [`${module} v1.0.0 ${zip}`, `${module} v1.0.0/go.mod ${goMod}`]
}

function verify(
  name: string,
  lines: readonly string[],
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<Ran> {
  writeFileSync(path.join(root, name), `${lines.join('\n')}\n`)
  return mirrorwatch(['verify', '--no-repository', ...args, name], {
    cwd: root,
    env: {
      MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl,
      MIRRORWATCH_SUMDB_KEY: log.key,
      XDG_CACHE_HOME: path.join(root, `cache of ${name}`),
      ...env,
    },
  })
}

function verdicts({ stdout }: Ran): string[] {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TargetVerification)
  return lines.map(({ module, verdict }) => `${module} ${verdict}`)
}

const [A = '', B = '', C = ''] = [MODULES[3], MODULES[100], MODULES[299]]

test('both hashes of a version are compared with the checksum database', async () => {
  const wrong = sum('another')
  const lines = [...linesOf(A), ...linesOf(B, wrong), ...linesOf(C, sum(C), wrong)]
  assert.deepEqual(verdicts(await verify('both.sum', lines, {}, ['--json'])), [
    `${A} same`,
    `${B} sum-disagrees`,
    `${C} sum-disagrees`,
  ])
  const human = await verify('both.sum', lines)
  assert.equal(human.code, 1)
  assert.ok(human.stdout.includes(`its zip has ${wrong} here and ${sum(B)} in the checksum database`))
  assert.ok(human.stdout.includes(`its go.mod has ${wrong} here`))
  assert.match(
    human.stderr,
    /3 versions: 1 same, 2 sum-disagrees\n {2}sum-disagrees: your build does not have/,
  )
})

test('a second line with another hash, and a line for the go.mod alone, are checked too', async () => {
  const [zip = '', goMod = ''] = linesOf(A)
  const lines = [zip, goMod, `${A} v1.0.0 ${sum('second')}`, `${B} v1.0.0/go.mod ${sum('other')}`]
  assert.deepEqual(verdicts(await verify('lines.sum', lines, {}, ['--json'])), [
    `${A} same`,
    `${A} sum-disagrees`,
    `${B} sum-disagrees`,
  ])
})

test('a second run asks the database nothing, and a damaged cache is fetched again', async () => {
  const lines = [A, B, C].flatMap((module) => linesOf(module))
  assert.equal((await verify('warm.sum', lines)).code, 0)
  const cold = upstreams.asked.length
  assert.equal((await verify('warm.sum', lines)).code, 0)
  assert.equal(upstreams.asked.length, cold)
  const cache = path.join(
    root,
    'cache of warm.sum/mirrorwatch/sumdb',
    encodeURIComponent(log.key.split('+').slice(0, 2).join('+')),
  )
  writeFileSync(path.join(cache, 'tile/8/0/000'), Buffer.alloc(8192))
  writeFileSync(path.join(cache, `lookup/${B}@v1.0.0`), 'nonsense')
  assert.equal((await verify('warm.sum', lines)).code, 0)
  assert.ok(upstreams.asked.length > cold)
})

test('a database that lies is not believed', async () => {
  // The record is another one; the tiles and the signed head are those of the log.
  const lie = (log.lookup(A, 'v1.0.0') ?? '').replace(sum(A), sum('evil'))
  upstreams.instead = (asked) =>
    asked.startsWith('/lookup/') ? { status: 200, headers: {}, body: Buffer.from(lie) } : undefined
  const { code, stdout } = await verify('lies.sum', linesOf(A, sum('evil')))
  upstreams.instead = null
  assert.equal(code, 2)
  assert.match(stdout, /unverifiable/)
  assert.match(stdout, /record 3 is not in the tree/)
})

test('private modules cause no request, and equal outcomes are one paragraph', async () => {
  const unknown = ['a', 'b', 'c', 'd'].map((name) => `example.com/unknown/${name}`)
  const lines = [A, 'corp.example/secret', ...unknown].flatMap((module) => linesOf(module))
  const before = upstreams.asked.length
  const { code, stdout, stderr } = await verify('private.sum', lines, {
    GONOSUMDB: 'none.example',
    GOPRIVATE: 'corp.example',
  })
  assert.equal(code, 2)
  assert.ok(!upstreams.asked.slice(before).some((asked) => asked.includes('secret')))
  assert.match(
    stdout,
    /^\? unverifiable {2}4 versions\n {2}sum\.example has no record of it\n {4}example\.com\/unknown\/a v1\.0\.0\n/,
  )
  assert.match(stderr, /1 private versions/)
})

test('GOFLAGS=-mod=vendor points at the folder that is compiled', async () => {
  mkdirSync(path.join(root, 'vendor'))
  writeFileSync(path.join(root, 'vendor/modules.txt'), '')
  const { stderr } = await verify('vendored.sum', linesOf(A), { GOFLAGS: '-trimpath -mod=vendor' })
  assert.match(stderr, /builds compile vendor, which is not checked/)
})

test('a database that is not asked is reported, and a go.mod alone is compared with nothing', async () => {
  const [, goMod = ''] = linesOf(A)
  const unasked = await verify('unasked.sum', [goMod, ...linesOf(B)], { GONOSUMDB: A }, ['--json'])
  assert.deepEqual(verdicts(unasked), [`${B} same`])
  assert.match(unasked.stderr, /not asked about 1 of 2 versions/)
  const off = await verify('unasked.sum', linesOf(B), { GOSUMDB: 'off' })
  assert.equal(off.code, 2)
  assert.match(off.stderr, /no line has a hash that can be checked/)
})
