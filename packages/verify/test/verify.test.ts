import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import { commitOf, git, makeRepository } from '@mirrorwatch/testing/git/git-lab'
import { MODULE, openVerifyLab, tagged, type VerifyLab, zipOf } from '@mirrorwatch/testing/git/verify-lab'
import { CachedVersion } from '../src/cached-version.ts'
import { repositorySum } from '../src/repository-sum.ts'
import type { VerifiedVersion, VerifyRequest } from '../src/types.ts'
import { verifyModuleVersion } from '../src/verify.ts'

const GO_MOD = `module ${MODULE}\n`
const FILES = { 'go.mod': GO_MOD, 'a.go': 'package a\n', 'docs/x.md': 'x\n' }

function look(lab: VerifyLab, request: Partial<VerifyRequest> = {}): Promise<VerifiedVersion> {
  return verifyModuleVersion(lab.deps, { module: MODULE, version: 'v1.0.0', ...request })
}

async function sumOf(zip: Buffer, module = MODULE, version = 'v1.0.0'): Promise<string> {
  return (await readModuleZip(zip, { module, version })).sum
}

test('a zip that equals the tag is the same, without fetching any content of the repository', async () => {
  await using lab = await openVerifyLab()
  const { now } = tagged(lab, FILES)
  lab.proxy.zip = zipOf(FILES)
  const { verification, repository, differing } = await look(lab)
  const sum = await sumOf(zipOf(FILES))
  assert.deepEqual(verification, {
    module: MODULE,
    version: 'v1.0.0',
    verdict: 'same',
    expectedSum: sum,
    repositorySum: sum,
    repository: `https://${MODULE}`,
    commit: now,
    files: [],
    reason: "all 3 files are the repository's",
    notes: [],
  })
  assert.equal(repository.declaredPath, MODULE)
  assert.equal(differing?.size ?? 0, 0)
  // Refs, then one fetch by commit id (capabilities and pack): no contents.
  assert.equal(lab.server.requests.length, 3)
  assert.deepEqual(readdirSync(path.join(lab.root, 'work')), [])
})

test('a moved tag is shown with its difference, and proven by the recorded commit', async () => {
  await using lab = await openVerifyLab()
  const evil = { ...FILES, 'a.go': 'package a\n\nfunc init() { steal() }\n', 'extra.go': 'package a\n' }
  const { first, now } = tagged(lab, evil, { later: FILES })
  lab.proxy.zip = zipOf(evil)
  lab.proxy.info = { origin: { vcs: 'git', url: `https://${MODULE}`, subdir: null, hash: first, ref: null } }
  const { verification, differing } = await look(lab)
  assert.equal(verification.verdict, 'tag-moved')
  assert.equal(verification.commit, now)
  assert.match(verification.reason, /2 of 4 files differ/)
  assert.match(verification.reason, new RegExp(first.slice(0, 12)))
  assert.deepEqual(
    verification.files.map(({ path: name, change }) => [name, change]),
    [
      ['a.go', 'modified'],
      ['extra.go', 'only-in-zip'],
    ],
  )
  assert.match(verification.files[0]?.diff ?? '', /^\+func init\(\) \{ steal\(\) \}$/m)
  assert.deepEqual(differing?.get('a.go')?.toString(), FILES['a.go'])
  assert.equal(differing?.get('extra.go'), null)
  assert.equal(verification.repositorySum, await sumOf(zipOf(FILES)))
})

test('a moved tag is proven by the commit’s time if no commit was recorded', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, FILES, { later: { ...FILES, 'a.go': 'package b\n' } })
  lab.proxy.zip = zipOf(FILES)
  lab.proxy.info = { time: new Date(1_600_000_000_000).toISOString() }
  assert.equal((await look(lab)).verification.verdict, 'tag-moved')
  lab.proxy.info = { time: new Date(1_700_000_000_000).toISOString() }
  assert.equal((await look(lab)).verification.verdict, 'differs')
  lab.proxy.info = 'not-cached'
  assert.equal((await look(lab)).verification.verdict, 'differs')
})

