import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { type GomodErrorCode, isGomodError } from '@mirrorwatch/gomod/errors'
import { serveRepositories } from '@mirrorwatch/testing/git/git-http-server'
import { commitOf, git, type LabFiles, makeRepository } from '@mirrorwatch/testing/git/git-lab'
import { archiveFiles } from '../../src/git/archive.ts'
import { fetchCommit, fetchObjects } from '../../src/git/fetch.ts'
import { prepareRemote } from '../../src/git/remote.ts'
import { watchFolder } from '../../src/git/run/disk-watch.ts'
import type { GitRemote } from '../../src/git/run/environment.ts'
import type { GitJob, GitSandboxOptions } from '../../src/git/run/job.ts'
import { createGitSandbox } from '../../src/git/run/sandbox.ts'
import { readSnapshot } from '../../src/git/snapshot.ts'
import { readTree } from '../../src/git/tree.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-hostile-'))
const workDir = path.join(root, 'work')
const marker = path.join(root, 'executed')
after(() => rmSync(root, { recursive: true, force: true }))

function repository(name: string, files: LabFiles): string {
  const dir = path.join(root, 'repositories', name)
  makeRepository(dir, files, [{ name: 'v1.0.0' }])
  return dir
}

async function jobOn(remote: string | GitRemote, options: Partial<GitSandboxOptions> = {}): Promise<GitJob> {
  const sandbox = await createGitSandbox({ workDir, ...options })
  return sandbox.openJob(
    typeof remote === 'string' ? { url: `file://${remote}`, scheme: 'file', pin: null } : remote,
  )
}

function overHttp(url: string): GitRemote {
  return { url, scheme: 'http', pin: null }
}

function rejects(promise: Promise<unknown>, ...codes: GomodErrorCode[]): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(isGomodError(error, ...codes), String(error))
    return true
  })
}

/** A commit of a tree that is written as bytes, so that it can be what no git would make. */
function commitRawTree(dir: string, entries: [mode: string, name: string, id: string][]): string {
  const body = Buffer.concat(
    entries.map(([mode, name, id]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    ),
  )
  const tree = git(dir, ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], body).trim()
  const id = git(dir, ['hash-object', '-t', 'commit', '-w', '--stdin'], commitOfTree(tree)).trim()
  git(dir, ['update-ref', 'refs/tags/v1.0.0', id])
  return id
}

function commitOfTree(tree: string): string {
  return `tree ${tree}\nauthor a <a@b.c> 1600000000 +0000\ncommitter a <a@b.c> 1600000000 +0000\n\nx\n`
}

