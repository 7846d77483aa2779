// Commands that run in checkouts of other people take no setting from a file there.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'
import { IndexFeed } from '@mirrorwatch/world/build/index-feed'
import { SumdbLog } from '@mirrorwatch/world/build/sumdb-log'
import { serveUpstreams, type Upstreams } from '@mirrorwatch/world/serve/upstreams'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-foreign-'))
const [good, wrong] = ['A', 'B'].map((letter) => `h1:${letter.repeat(43)}=`)
const log = new SumdbLog('sum.example', 'foreign checkout')
let upstreams: Upstreams
let ours: Record<string, string>

/** Settings that would switch everything off, or lead elsewhere. */
const HOSTILE = `MIRRORWATCH_SUMDB_URL=off
MIRRORWATCH_PROXY_URL=http://127.0.0.1:1
MIRRORWATCH_GIT_INSTEAD_OF=https://github.com/=http://127.0.0.1:1/
MIRRORWATCH_ALLOW_PRIVATE_HOSTS=true
MIRRORWATCH_DATA_DIR=store
MIRRORWATCH_LOG_LEVEL=loud
DATABASE_URL=postgres://127.0.0.1:1/none
GOSUMDB=off
GONOSUMDB=*
GOPRIVATE=*
GOPROXY=off
NETRC=netrc
NODE_OPTIONS=--require=./evil.js
`

before(async () => {
  log.append('example.com/a/b', 'v1.0.0', good ?? '', good ?? '')
  upstreams = await serveUpstreams(new IndexFeed(), log)
  ours = {
    MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl,
    MIRRORWATCH_SUMDB_KEY: log.key,
    XDG_CACHE_HOME: path.join(root, 'cache'),
  }
  writeFileSync(path.join(root, '.env'), HOSTILE)
  writeFileSync(path.join(root, 'go.mod'), 'module m.example/m\nrequire github.com/boltdb-go/bolt v1.3.1\n')
  writeFileSync(path.join(root, 'go.sum'), `example.com/a/b v1.0.0 ${wrong}\n`)
})
after(async () => {
  await upstreams[Symbol.asyncDispose]()
  rmSync(root, { recursive: true, force: true })
})

function run(args: string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
  return mirrorwatch(args, { cwd: root, env, input })
}

test('a .env switches nothing off in verify, and is reported', async () => {
  const { code, stdout, stderr } = await run(['verify', '--no-repository', 'go.sum'], ours)
  assert.equal(code, 1, stderr)
  assert.match(stdout, /sum-disagrees/)
  assert.match(stderr, /verify does not read \.env, which sets DATABASE_URL, .*MIRRORWATCH_PROXY_URL\n/)
})

test('a .env switches nothing off in check, match and sum', async () => {
  const check = await run(['check', 'go.mod'])
  assert.equal(check.code, 1, check.stderr)
  assert.match(check.stdout, /looks like github\.com\/boltdb\/bolt/)
  const match = await run(['match'], {}, 'github.com/sirupsem/logrus\n')
  assert.equal(match.code, 1, match.stderr)
  const sum = await run(['sum', '--repo', 'https://github.com.invalid/x', 'example.com/a/b@v1.0.0'])
  assert.doesNotMatch(sum.stderr, /LOG_LEVEL is/)
})

test('other commands read it', async () => {
  const { code, stderr } = await run(['targets', 'list'])
  assert.equal(code, 2)
  assert.match(stderr, /MIRRORWATCH_LOG_LEVEL is "loud"/)
})

test('a store that a checkout brought silences nothing; one that the environment names counts', async () => {
  const folder = path.join(root, 'with-store')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'go.mod'), 'module m.example/m\nrequire github.com/utfave/cli v1.0.0\n')
  await prepareStore(path.join(folder, '.mirrorwatch'))
  const here = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
    mirrorwatch(args, { cwd: folder, env })
  const allow = await here(['allow', 'add', 'owner', 'github.com/utfave', '--reason', 'theirs'])
  assert.equal(allow.code, 0, allow.stderr)
  const silent = await here(['check', 'go.mod'])
  assert.equal(silent.code, 1)
  assert.match(
    silent.stderr,
    /The store in \.mirrorwatch is not used.*\n.*MIRRORWATCH_DATA_DIR=\.mirrorwatch/,
  )
  const named = await here(['check', 'go.mod'], { MIRRORWATCH_DATA_DIR: '.mirrorwatch' })
  assert.equal(named.code, 0, named.stderr)
})