test('a recorded hash replaces the zip, which is fetched only to show what differs', async () => {
  await using lab = await openVerifyLab()
  const old = { ...FILES, 'a.go': 'package old\n' }
  tagged(lab, old, { later: FILES })
  const [now, then] = [await sumOf(zipOf(FILES)), await sumOf(zipOf(old))]
  const same = await look(lab, { expectedSum: now })
  assert.deepEqual([same.verification.verdict, same.verification.repositorySum], ['same', now])
  assert.deepEqual(lab.proxy.asked, [])
  const blind = await look(lab, { expectedSum: then })
  assert.deepEqual([blind.verification.verdict, blind.verification.repositorySum], ['differs', now])
  assert.deepEqual(blind.verification.files, [])
  lab.proxy.zip = zipOf(old)
  const seen = await look(lab, { expectedSum: then })
  assert.deepEqual([seen.verification.verdict, seen.verification.repositorySum], ['differs', now])
  assert.deepEqual(
    seen.verification.files.map(({ path: name }) => name),
    ['a.go'],
  )
  const wrong = await look(lab, { expectedSum: then, zip: zipOf(FILES) })
  assert.equal(wrong.verification.verdict, 'differs')
  assert.match(wrong.verification.reason, /hash differs/)
})

test('the recorded commit is sufficient with stopAtOrigin', async () => {
  await using lab = await openVerifyLab()
  const { first } = tagged(lab, FILES)
  lab.proxy.info = { origin: { vcs: 'git', url: `https://${MODULE}`, subdir: null, hash: first, ref: null } }
  const { verification } = await look(lab, { stopAtOrigin: true })
  assert.equal(verification.verdict, 'same')
  assert.deepEqual(lab.server.requests, [`POST /${MODULE}/git-upload-pack`])
  assert.deepEqual(lab.proxy.asked, ['info'])
})

test('the recorded commit of a pseudo-version is fetched, even if its full id is known', async () => {
  await using lab = await openVerifyLab()
  const { first } = tagged(lab, FILES)
  const version = `v0.0.0-20200913122640-${first.slice(0, 12)}`
  lab.proxy.info = { origin: { vcs: 'git', url: `https://${MODULE}`, subdir: null, hash: first, ref: null } }
  assert.equal((await look(lab, { version, stopAtOrigin: true })).verification.verdict, 'same')
  const lost = first.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
  lab.proxy.info = { origin: { vcs: 'git', url: `https://${MODULE}`, subdir: null, hash: lost, ref: null } }
  const { verification } = await look(lab, { version, stopAtOrigin: true })
  assert.deepEqual([verification.verdict, verification.commit], ['tag-missing', null])
})

test('a version is unverifiable if the server withholds a file’s content', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, FILES)
  const dir = lab.repository(MODULE)
  const blob = git(dir, ['rev-parse', 'v1.0.0:a.go']).trim()
  rmSync(path.join(dir, 'objects', blob.slice(0, 2), blob.slice(2)))
  const { verification } = await look(lab, { expectedSum: await sumOf(zipOf(FILES)) })
  assert.equal(verification.verdict, 'unverifiable')
  assert.equal((await look(lab, { zip: zipOf(FILES) })).verification.verdict, 'same')
})

test('a forbidden address is reported as one', async () => {
  await using lab = await openVerifyLab((request, response) => {
    const name = /^\/vanity\.example\/(\w+)\?go-get=1$/.exec(request.url ?? '')?.[1]
    const urls: Record<string, string> = {
      meta: 'https://169.254.169.254/r',
      file: 'file:///etc',
      shell: 'ext::sh',
    }
    if (name === undefined || urls[name] === undefined) return false
    return !!response.end(`<meta name="go-import" content="vanity.example/${name} git ${urls[name]}">`)
  })
  for (const [name, verdict, reason] of [
    ['meta', 'unverifiable', /169\.254\.169\.254/],
    ['file', 'unverifiable', /file/],
    ['shell', 'repository-missing', /without a scheme/],
  ] as const) {
    const { verification } = await look(lab, { module: `vanity.example/${name}` })
    assert.equal(verification.verdict, verdict)
    assert.match(verification.reason, reason)
  }
})