describe('repositories that are bombs', () => {
  test('nested identical trees stop at the limit of files', async () => {
    const dir = repository('bomb', { 'go.mod': 'module a.b/c\n' })
    const blob = git(dir, ['hash-object', '-w', '--stdin'], 'x').trim()
    let lines = Array.from({ length: 10 }, (_, i) => `100644 blob ${blob}\tf${i}`)
    for (let level = 0; level < 10; level++) {
      const tree = git(dir, ['mktree'], `${lines.join('\n')}\n`).trim()
      lines = Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\td${i}`)
    }
    commitRawTree(
      dir,
      lines.map((line) => ['40000', line.split('\t')[1] ?? '', line.split(/[ \t]/)[2] ?? '']),
    )
    await using job = await jobOn(dir)
    await fetchCommit(job, 'refs/tags/v1.0.0')
    await rejects(readTree(job, 'refs/tags/v1.0.0'), 'too-large')
  })

  test('a tree as deep as a well ends in an error', async () => {
    const dir = repository('deep', { 'go.mod': 'module a.b/c\n' })
    const depth = 6_000
    const parts = [`commit refs/heads/deep\ncommitter a <a@b.c> 1600000000 +0000\ndata 0\n`]
    parts.push(`M 100644 inline ${'d/'.repeat(depth)}f\ndata 1\nx\n`)
    git(dir, ['-c', 'core.maxTreeDepth=100000', 'fast-import', '--quiet'], parts.join(''))
    await using job = await jobOn(dir)
    await rejects(
      fetchCommit(job, 'refs/heads/deep').then(() => readTree(job, 'refs/heads/deep')),
      'too-large',
      'git-failed',
    )
  })

  test('a pack over its limit is cut off, and nothing of it stays', async () => {
    const dir = repository('large', { 'go.mod': 'module a.b/c\n', 'noise.bin': noise(3_000_000) })
    git(dir, ['config', 'uploadpack.allowFilter', 'false'])
    await using server = await serveRepositories(path.join(root, 'repositories'))
    {
      await using job = await jobOn(overHttp(`${server.url}large`), { maxPackBytes: 1_000_000 })
      await rejects(fetchCommit(job, 'refs/tags/v1.0.0'), 'too-large')
    }
    assert.deepEqual(readdirSync(workDir), [])
  })

  test('an object that inflates to more than memory ends in an error', async () => {
    const dir = repository('inflating', { 'go.mod': 'module a.b/c\n' })
    const tree = git(
      dir,
      ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'],
      Buffer.alloc(300_000_000),
    ).trim()
    const id = git(dir, ['hash-object', '-t', 'commit', '-w', '--stdin'], commitOfTree(tree)).trim()
    git(dir, ['update-ref', 'refs/tags/v1.0.0', id])
    await using job = await jobOn(dir, { maxMemoryBytes: 250_000_000 })
    await rejects(
      fetchCommit(job, 'refs/tags/v1.0.0').then(() => readTree(job, 'refs/tags/v1.0.0')),
      'too-large',
      'git-failed',
    )
  })

  test('a folder over its limit stops the command that fills it', async () => {
    const dir = mkdtempSync(path.join(root, 'watched-'))
    const watch = watchFolder(dir, 100_000)
    writeFileSync(path.join(dir, 'x'), noise(200_000))
    await new Promise((resolve) => watch.signal.addEventListener('abort', resolve))
    assert.ok(isGomodError(watch.signal.reason, 'too-large'))
    assert.equal(await watch.peakBytes(), 200_000)
    await watch.stop()
  })
})

function noise(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  let state = 1
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    buffer[i] = state >>> 16
  }
  return buffer
}

describe('servers that never end', () => {
  test('one that is silent', async () => {
    await using server = await serveRepositories(root, () => true)
    await using job = await jobOn(overHttp(`${server.url}x`), { networkTimeoutMs: 700 })
    await rejects(fetchCommit(job, 'refs/tags/v1.0.0'), 'retry-later')
  })

  test('one that talks on and on', async () => {
    await using server = await serveRepositories(root, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      response.write('001e# service=git-upload-pack\n0000000eversion 2\n')
      const timer = setInterval(() => response.write('0013agent=git/lies\n'), 5)
      response.on('close', () => clearInterval(timer))
      return true
    })
    await using job = await jobOn(overHttp(`${server.url}x`), { networkTimeoutMs: 1000 })
    await rejects(fetchCommit(job, 'refs/tags/v1.0.0'), 'retry-later')
  })

  test('a job that its caller gives up ends at once, and its folder with it', async () => {
    await using server = await serveRepositories(root, () => true)
    const controller = new AbortController()
    const sandbox = await createGitSandbox({ workDir })
    {
      await using job = await sandbox.openJob(overHttp(`${server.url}x`), { signal: controller.signal })
      const fetching = fetchCommit(job, 'refs/tags/v1.0.0')
      controller.abort(new Error('enough'))
      await assert.rejects(fetching, /enough/)
    }
    assert.deepEqual(readdirSync(workDir), [])
  })
})

describe('addresses and names that want to be something else', () => {
  const options = { insteadOf: [], resolveAddress: async () => '93.184.216.34' }

  test('only https goes to a repository that a stranger names', async () => {
    for (const url of [
      `ext::sh -c 'touch ${marker}'`,
      'file:///etc',
      'http://example.com/r',
      'ssh://example.com/r',
      'git://example.com/r',
      'git@example.com:r',
      'https://user:password@example.com/r',
      'https://example.com/r?x=1',
      'https://exa$mple.com/r',
      '--upload-pack=touch',
      '',
    ]) {
      await rejects(prepareRemote(url, options), 'forbidden-address')
    }
  })

  test('what a person gives, and what a rewrite leads to, may be a folder or http', async () => {
    const remote = await prepareRemote('file:///a%20b', { ...options, trusted: true })
    assert.deepEqual(remote, { url: 'file:///a b', scheme: 'file', pin: null })
    const insteadOf = [
      { from: 'https://example.com/', to: 'http://127.0.0.1:9/' },
      { from: 'https://example.com/deep/', to: 'http://127.0.0.1:9/other/' },
    ]
    const rewritten = await prepareRemote('https://example.com/deep/r', { ...options, insteadOf })
    assert.equal(rewritten.url, 'http://127.0.0.1:9/other/r')
    await rejects(prepareRemote('file://host/share', { ...options, trusted: true }), 'forbidden-address')
    await rejects(prepareRemote("ext::sh -c 'x'", { ...options, trusted: true }), 'forbidden-address')
  })

  test('git connects to the address that was checked, not to what the name resolves to later', async () => {
    repository('pinned', { 'go.mod': 'module a.b/c\n' })
    await using server = await serveRepositories(path.join(root, 'repositories'))
    const { port } = new URL(server.url)
    const remote = {
      url: `http://no-such-host.invalid:${port}/pinned`,
      scheme: 'http',
      pin: `no-such-host.invalid:${port}:127.0.0.1`,
    } as const
    await using job = await jobOn(remote)
    await fetchCommit(job, 'refs/tags/v1.0.0')
    assert.equal((await readTree(job, 'refs/tags/v1.0.0')).length, 1)
  })

  test('git follows no redirect', async () => {
    await using server = await serveRepositories(path.join(root, 'repositories'), (request, response) => {
      const location = `http://${request.headers.host}/pinned${(request.url ?? '').slice(2)}`
      response.writeHead(301, { location }).end()
      return true
    })
    await using job = await jobOn(overHttp(`${server.url}x`))
    await rejects(fetchCommit(job, 'refs/tags/v1.0.0'), 'git-failed')
    assert.ok(server.requests.every((line) => !line.includes('/pinned')))
  })

  test('other schemes are refused by git itself as well', async () => {
    await using job = await jobOn({ url: 'https://example.com/r', scheme: 'https', pin: null })
    for (const url of [
      `ext::sh -c 'touch ${marker}'`,
      `file://${root}`,
      'http://127.0.0.1:9/x',
      'ssh://127.0.0.1/x',
      'git://127.0.0.1/x',
    ]) {
      const { code, untrustedStderr } = await job.run(['fetch', '--end-of-options', url])
      assert.equal(code, 128)
      assert.match(untrustedStderr, /not allowed/, url)
    }
    assert.equal(existsSync(marker), false)
  })

  test('a ref that looks like an option is a ref, or is refused', async () => {
    const dir = repository('refs', { 'go.mod': 'module a.b/c\n' })
    const odd = ['-x', '--upload-pack=touch', '@', 'ä', '!ext', "'quoted'", '$(touch)', 'a;b']
    for (const name of odd) git(dir, ['update-ref', `refs/tags/${name}`, commitOf(dir)])
    await using job = await jobOn(dir)
    for (const name of odd) {
      await fetchCommit(job, `refs/tags/${name}`)
      assert.equal((await readTree(job, `refs/tags/${name}`)).length, 1, name)
    }
    for (const bad of [
      '-x',
      '--upload-pack=x',
      'refs/tags/a b',
      'refs/tags/a:b',
      'refs/tags/*',
      '+refs/tags/x',
      'HEAD',
      'refs/tags/a^',
      'refs/tags/a\nb',
      '',
    ]) {
      await rejects(fetchCommit(job, bad), 'malformed')
    }
    await rejects(fetchObjects(job, ['--help']), 'malformed')
  })
})

