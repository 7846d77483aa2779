import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { type Intercept, serveRepositories } from '@mirrorwatch/testing/git/git-http-server'
import { git, makeRepository } from '@mirrorwatch/testing/git/git-lab'
import { fetchCommit, fetchHistory, fetchObjects } from '../../src/git/fetch.ts'
import type { GitJob } from '../../src/git/run/job.ts'
import { createGitSandbox } from '../../src/git/run/sandbox.ts'
import { readTree } from '../../src/git/tree.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-git-limits-'))
const repository = path.join(root, 'repositories', 'x')
makeRepository(repository, { 'a.go': 'package a\n', 'b/b.go': 'package b\n' }, [{ name: 'v1.0.0' }])
const commit = git(repository, ['rev-parse', 'refs/tags/v1.0.0']).trim()
after(() => rmSync(root, { recursive: true, force: true }))

async function lab(intercept?: Intercept) {
  const server = await serveRepositories(path.join(root, 'repositories'), intercept)
  const told = { acquired: 0, throttled: [] as string[] }
  const sandbox = await createGitSandbox({
    workDir: path.join(root, 'work'),
    rateLimiter: {
      acquire: async (_host, _signal, requests = 1) => void (told.acquired += requests),
      throttled: async (host) => void told.throttled.push(host),
    },
  })
  const open = (): Promise<GitJob> => sandbox.openJob({ url: `${server.url}x`, scheme: 'http', pin: null })
  return { server, told, open, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('git asks the rate limiter for as many requests as it makes', async () => {
  await using own = await lab()
  const asks: ((job: GitJob) => Promise<unknown>)[] = [
    (job) => fetchCommit(job, commit),
    (job) => fetchCommit(job, 'refs/tags/v1.0.0'),
    (job) => fetchHistory(job, null),
    async (job) => {
      await fetchCommit(job, commit)
      const entries = await readTree(job, commit)
      await fetchObjects(
        job,
        entries.map(({ id }) => id),
      )
    },
  ]
  for (const ask of asks) {
    own.server.requests.length = 0
    own.told.acquired = 0
    await using job = await own.open()
    await ask(job)
    assert.ok(own.server.requests.length >= 2)
    assert.equal(own.told.acquired, own.server.requests.length, own.server.requests.join(', '))
  }
  assert.deepEqual(own.told.throttled, [])
})

test('a host that finds git too fast is heard', async () => {
  await using own = await lab((_request, response) => {
    response.writeHead(429).end()
    return true
  })
  await using job = await own.open()
  await assert.rejects(fetchCommit(job, commit), { code: 'retry-later' })
  assert.deepEqual(own.told.throttled, [new URL(own.server.url).host])
})

test('a full disk is not taken for a fault of the repository, even if the server says so', async () => {
  const full = [
    'fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output\n',
    "fatal: sha1 file '/w/index.lock' write error. Out of diskspace\n",
    'error: unable to write file: Disk quota exceeded\n',
  ]
  for (const untrustedStderr of full) {
    await using job = await jobThatEnds(untrustedStderr)
    await assert.rejects(fetchCommit(job, commit), {
      code: 'ENOSPC',
      // So does every command, in a folder of any name.
      message: `no space left on the disk of ${path.join(root, 'work')}: git could not write there`,
    })
  }
  const fromServer = [
    'remote: No space left on device\nfatal: fetch-pack: invalid index-pack output\n',
    'fatal: remote error: ouch\nwrite error: No space left on device\n',
  ]
  for (const untrustedStderr of fromServer) {
    await using job = await jobThatEnds(untrustedStderr)
    await assert.rejects(fetchCommit(job, commit), { name: 'GomodError' })
  }
})

/** A job whose git always fails with these words. */
async function jobThatEnds(untrustedStderr: string): Promise<GitJob> {
  const sandbox = await createGitSandbox({
    workDir: path.join(root, 'work'),
    spawn: async () => ({ code: 128, killedBy: null, stdout: Buffer.alloc(0), untrustedStderr }),
  })
  return sandbox.openJob({ url: 'http://127.0.0.1:1/x', scheme: 'http', pin: null })
}
