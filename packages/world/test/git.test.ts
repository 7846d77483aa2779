import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { CLOSED_GIT_ENVIRONMENT } from '../src/build/git-command.ts'
import { startWorld, type World } from '../src/world.ts'

const run = promisify(execFile)
let world: World
let folder: string
before(async () => {
  world = await startWorld('demo')
  folder = await mkdtemp(join(tmpdir(), 'mirrorwatch-clone-'))
})
after(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

/** git as a client that rewrites addresses to this world; rejects with git's own words. */
async function git(...args: string[]): Promise<string> {
  const rewrite = world.gitInsteadOf.split(',').flatMap((rule) => {
    const [from, to] = rule.split('=')
    return ['-c', `url.${to}.insteadOf=${from}`]
  })
  const { stdout } = await run('git', [...rewrite, ...args], { cwd: folder, env: CLOSED_GIT_ENVIRONMENT })
  return stdout
}

async function tagCommit(repository: string, tag: string): Promise<string> {
  const lines = (await git('ls-remote', '--tags', `https://${repository}`)).trim().split('\n')
  const of = (ref: string) => lines.find((line) => line.endsWith(`\t${ref}`))?.slice(0, 40)
  return (of(`refs/tags/${tag}^{}`) ?? of(`refs/tags/${tag}`)) as string
}

test('a repository can be cloned, blobless too, and is sound', async () => {
  await git('clone', '-q', 'https://github.com/marlinspikes/attic', 'attic')
  await git('-C', 'attic', 'fsck', '--strict', '--full')
  await git('clone', '-q', '--bare', '--filter=blob:none', 'https://github.com/boltdb/bolt.git', 'bolt.git')
  const missing = await git('-C', 'bolt.git', 'rev-list', '--objects', '--all', '--missing=print')
  assert.match(missing, /^\?[0-9a-f]{40}$/m, 'blobs were left out')
})

test('every repository of the demo passes fsck', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'mirrorwatch-world-test-'))
  await using _demo = await startWorld('demo', { directory })
  const repositories = (await readdir(directory)).filter((name) => name.endsWith('.git'))
  assert.ok(repositories.length > 60)
  for (const name of repositories) {
    const complaints = await git(`--git-dir=${join(directory, name)}`, 'fsck', '--strict', '--no-dangling')
    assert.equal(complaints, '', name)
  }
})

test('a moved tag shows its new commit, and the old one can still be fetched by its id', async () => {
  const cached = world.mirror.get('github.com/adrg/xdg', 'v0.5.1')?.commit as string
  const now = await tagCommit('github.com/adrg/xdg', 'v0.5.1')
  assert.notEqual(now, cached)
  await git('init', '-q', '--bare', 'old.git')
  await git('-C', 'old.git', 'fetch', '-q', '--depth=1', 'https://github.com/adrg/xdg', cached)
  assert.equal((await git('-C', 'old.git', 'cat-file', '-t', cached)).trim(), 'commit')
})

test('an annotated tag is peeled, GitHub ignores case, gopkg.in is the same repository', async () => {
  const lines = await git('ls-remote', '--tags', 'https://github.com/sirupsen/logrus')
  assert.match(lines, /refs\/tags\/v1\.9\.3\^\{\}/)
  assert.equal(await git('ls-remote', '--tags', 'https://github.com/Sirupsen/Logrus'), lines)
  assert.equal(
    await tagCommit('gopkg.in/ini.v1', 'v1.67.0'),
    await tagCommit('github.com/go-ini/ini', 'v1.67.0'),
  )
})

test('a renamed repository redirects, a deleted one is 404, a private one 401', async () => {
  const status = async (path: string) => {
    const url = `${new URL(world.proxyUrl).origin}/host/${path}/info/refs?service=git-upload-pack`
    const answer = await fetch(url, { redirect: 'manual' })
    return [answer.status, answer.headers.get('location')?.replace(/^http:\/\/[^/]+/, '')]
  }
  assert.deepEqual(await status('github.com/pions/webrtc'), [
    301,
    '/host/github.com/pion/webrtc.git/info/refs?service=git-upload-pack',
  ])
  assert.deepEqual(await status('github.com/qiniiu/qmgo'), [404, undefined])
  assert.deepEqual(await status('github.com/ironquay/vaultsync.git'), [401, undefined])
  assert.equal(
    await git('ls-remote', 'https://github.com/pions/webrtc'),
    await git('ls-remote', 'https://github.com/pion/webrtc'),
  )
  await assert.rejects(git('ls-remote', 'https://github.com/ironquay/vaultsync'), /could not read Username/)
})

test('nothing can be pushed', async () => {
  const origin = new URL(world.proxyUrl).origin
  const refs = await fetch(`${origin}/host/github.com/boltdb/bolt/info/refs?service=git-receive-pack`)
  assert.equal(refs.status, 403)
  const push = await fetch(`${origin}/host/github.com/boltdb/bolt/git-receive-pack`, {
    method: 'POST',
    body: '0000',
  })
  assert.equal(push.status, 403)
})

test('a client that goes away in the middle leaves no git process behind', async () => {
  const other = await startWorld('demo')
  const { hostname, port } = new URL(other.proxyUrl)
  const socket = connect(Number(port), hostname)
  socket.write(
    'POST /host/github.com/boltdb/bolt/git-upload-pack HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n' +
      'Content-Type: application/x-git-upload-pack-request\r\nGit-Protocol: version=2\r\n\r\n0014command=ls-refs\n',
  )
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length
  while (processes() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  socket.destroy()
  await other.close()
  assert.equal(processes(), 0)
})
