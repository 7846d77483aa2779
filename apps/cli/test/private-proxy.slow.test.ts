// Private proxies: credentials, redirects to storage, and lists of modules, against stand-ins of Athens and Artifactory.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { serveArtifactoryStandIn, serveStorageStandIn } from '@mirrorwatch/testing/http/artifactory-stand-in'
import { serveAthensStandIn } from '@mirrorwatch/testing/http/athens-stand-in'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'
import type { RepositorySpec } from '@mirrorwatch/world/build/spec'
import { startWorld, type World } from '@mirrorwatch/world/world'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-private-'))
const LIB = 'github.com/Acme/Lib'
const OTHER = 'example.com/owner/other'
const TOKEN = 'secret-token-of-the-proxy'

function repository(module: string, versions: string[]): RepositorySpec {
  return {
    path: module,
    steps: [
      {
        do: 'commit',
        time: '2024-01-01T10:00:00Z',
        message: 'First',
        files: { 'go.mod': `module ${module}\n\ngo 1.18\n`, 'a.go': 'package a\n' },
      },
      ...versions.flatMap((version, i): RepositorySpec['steps'] => [
        { do: 'tag', name: version },
        { do: 'cache', module, version, at: `2024-01-01T11:00:0${i}Z` },
      ]),
    ],
  }
}

let world: World
before(async () => {
  world = await startWorld({
    repositories: [repository(LIB, ['v1.0.0', 'v1.1.0']), repository(OTHER, ['v0.1.0'])],
    pages: [{ root: OTHER, vcs: 'git', url: `https://${OTHER}` }],
  })
})
after(async () => {
  await world.close()
  rmSync(root, { recursive: true, force: true })
})

/** Runs a command in a new folder, with nothing but these variables and the world's code hosts. */
async function run(args: string[], env: Record<string, string>): Promise<Ran> {
  const cwd = mkdtempSync(path.join(root, 'run-'))
  if (args[0] === 'scan') await prepareStore(path.join(cwd, '.mirrorwatch'))
  const { MIRRORWATCH_PROXY_URL: _, ...rest } = world.env
  return mirrorwatch(args, { cwd, env: { ...rest, HOME: cwd, ...env } })
}

/** Verifies one version by its zip, and says what came of it. No output may hold the secret. */
async function verdict(env: Record<string, string>, args: string[] = []): Promise<string> {
  const { code, stdout, stderr } = await run(['verify', ...args, `${LIB}@v1.0.0`], env)
  assert.ok(!(stdout + stderr).includes(TOKEN), stdout + stderr)
  return `${code} ${stdout}${stderr}`
}

test('credentials by URL, file, netrc and header open Artifactory; without, the message says so', async () => {
  await using artifactory = await serveArtifactoryStandIn(world.mirror, { user: 'ann', token: TOKEN })
  const { proxyUrl } = artifactory
  const withUser = proxyUrl.replace('//', `//ann:${TOKEN}@`)
  const urlFile = path.join(root, 'proxy-url')
  writeFileSync(urlFile, `${withUser}\n`)
  const netrc = path.join(root, 'netrc')
  writeFileSync(netrc, `machine 127.0.0.1 login ann password ${TOKEN}\n`)
  const headerFile = path.join(root, 'header')
  writeFileSync(headerFile, `Authorization: Bearer ${TOKEN}\n`)
  const ways: Record<string, string>[] = [
    { MIRRORWATCH_PROXY_URL: withUser },
    { MIRRORWATCH_PROXY_URL_FILE: urlFile },
    { MIRRORWATCH_PROXY_URL: proxyUrl, NETRC: netrc },
    { GOPROXY: `${proxyUrl},direct`, NETRC: netrc, MIRRORWATCH_ALLOW_PRIVATE_HOSTS: '127.0.0.1' },
    { MIRRORWATCH_PROXY_URL: proxyUrl, MIRRORWATCH_PROXY_HEADER: `X-JFrog-Art-Api: ${TOKEN}` },
    { MIRRORWATCH_PROXY_URL: proxyUrl, MIRRORWATCH_PROXY_HEADER_FILE: headerFile },
  ]
  for (const way of ways) assert.match(await verdict(way), /^0 ✓ same/, JSON.stringify(way))
  const none = await verdict({ MIRRORWATCH_PROXY_URL: proxyUrl })
  assert.match(none, /^2 .*\n.*the proxy wants you to sign in.*Authentication is required/)
  const wrong = await verdict({
    MIRRORWATCH_PROXY_URL: proxyUrl,
    MIRRORWATCH_PROXY_HEADER: `Authorization: Bearer ${TOKEN}x`,
  })
  assert.match(wrong, /^2 .*\n.*the proxy wants you to sign in/)
})

