import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GomodErrorCode, isGomodError } from '@mirrorwatch/gomod/errors'
import { type FakeAnswer, fakeHttp } from '@mirrorwatch/testing/http/fake-http'
import { knownRepository } from '../../src/discovery/known-hosts.ts'
import { givenRepository, type ResolveOptions, resolveRepository } from '../../src/discovery/repository.ts'
import { createAddressResolver } from '../../src/git/address.ts'
import { prepareRemote } from '../../src/git/remote.ts'

function page(...contents: string[]): string {
  const tags = contents.map((content) => `<meta name="go-import" content="${content}">`)
  return `<html><head>${tags.join('\n')}</head><body></body></html>`
}

async function resolve(
  path: string,
  pages: Record<string, FakeAnswer> = {},
  options: ResolveOptions = {},
): Promise<string> {
  const { root, url, vcs, subdir, via } = await resolveRepository(fakeHttp(pages), path, options)
  return [via, vcs, root ?? '?', url, subdir].join(' ').trimEnd()
}

function rejects(promise: Promise<unknown>, code: GomodErrorCode): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(isGomodError(error, code), String(error))
    return true
  })
}

test('known hosts are not asked', async () => {
  assert.equal(await resolve('github.com/o/r'), 'host git github.com/o/r https://github.com/o/r')
  assert.equal(
    await resolve('github.com/O.x/r-_y/sub/v3'),
    'host git github.com/O.x/r-_y https://github.com/O.x/r-_y sub',
  )
  assert.equal(await resolve('bitbucket.org/o/r/s'), 'host git bitbucket.org/o/r https://bitbucket.org/o/r s')
  assert.equal(
    await resolve('example.com/a/b.git/sub'),
    'host git example.com/a/b.git https://example.com/a/b sub',
  )
  assert.equal(await resolve('example.com/a.hg'), 'host hg example.com/a.hg https://example.com/a')
  assert.equal(
    await resolve('git.apache.org/thrift.git/lib'),
    'host git git.apache.org/thrift.git https://git.apache.org/thrift.git lib',
  )
  assert.equal(
    await resolve('golang.org/x/tools/gopls'),
    'shortcut git golang.org/x/tools https://go.googlesource.com/tools gopls',
  )
  assert.equal(
    await resolve('gopkg.in/yaml.v2'),
    'shortcut git gopkg.in/yaml.v2 https://github.com/go-yaml/yaml',
  )
  assert.equal(
    await resolve('gopkg.in/user/p.x.v3'),
    'shortcut git gopkg.in/user/p.x.v3 https://github.com/user/p.x',
  )
})

test('a path that its host cannot have is refused', () => {
  for (const path of [
    'github.com/o',
    'github.com',
    'github.com/o/r.git',
    'github.com/o/r.git/x',
    'bitbucket.org/o',
    'github.com/o/r+x',
  ]) {
    assert.throws(
      () => knownRepository(path),
      (error) => isGomodError(error, 'invalid-path'),
      path,
    )
  }
  assert.equal(knownRepository(`${'a.'.repeat(5000)}!`), null)
})

test('other paths are asked for their page', async () => {
  const root = { 'https://v.org/x?go-get=1': page('v.org/x git https://h.org/r/') }
  assert.equal(await resolve('v.org/x', root), 'page git v.org/x https://h.org/r')
  const sub = { ...root, 'https://v.org/x/y/v2?go-get=1': page('v.org/x git https://h.org/r/') }
  assert.equal(await resolve('v.org/x/y/v2', sub), 'page git v.org/x https://h.org/r y')
  const major = { 'https://v.org/x/v2?go-get=1': page('v.org/x/v2 git https://h.org/r') }
  assert.equal(await resolve('v.org/x/v2', major), 'page git v.org/x/v2 https://h.org/r')
  const subdir = { 'https://v.org/x?go-get=1': page('v.org/x git https://h.org/r go/mod') }
  assert.equal(await resolve('v.org/x', subdir), 'page git v.org/x https://h.org/r go/mod')
  const host = { 'https://v.org/?go-get=1': page('v.org git https://h.org/r') }
  assert.equal(await resolve('v.org', host), 'page git v.org https://h.org/r')
  const mod = { 'https://v.org/x?go-get=1': page('v.org/x git https://h.org/r', 'v.org/x mod https://p.org') }
  assert.equal(await resolve('v.org/x', mod), 'page mod v.org/x https://p.org')
  const odd = { 'https://v.org/x?go-get=1': { status: 404, body: page('v.org/x git https://h.org/r') } }
  assert.equal(await resolve('v.org/x', odd), 'page git v.org/x https://h.org/r')
})

test('the page of the root must agree', async () => {
  const asked = { 'https://v.org/x/y?go-get=1': page('v.org/x git https://h.org/r') }
  const other = { ...asked, 'https://v.org/x?go-get=1': page('v.org/x git https://h.org/other') }
  await rejects(resolve('v.org/x/y', other), 'not-found')
  const none = { ...asked, 'https://v.org/x?go-get=1': page() }
  await rejects(resolve('v.org/x/y', none), 'not-found')
})