describe('local repositories that want to run something', () => {
  const run = `touch ${marker}`

  test('configuration, hooks, filters and attributes of the repository start nothing', async () => {
    const dir = repository('hostile', {
      'go.mod': 'module a.b/c\n',
      'a.txt': 'one\n',
      '.gitattributes': '*.txt filter=evil diff=evil merge=evil\n',
    })
    const settings: Record<string, string> = {
      'uploadpack.packObjectsHook': run,
      'core.fsmonitor': run,
      'core.sshCommand': run,
      'core.alternateRefsCommand': run,
      'core.hooksPath': path.join(root, 'hooks'),
      'filter.evil.smudge': run,
      'filter.evil.clean': run,
      'filter.evil.process': run,
      'diff.evil.textconv': run,
      'remote.origin.uploadpack': run,
      'alias.fetch': `!${run}`,
    }
    for (const [key, value] of Object.entries(settings)) git(dir, ['config', key, value])
    for (const hooks of [path.join(root, 'hooks'), path.join(dir, 'hooks')]) {
      mkdirSync(hooks, { recursive: true })
      for (const name of [
        'post-checkout',
        'reference-transaction',
        'post-index-change',
        'pre-auto-gc',
        'proc-receive',
      ]) {
        writeFileSync(path.join(hooks, name), `#!/bin/sh\n${run}\n`, { mode: 0o755 })
      }
    }
    await using job = await jobOn(dir)
    await fetchCommit(job, 'refs/tags/v1.0.0')
    const { entries, byPath } = await readSnapshot(job, 'refs/tags/v1.0.0')
    const files = await archiveFiles(job, entries, byPath)
    assert.equal(files.size, 3)
    assert.equal(existsSync(marker), false)
  })

  test('a repository that lacks a file does not make git fetch it from where it says', async () => {
    const dir = repository('lacking', { 'go.mod': 'module a.b/c\n', 'a.txt': 'gone\n' })
    const blob = git(dir, ['rev-parse', 'refs/tags/v1.0.0:a.txt']).trim()
    rmSync(path.join(dir, 'objects', blob.slice(0, 2), blob.slice(2)))
    for (const [key, value] of Object.entries({
      'core.repositoryFormatVersion': '1',
      'extensions.partialClone': 'origin',
      'remote.origin.promisor': 'true',
      'remote.origin.url': `ext::sh -c ${run.replaceAll(' ', '% ')}`,
      'protocol.ext.allow': 'always',
    })) {
      git(dir, ['config', key, value])
    }
    await using job = await jobOn(dir)
    await fetchCommit(job, 'refs/tags/v1.0.0')
    const { entries, byPath } = await readSnapshot(job, 'refs/tags/v1.0.0')
    await rejects(archiveFiles(job, entries, byPath), 'git-failed', 'not-found', 'retry-later')
    assert.equal(existsSync(marker), false)
  })

  test('a folder that is no repository is said to be none', async () => {
    await using job = await jobOn(root)
    await rejects(fetchCommit(job, 'refs/tags/v1.0.0'), 'gone')
  })
})