test('missing tags and repositories, uncached versions and toolchains get distinct reasons', async () => {
  await using lab = await openVerifyLab((request, response) => {
    if (!request.url?.includes('/private/')) return false
    return !!response.writeHead(401).end()
  })
  tagged(lab, FILES)
  const cases: [module: string, version: string, verdict: string, reason: RegExp][] = [
    [MODULE, 'v1.2.3', 'tag-missing', /no tag v1\.2\.3/],
    ['github.com/lab/none', 'v1.0.0', 'repository-missing', /there is no repository at/],
    ['github.com/private/m', 'v1.0.0', 'repository-missing', /is not public/],
    ['vanity.example/parked', 'v1.0.0', 'repository-missing', /parked/],
    [MODULE, 'v1.0.0', 'unverifiable', /has not cached/],
    ['golang.org/toolchain', 'v0.0.1-go1.21.0.linux-amd64', 'unverifiable', /are built/],
  ]
  for (const [module, version, verdict, reason] of cases) {
    const { verification } = await look(lab, { module, version })
    assert.equal(verification.verdict, verdict)
    assert.match(verification.reason, reason)
  }
})

test('a module server and other version control systems cannot be compared', async () => {
  const pages: Record<string, string> = { mod: 'mod https://proxy.example', hg: 'hg https://hg.example/x' }
  await using lab = await openVerifyLab((request, response) => {
    const name = /^\/vanity\.example\/(\w+)\?go-get=1$/.exec(request.url ?? '')?.[1]
    if (name === undefined || pages[name] === undefined) return false
    return !!response.end(`<meta name="go-import" content="vanity.example/${name} ${pages[name]}">`)
  })
  for (const name of Object.keys(pages)) {
    const { verification, repository } = await look(lab, { module: `vanity.example/${name}` })
    assert.deepEqual([verification.verdict, repository.modServer], ['unverifiable', name === 'mod'])
  }
})

test('a renamed repository counts as the same project, and the new address is reported', async () => {
  await using lab = await openVerifyLab((request, response) => {
    if (!request.url?.startsWith('/github.com/old/')) return false
    return !!response.writeHead(301, { location: request.url.replace('/old/', '/lab/') }).end()
  })
  tagged(lab, { ...FILES, 'go.mod': 'module github.com/old/m\n' })
  lab.proxy.zip = zipOf({ ...FILES, 'go.mod': 'module github.com/old/m\n' }, 'github.com/old/m')
  const { verification, repository } = await look(lab, { module: 'github.com/old/m' })
  assert.equal(verification.verdict, 'same')
  assert.equal(repository.movedTo, `https://${MODULE}`)
  assert.match(verification.notes.join(), /has moved to/)
})

test('conversions by attributes count as the same, and re-encoded code is noted', async () => {
  await using lab = await openVerifyLab()
  const attributes = '*.txt eol=crlf\n*.id ident\nodd.go working-tree-encoding=UTF-16LE\n'
  const files = {
    ...FILES,
    '.gitattributes': attributes,
    'a.txt': 'a\nb\n',
    'b.id': '$Id$\n',
    'odd.go': 'package a\n',
  }
  tagged(lab, files)
  const blob = git(lab.repository(MODULE), ['rev-parse', 'v1.0.0:b.id']).trim()
  const built = {
    ...files,
    'a.txt': 'a\r\nb\r\n',
    'b.id': `$Id: ${blob} $\n`,
    'odd.go': Buffer.from('package a\n', 'utf16le'),
  }
  const { verification } = await look(lab, { zip: zipOf(built) })
  assert.equal(verification.verdict, 'same')
  assert.match(verification.notes.join('\n'), /converts 3 files \(.*a\.txt/)
  assert.match(verification.notes.join('\n'), /re-encodes code.*odd\.go/)
  const raw = await look(lab, { zip: zipOf(files) })
  assert.deepEqual(
    raw.verification.files.map(({ path: name, change }) => [name, change]),
    [
      ['a.txt', 'eol-only'],
      ['b.id', 'modified'],
      ['odd.go', 'modified'],
    ],
  )
})

test('line ends that differ without attributes are a difference of their own kind', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, FILES)
  const { verification } = await look(lab, { zip: zipOf({ ...FILES, 'a.go': 'package a\r\n' }) })
  assert.equal(verification.verdict, 'differs')
  assert.deepEqual(
    verification.files.map(({ path: name, change }) => [name, change]),
    [['a.go', 'eol-only']],
  )
})

