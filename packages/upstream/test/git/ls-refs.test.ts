import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { type GomodErrorCode, isGomodError } from '@mirrorwatch/gomod/errors'
import { type GitServer, type Intercept, serveRepositories } from '@mirrorwatch/testing/git/git-http-server'
import { commitOf, git, makeRepository, openLabJob } from '@mirrorwatch/testing/git/git-lab'
import { localRefs } from '../../src/git/local-refs.ts'
import { lsRefs } from '../../src/git/ls-refs.ts'
import { createHttpClient } from '../../src/http/client.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-refs-'))
const repository = path.join(root, 'r')
const http = createHttpClient({ userAgent: 'test', retries: 0, allowPrivateHosts: true, timeoutMs: 60_000 })
let commit = ''

before(() => {
  const tags = ['v1.0.0', 'v1.0.0-rc.1', 'v1.0.1'].map((name) => ({ name }))
  makeRepository(repository, { 'a.go': 'x' }, [...tags, { name: 'v2.0.0', kind: 'nested' }])
  commit = commitOf(repository)
})
after(async () => {
  await http[Symbol.asyncDispose]()
  rmSync(root, { recursive: true })
})

function rejects(promise: Promise<unknown>, code: GomodErrorCode): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(isGomodError(error, code), String(error))
    return true
  })
}

async function serving<T>(intercept: Intercept, ask: (server: GitServer) => Promise<T>): Promise<T> {
  await using server = await serveRepositories(root, intercept)
  return await ask(server)
}

test('one small request tells where a tag points', async () => {
  await using server = await serveRepositories(root)
  const { refs, url, objectFormat } = await lsRefs(http, `${server.url}r`, {
    prefixes: ['refs/tags/v1.0.0', 'refs/tags/v2.0.0'],
  })
  assert.deepEqual([...refs.keys()].toSorted(), [
    'refs/tags/v1.0.0',
    'refs/tags/v1.0.0-rc.1',
    'refs/tags/v2.0.0',
  ])
  assert.equal(refs.get('refs/tags/v1.0.0')?.id, commit)
  assert.equal(refs.get('refs/tags/v2.0.0')?.peeled, commit)
  assert.notEqual(refs.get('refs/tags/v2.0.0')?.id, commit)
  assert.deepEqual([url, objectFormat], [`${server.url}r`, 'sha1'])
  assert.deepEqual(server.requests, ['POST /r/git-upload-pack'])
  assert.ok(server.bytes() < 1500, `${server.bytes()} bytes`)
})

test('a folder tells the same', async () => {
  await using job = await openLabJob(path.join(root, 'work'), repository)
  const { refs } = await localRefs(job, { prefixes: ['refs/tags/v2'] })
  assert.deepEqual(
    [...refs.values()].map(({ name, peeled }) => [name, peeled]),
    [['refs/tags/v2.0.0', commit]],
  )
})

test('a server that redirects is followed, and the new address told', async () => {
  const moved: Intercept = (request, response) => {
    if (!request.url?.startsWith('/old')) return false
    response.writeHead(301, { location: request.url.replace('/old', '/r') }).end()
    return true
  }
  await serving(moved, async (server) => {
    const { refs, url } = await lsRefs(http, `${server.url}old`, { prefixes: ['refs/tags/v1.0.1'] })
    assert.deepEqual([refs.size, url], [1, `${server.url}r`])
  })
})

test('a server without protocol v2 is understood as well', async () => {
  const old: Intercept = (request) => {
    delete request.headers['git-protocol']
    return false
  }
  await serving(old, async (server) => {
    const { refs } = await lsRefs(http, `${server.url}r`, { prefixes: ['refs/tags/v2'] })
    assert.deepEqual(
      [...refs.values()].map(({ name, peeled }) => [name, peeled]),
      [['refs/tags/v2.0.0', commit]],
    )
  })
})

test('a repository of SHA-256 ids is recognized', async () => {
  const dir = path.join(root, 'long')
  execFileSync('git', ['init', '-q', '--bare', '--object-format=sha256', dir])
  const tree = git(dir, ['mktree'], '').trim()
  git(dir, ['update-ref', 'refs/tags/v1.0.0', git(dir, ['commit-tree', '-m', 'x', tree]).trim()])
  await serving(
    () => false,
    async (server) => {
      const { refs, objectFormat } = await lsRefs(http, `${server.url}long`, { prefixes: ['refs/tags/v1'] })
      assert.deepEqual([refs.get('refs/tags/v1.0.0')?.id.length, objectFormat], [64, 'sha256'])
    },
  )
})

test('missing, private and moved repositories are distinguished as well as hosts do', async () => {
  for (const [status, code] of [
    [404, 'gone'],
    [410, 'gone'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [429, 'retry-later'],
    [503, 'retry-later'],
    [400, 'bad-response'],
  ] as const) {
    const answer: Intercept = (_, response) => !!response.writeHead(status).end('x')
    await serving(answer, (server) =>
      rejects(lsRefs(http, `${server.url}r`, { prefixes: ['refs/tags/v1'] }), code),
    )
  }
})

test('a page instead of refs, a redirect to a page, and an endless answer are refused', async () => {
  const page: Intercept = (_, response) => !!response.end('<html>parked</html>')
  await serving(page, (server) =>
    rejects(lsRefs(http, `${server.url}r`, { prefixes: ['refs/tags/v1'] }), 'bad-response'),
  )
  const home: Intercept = (request, response) => {
    if (request.url !== '/home') response.writeHead(302, { location: '/home' })
    return !!response.end('x')
  }
  await serving(home, (server) =>
    rejects(lsRefs(http, `${server.url}r`, { prefixes: ['refs/tags/v1'] }), 'bad-response'),
  )
  const endless: Intercept = (_, response) => {
    const line = `003d${'0'.repeat(40)} refs/tags/v1.0.0\n`.padEnd(0x3d, 'x')
    const timer = setInterval(() => response.write(line.repeat(40_000)), 1)
    response.on('close', () => clearInterval(timer))
    return true
  }
  await serving(endless, (server) =>
    rejects(lsRefs(http, `${server.url}r`, { prefixes: ['refs/tags/v1'] }), 'too-large'),
  )
})

test('a redirect into the network that we run in is not followed', async () => {
  for (const target of [
    'http://169.254.169.254/r',
    'http://127.0.0.1:1/r',
    'http://[::1]/r',
    'http://10.0.0.1/r',
    'http://metadata.test/r',
    'file:///etc/passwd',
    'ext::sh',
  ]) {
    const lead: Intercept = (request, response) => {
      const rest = (request.url ?? '').replace('/r', '')
      return !!response.writeHead(302, { location: `${target}${rest}` }).end()
    }
    await serving(lead, async (server) => {
      await using strict = createHttpClient({
        userAgent: 'test',
        retries: 0,
        allowPrivateHosts: [new URL(server.url).host],
        resolve: async () => [{ address: '169.254.169.254', family: 4 }],
      })
      await assert.rejects(lsRefs(strict, `${server.url}r`, { prefixes: ['refs/tags/v1'] }), (error) => {
        assert.ok(isGomodError(error, 'forbidden-address', 'bad-response'), String(error))
        return true
      })
    })
  }
})