describe('objects that no git would make', () => {
  test('old modes are read all the same, and told', async () => {
    const dir = repository('modes', { 'go.mod': 'module a.b/c\n' })
    const blob = git(dir, ['hash-object', '-w', '--stdin'], 'x').trim()
    commitRawTree(dir, [['0100664', 'a.txt', blob]])
    await using job = await jobOn(dir)
    assert.deepEqual(await fetchCommit(job, 'refs/tags/v1.0.0'), { failedFsck: true })
    const { entries, byPath } = await readSnapshot(job, 'refs/tags/v1.0.0')
    assert.deepEqual(
      entries.map(({ mode, path }) => [mode, path]),
      [['100644', 'a.txt']],
    )
    assert.equal((await archiveFiles(job, entries, byPath)).size, 1)
  })

  test('a tree with .git and .. in it cannot leave its place', async () => {
    const dir = repository('dots', { 'go.mod': 'module a.b/c\n' })
    const blob = git(dir, ['hash-object', '-w', '--stdin'], 'x').trim()
    const inner = git(dir, ['mktree'], `100644 blob ${blob}\tconfig\n`).trim()
    commitRawTree(dir, [
      ['40000', '..', inner],
      ['40000', '.git', inner],
      ['100644', 'a/b', blob],
    ])
    await using job = await jobOn(dir)
    await fetchCommit(job, 'refs/tags/v1.0.0')
    const { entries, byPath } = await readSnapshot(job, 'refs/tags/v1.0.0')
    await rejects(archiveFiles(job, entries, byPath), 'git-failed')
    assert.deepEqual(readdirSync(job.dir).sort().slice(0, 2), ['git', 'gitconfig'])
  })

  test('a tag of a tree or of a file is no commit', async () => {
    const dir = repository('tagged-tree', { 'go.mod': 'module a.b/c\n' })
    git(dir, ['update-ref', 'refs/tags/tree', git(dir, ['rev-parse', 'main^{tree}']).trim()])
    git(dir, ['update-ref', 'refs/tags/blob', git(dir, ['rev-parse', 'main:go.mod']).trim()])
    await using job = await jobOn(dir)
    for (const name of ['refs/tags/tree', 'refs/tags/blob']) {
      await fetchCommit(job, name).catch((error: unknown) => assert.ok(isGomodError(error)))
      await rejects(readSnapshot(job, name), 'not-found', 'git-failed')
    }
  })
})