test('the storage that a proxy redirects to gets no credentials', async () => {
  await using storage = await serveStorageStandIn(world.mirror)
  const options = { user: 'ann', token: TOKEN, storageUrl: storage.url }
  await using artifactory = await serveArtifactoryStandIn(world.mirror, options)
  const { proxyUrl } = artifactory
  const ways: Record<string, string>[] = [
    { MIRRORWATCH_PROXY_URL: proxyUrl.replace('//', `//ann:${TOKEN}@`) },
    { MIRRORWATCH_PROXY_URL: proxyUrl, MIRRORWATCH_PROXY_HEADER: `Authorization: Bearer ${TOKEN}` },
    { MIRRORWATCH_PROXY_URL: proxyUrl, MIRRORWATCH_PROXY_HEADER: `X-JFrog-Art-Api: ${TOKEN}` },
  ]
  for (const way of ways) assert.match(await verdict(way), /^0 ✓ same/)
  assert.equal(storage.received.length, ways.length)
  assert.ok(!JSON.stringify(storage.received).includes(TOKEN))
})

test('a header goes to the proxy that it was set for, and to no other', async () => {
  const header = { MIRRORWATCH_PROXY_HEADER: `Authorization: Bearer ${TOKEN}` }
  assert.match(await verdict(header), /^2 .*MIRRORWATCH_PROXY_HEADER is set but MIRRORWATCH_PROXY_URL is not/)
  await using artifactory = await serveArtifactoryStandIn(world.mirror, { user: 'ann', token: TOKEN })
  const env = { MIRRORWATCH_PROXY_URL: 'https://proxy.example/go', ...header }
  assert.match(await verdict(env, ['--proxy', artifactory.proxyUrl]), /the proxy wants you to sign in/)
  const bad = await verdict({ ...env, MIRRORWATCH_PROXY_HEADER: `Host: ${TOKEN}` })
  assert.match(bad, /MIRRORWATCH_PROXY_HEADER cannot be used \(its value is not shown/)
})

test('Athens: its sign-in, its redirects and its missing parts', async () => {
  await using storing = await serveAthensStandIn(world.mirror, { user: 'ann', password: TOKEN })
  const signedIn = storing.url.replace('//', `//ann:${TOKEN}@`)
  assert.match(await verdict({ MIRRORWATCH_PROXY_URL: signedIn }), /^0 ✓ same/)
  assert.match(await verdict({ MIRRORWATCH_PROXY_URL: storing.url }), /^2 .*\n.*sign in/)
  await using redirecting = await serveAthensStandIn(world.mirror, {
    downloadUrl: world.proxyUrl,
    stores: () => false,
  })
  assert.match(await verdict({ MIRRORWATCH_PROXY_URL: redirecting.url }), /^0 ✓ same/)
  await using empty = await serveAthensStandIn(world.mirror, { stores: () => false })
  assert.match(await verdict({ MIRRORWATCH_PROXY_URL: empty.url }), /^2 \? unverifiable/)
})

test('a scan takes its versions from a catalog, a folder and go.sum files', async () => {
  await using athens = await serveAthensStandIn(world.mirror, { user: 'ann', password: TOKEN })
  const signedIn = athens.url.replace('//', `//ann:${TOKEN}@`)
  const catalog = await run(['scan', '--from', 'catalog'], { MIRRORWATCH_PROXY_URL: signedIn })
  assert.equal(catalog.code, 0, catalog.stderr)
  assert.match(catalog.stderr, /Read 3 entries \(2 new modules, 3 new versions\), 3 inspections/)

  const sums = path.join(root, 'go.sum')
  const entry = world.mirror.get(LIB, 'v1.1.0')
  writeFileSync(sums, `${LIB} v1.1.0 ${entry?.zipSum}\n${OTHER} v0.1.0/go.mod ${entry?.goModSum}\n`)
  const folder = path.join(root, 'download', OTHER, '@v')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'v0.1.0.zip'), '')
  const from = ['--from', sums, path.join(root, 'download')]
  const both = await run(['scan', ...from], { MIRRORWATCH_PROXY_URL: signedIn })
  assert.equal(both.code, 0, both.stderr)
  assert.match(both.stderr, /Read 2 entries \(2 new modules, 2 new versions\), 2 inspections/)
  assert.ok(!(catalog.stderr + both.stderr).includes(TOKEN))
})

test('a proxy without a catalog or a list of versions says what to do, or does with less', async () => {
  const options = { user: 'ann', token: TOKEN, hasList: false }
  await using artifactory = await serveArtifactoryStandIn(world.mirror, options)
  const env = { MIRRORWATCH_PROXY_URL: artifactory.proxyUrl.replace('//', `//ann:${TOKEN}@`) }
  const catalog = await run(['scan', '--from', 'catalog'], env)
  assert.equal(catalog.code, 2)
  assert.match(catalog.stderr, /the proxy of MIRRORWATCH_PROXY_URL has no catalog.*\n.*name go\.sum files/)
  assert.ok(!catalog.stderr.includes(TOKEN))
  const module = await run(['scan', '--module', LIB], env)
  assert.equal(module.code, 0, module.stderr)
  assert.match(module.stderr, /Read 1 entries \(1 new modules, 1 new versions\), 1 inspections/)
  const nothing = await run(['scan', '--from', path.join(root, 'none.sum')], env)
  assert.equal(nothing.code, 2)
  assert.match(nothing.stderr, /none\.sum cannot be read \(ENOENT\)\n.*Give go\.sum files/)
})