test('pages without a usable tag are distinguished from hosts that do not answer', async () => {
  const at = 'https://v.org/x?go-get=1'
  await rejects(resolve('v.org/x', { [at]: 'parked' }), 'not-found')
  await rejects(resolve('v.org/x', { [at]: page('v.org/y git https://h.org/r') }), 'not-found')
  await rejects(
    resolve('v.org/x', { [at]: page('v.org/x git https://h.org/r', 'v.org/x git https://h.org/s') }),
    'not-found',
  )
  await rejects(resolve('v.org/x', { [at]: { status: 502, body: '' } }), 'retry-later')
  await rejects(resolve('v.org/x', { [at]: page('v.org/x git h.org/r') }), 'not-found')
  await rejects(resolve('v.org/x', { [at]: page('v.org/x git https://h.org/r ../up') }), 'bad-response')
  await rejects(resolve('v.org/x', { [at]: page('v.org/x git https://h.org/r -x') }), 'bad-response')
})

test('a rewrite holds for pages too', async () => {
  const insteadOf = [{ from: 'https://v.org/', to: 'http://127.0.0.1:9/v.org/' }]
  const pages = { 'http://127.0.0.1:9/v.org/x?go-get=1': page('v.org/x git https://h.org/r') }
  assert.equal(await resolve('v.org/x', pages, { insteadOf }), 'page git v.org/x https://h.org/r')
})

test('the mirror’s record comes first', async () => {
  const origin = { VCS: 'git', URL: 'https://h.org/r', Subdir: 'a/b' }
  assert.equal(await resolve('v.org/x/v2', {}, { origin }), 'origin git ? https://h.org/r a/b')
  assert.equal(
    await resolve('github.com/o/r/s/v2', {}, { origin }),
    'origin git github.com/o/r https://h.org/r s',
  )
  await rejects(resolve('v.org/x', {}, { origin: { ...origin, Subdir: '../x' } }), 'bad-response')
  await rejects(
    resolve('v.org/x', {}, { origin: { ...origin, URL: 'https://u:p@h.org/r' } }),
    'forbidden-address',
  )
})

test('in a repository given by hand, any end of the path can be the directory', () => {
  const dirs = (path: string): string[] =>
    givenRepository(path, 'file:///r').places.map(({ codeDir }) => codeDir)
  assert.deepEqual(dirs('go.opentelemetry.io/otel/sdk/v2'), ['otel/sdk', 'sdk', ''])
  assert.deepEqual(dirs('v.org'), [''])
  assert.deepEqual(dirs('github.com/o/r/s'), ['s'])
  assert.deepEqual(dirs('github.com/o'), ['o', ''])
})

test('what a page names is contacted only at a public https address', async () => {
  const addresses: Record<string, string[]> = {
    'loop.org': ['127.0.0.1'],
    'link.org': ['169.254.10.1'],
    'private.org': ['10.1.2.3'],
    'metadata.org': ['169.254.169.254'],
    'six.org': ['fd00::1'],
    'mapped.org': ['::ffff:127.0.0.1'],
    'mixed.org': ['93.184.216.34', '192.168.0.1'],
    'public.org': ['93.184.216.34'],
    'public6.org': ['2606:2800:220:1:248:1893:25c8:1946'],
  }
  const resolveAddress = createAddressResolver(false, async (name) =>
    (addresses[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  )
  const prepare = async (repository: string): Promise<string | null> => {
    const pages = { 'https://v.org/x?go-get=1': page(`v.org/x git ${repository}`) }
    const { url } = await resolveRepository(fakeHttp(pages), 'v.org/x')
    return (await prepareRemote(url, { insteadOf: [], resolveAddress })).pin
  }
  for (const host of [
    'loop.org',
    'link.org',
    'private.org',
    'metadata.org',
    'six.org',
    'mapped.org',
    'mixed.org',
    '127.0.0.1',
    '[::1]',
    '169.254.169.254',
    '0x7f.1',
    '2130706433',
    '[::ffff:10.0.0.1]',
    'localhost.localdomain:99999',
  ]) {
    await rejects(prepare(`https://${host}/r`), 'forbidden-address')
  }
  for (const scheme of ['http', 'file', 'ssh', 'git', 'ext', 'ftp', 'git+ssh', 'javascript']) {
    await rejects(prepare(`${scheme}://public.org/r`), 'forbidden-address')
  }
  assert.equal(await prepare('https://public.org/r'), 'public.org:443:93.184.216.34')
  assert.equal(await prepare('https://public.org:8443/r'), 'public.org:8443:93.184.216.34')
  assert.equal(await prepare('https://public6.org/r'), 'public6.org:443:[2606:2800:220:1:248:1893:25c8:1946]')
  await rejects(prepare('https://gone.org/r'), 'retry-later')
})