test('files that a zip leaves out, and binaries, are listed', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, { ...FILES, 'b.bin': Buffer.from([0, 1, 2]) })
  const { verification } = await look(lab, {
    zip: zipOf({ 'go.mod': GO_MOD, 'docs/x.md': 'x\n', 'b.bin': Buffer.from([0, 1, 3]) }),
  })
  assert.deepEqual(
    verification.files.map(({ path: name, change, diff }) => [name, change, diff === null]),
    [
      ['a.go', 'only-in-repository', false],
      ['b.bin', 'modified', true],
    ],
  )
})

test('either set of vendor rules is accepted and noted', async () => {
  await using lab = await openVerifyLab()
  const goMod = `${GO_MOD}go 1.24\n`
  const files = { 'go.mod': goMod, 'vendor/modules.txt': 'x', 'pkg/vendor/v.go': 'y' }
  tagged(lab, files)
  const byNew = zipOf({ 'go.mod': goMod, 'pkg/vendor/v.go': 'y' })
  const byOld = zipOf({ 'go.mod': goMod, 'vendor/modules.txt': 'x' })
  for (const [zip, notes] of [
    [byNew, 0],
    [byOld, 1],
  ] as const) {
    const whole = await look(lab, { zip })
    assert.deepEqual([whole.verification.verdict, whole.verification.notes.length], ['same', notes])
    const hash = await look(lab, { expectedSum: await sumOf(zip) })
    assert.deepEqual([hash.verification.verdict, hash.verification.notes.length], ['same', notes])
  }
})

test('a tag that Go cannot make a zip of differs, and the reason says why', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, { ...FILES, README: 'x', readme: 'y' })
  const { verification } = await look(lab, { zip: zipOf(FILES) })
  assert.equal(verification.verdict, 'differs')
  assert.equal(verification.repositorySum, null)
  assert.match(verification.notes.join(), /differ in case alone/)
  await assert.rejects(repositorySum(lab.deps, { module: MODULE, version: 'v1.0.0' }), /differ in case alone/)
})

test('a pseudo-version is found by its record, by a branch, and in the history', async () => {
  await using lab = await openVerifyLab()
  const dir = lab.repository(MODULE)
  tagged(lab, FILES)
  const old = commitOf(dir)
  git(
    dir,
    ['fast-import', '--quiet'],
    `commit refs/heads/main\ncommitter a <a@b.c> 1700000000 +0000\ndata 1\nx\nfrom ${old}\n`,
  )
  git(dir, ['update-ref', '-d', 'refs/tags/v1.0.0'])
  const versionOf = (commit: string, time: string): string => `v0.0.0-${time}-${commit.slice(0, 12)}`
  const first = versionOf(old, '20200913122640')
  const tip = versionOf(commitOf(dir), '20231114221320')
  for (const version of [first, tip]) {
    const zip = zipOf(FILES, MODULE, version)
    const { verification } = await look(lab, { version, zip })
    assert.deepEqual(
      [verification.verdict, verification.reason],
      ['same', "all 3 files are the repository's"],
    )
  }
  lab.proxy.info = { origin: { vcs: 'git', url: `https://${MODULE}`, subdir: null, hash: old, ref: null } }
  assert.equal(
    (await look(lab, { version: first, zip: zipOf(FILES, MODULE, first) })).verification.commit,
    old,
  )
  lab.proxy.info = 'not-cached'
  const gone = await look(lab, { version: versionOf('0123456789ab', '20200913122640'), zip: zipOf(FILES) })
  assert.equal(gone.verification.verdict, 'tag-missing')
})

test('a folder serves as repository, and its directories are found by tags and go.mod files', async () => {
  await using lab = await openVerifyLab()
  const dir = path.join(lab.root, 'plain folder')
  const files = {
    LICENSE: 'x',
    'sub/go.mod': 'module example.org/r/sub/v2\n',
    'sub/a.go': 'package a\n',
    'go.mod': 'module example.org/r\n',
  }
  makeRepository(dir, files, [{ name: 'v2.0.0' }, { name: 'sub/v2.0.0' }])
  const zip = zipOf(
    { 'go.mod': files['sub/go.mod'], 'a.go': 'package a\n', LICENSE: 'x' },
    'example.org/r/sub/v2',
    'v2.0.0',
  )
  const request = {
    module: 'example.org/r/sub/v2',
    version: 'v2.0.0',
    repository: `file://${dir.replaceAll(' ', '%20')}`,
  }
  const { verification } = await look(lab, { ...request, zip })
  assert.deepEqual([verification.verdict, verification.reason], ['same', "all 3 files are the repository's"])
  assert.equal((await repositorySum(lab.deps, request)).sum, verification.expectedSum)
})