describe('the sandbox', () => {
  test('passes nothing of our environment on', async () => {
    process.env['MIRRORWATCH_SECRET_FOR_TEST'] = 'secret'
    await using job = await jobOn({ url: 'https://example.com/r', scheme: 'https', pin: null })
    const { stdout } = await job.run(['-c', 'alias.show-env=!env', 'show-env'])
    const names = stdout
      .toString()
      .split('\n')
      .map((line) => line.split('=', 1)[0] ?? '')
    assert.ok(names.includes('GIT_ALLOW_PROTOCOL'))
    assert.deepEqual(
      names.filter((name) => /SECRET|PROXY|SSH_AUTH|TOKEN|PGP|AWS/i.test(name)),
      [],
    )
    delete process.env['MIRRORWATCH_SECRET_FOR_TEST']
  })

  test('reads no configuration but its own', async () => {
    await using job = await jobOn(
      { url: 'https://example.com/r', scheme: 'https', pin: null },
      { userAgent: 'a "quoted" \\ agent; # x' },
    )
    const { stdout } = await job.run(['config', '--list', '--show-origin'])
    const origins = new Set(
      stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => line.split('\t', 1)[0]),
    )
    assert.deepEqual(
      [...origins].toSorted((a = '', b = '') => (a < b ? -1 : 1)),
      [`file:${job.dir}/git/config`, `file:${job.dir}/gitconfig`],
    )
    const agent = await job.run(['config', 'http.userAgent'])
    assert.equal(agent.stdout.toString(), 'a "quoted" \\ agent; # x\n')
  })

  test('gives each job a new folder, and clears what a killed process left', async () => {
    const stale = path.join(workDir, 'mirrorwatch-git-stale')
    mkdirSync(stale)
    utimesSync(stale, 0, 0)
    const sandbox = await createGitSandbox({ workDir })
    assert.equal(existsSync(stale), false)
    const remote = { url: 'https://example.com/r', scheme: 'https', pin: null } as const
    await using one = await sandbox.openJob(remote)
    await using two = await sandbox.openJob(remote)
    assert.notEqual(one.dir, two.dir)
  })
})