test('the mirror’s refusal is a fact, its silence a note', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, FILES)
  const sum = await sumOf(zipOf({ ...FILES, 'a.go': 'other\n' }))
  lab.proxy.zip = 'blocked'
  lab.proxy.info = 'blocked'
  const refused = await look(lab, { expectedSum: sum })
  assert.match(refused.verification.notes.join(), /the mirror refuses this module/)
  lab.proxy.zip = 'retry-later'
  lab.proxy.asked = []
  const silent = await look(lab, { expectedSum: sum })
  assert.equal(silent.verification.verdict, 'differs')
  assert.match(silent.verification.notes.join(), /the mirror could not be asked/)
  assert.deepEqual(lab.proxy.asked, ['zip'])
})

test('the checksum database decides what was cached', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, FILES)
  lab.proxy.zip = zipOf(FILES)
  const signed = await sumOf(zipOf({ ...FILES, 'a.go': 'signed\n' }))
  const deps = { ...lab.deps, sumdb: { zipSum: async () => signed } }
  const { verification } = await verifyModuleVersion(deps, { module: MODULE, version: 'v1.0.0' })
  assert.deepEqual([verification.verdict, verification.expectedSum], ['differs', signed])
  assert.match(verification.reason, /the zip's own hash differs/)
})

test('a stored hash is used, and the checksum database is not asked', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, FILES)
  lab.proxy.zip = zipOf(FILES)
  const sum = await sumOf(zipOf(FILES))
  const asked: string[] = []
  const sumdb = {
    zipSum: async (module: string) => {
      asked.push(module)
      return sum
    },
  }
  const request = { module: MODULE, version: 'v1.0.0' }
  const known = (recordedSum: string, zip?: Buffer): CachedVersion =>
    new CachedVersion({ ...request, proxy: lab.deps.proxy, sumdb, recordedSum, zip })
  const stored = await verifyModuleVersion(lab.deps, { ...request, cached: known(sum) })
  assert.deepEqual([stored.verification.verdict, stored.verification.expectedSum], ['same', sum])
  assert.deepEqual(asked, [])
  await verifyModuleVersion({ ...lab.deps, sumdb }, request)
  assert.deepEqual(asked, [MODULE])
  const other = await sumOf(zipOf({ ...FILES, 'a.go': 'signed\n' }))
  for (const zip of [undefined, zipOf(FILES)]) {
    const { verification } = await verifyModuleVersion(lab.deps, { ...request, cached: known(other, zip) })
    assert.deepEqual([verification.verdict, verification.expectedSum], ['differs', other])
  }
})

test('a defective zip is unverifiable; an invalid request is an error', async () => {
  await using lab = await openVerifyLab()
  tagged(lab, FILES)
  for (const zip of [
    Buffer.from('PK'),
    zipOf(FILES).subarray(0, 200),
    zipOf(FILES, 'github.com/lab/other'),
  ]) {
    assert.equal((await look(lab, { zip })).verification.verdict, 'unverifiable')
  }
  for (const bad of [
    { module: 'Nope' },
    { version: 'v1' },
    { version: 'main' },
    { expectedSum: 'h1:x' },
    { module: `${MODULE}/v2` },
  ]) {
    await assert.rejects(look(lab, bad), (error) =>
      isGomodError(error, 'invalid-path', 'invalid-version', 'malformed'),
    )
  }
})

test('an aborted verification rejects with the signal’s reason and leaves no job folder', async () => {
  await using lab = await openVerifyLab((request) => !!request.url?.endsWith('git-upload-pack'))
  tagged(lab, FILES)
  const controller = new AbortController()
  const looking = look(lab, { signal: controller.signal })
  setTimeout(() => controller.abort(new Error('enough')), 50)
  await assert.rejects(looking, /enough/)
  assert.deepEqual(readdirSync(path.join(lab.root, 'work')), [])
})
