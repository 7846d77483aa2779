// Vendor folders and module caches that the real go command made, as they are and after each kind of change.
import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { GoCommand, needsGo } from '@mirrorwatch/testing/go/go-command'
import type { RepositorySpec } from '@mirrorwatch/world/build/spec'
import { startWorld, type World } from '@mirrorwatch/world/world'
import type { TargetVerification } from '../src/verified.ts'

const LIB = 'github.com/Acme/Lib'
const library: RepositorySpec = {
  path: LIB,
  steps: [
    {
      do: 'commit',
      time: '2024-01-01T10:00:00Z',
      message: 'First',
      files: {
        'go.mod': `module ${LIB}\n\ngo 1.18\n`,
        LICENSE: 'do as you like\n',
        'lib.go': 'package lib\n\nimport _ "embed"\n\n//go:embed data/hello.txt\nvar Hello string\n',
        'check.go': 'package lib\n\nfunc init() { checked = true }\n\nvar checked bool\n',
        'lib_test.go': 'package lib\n',
        'make.go': '//go:build ignore\n\npackage main\n\nfunc main() {}\n',
        'data/hello.txt': 'hello\n',
        'sub/sub.go': 'package sub\n\nconst Name = "sub"\n',
        'unused/unused.go': 'package unused\n',
        'nested/go.mod': `module ${LIB}/nested\n\ngo 1.18\n`,
        'nested/nested.go': 'package nested\n\nconst Name = "nested"\n',
      },
    },
    { do: 'tag', name: 'v1.0.0' },
    { do: 'tag', name: 'nested/v1.1.0' },
    { do: 'cache', module: LIB, version: 'v1.0.0', at: '2024-01-01T11:00:00Z' },
    { do: 'cache', module: `${LIB}/nested`, version: 'v1.1.0', at: '2024-01-01T11:00:01Z' },
  ],
}

let world: World
let go: GoCommand
let cache = ''

before(async () => {
  if (needsGo.skip !== false) return
  world = await startWorld({ repositories: [library] })
  // Without -modcacherw the cache is read-only, as it is for most.
  go = await GoCommand.for(world, { GOFLAGS: '' })
  cache = path.join(go.directory, 'gopath/pkg/mod')
  write('local/go.mod', 'module corp.example/local\n\ngo 1.18\n')
  write('local/local.go', 'package local\n')
  write(
    'main.go',
    `package main\n\nimport (\n\t_ "corp.example/local"\n\t_ "${LIB}"\n\t_ "${LIB}/nested"\n\t_ "${LIB}/sub"\n)\n\nfunc main() {}\n`,
  )
  write(
    'go.mod',
    `module example.com/app\n\ngo 1.18\n\nrequire (\n\tcorp.example/local v0.0.0\n\t${LIB} v1.0.0\n\t${LIB}/nested v1.1.0\n)\n\nreplace corp.example/local => ./local\n`,
  )
  await go.run('mod', 'tidy')
  await go.run('mod', 'vendor')
})
after(async () => {
  if (needsGo.skip !== false) return
  await go.run('clean', '-modcache')
  await go[Symbol.asyncDispose]()
  await world.close()
})

function at(file: string): string {
  return path.join(go.directory, file)
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(at(file)), { recursive: true })
  writeFileSync(at(file), text)
}

/** Runs `verify` as an engineer would: the proxy and the cache are those of the go command. */
function verify(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  return mirrorwatch(['verify', '--json', ...args], {
    cwd: go.directory,
    env: {
      ...world.env,
      GOMODCACHE: cache,
      XDG_CACHE_HOME: at('answers'),
      ...env,
    },
  })
}

/** Returns `module verdict: change path, …` of each answer that is not `same`. */
function findings({ stdout }: Ran): string[] {
  const answers = stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TargetVerification)
  return answers
    .filter(({ verdict }) => verdict !== 'same')
    .map(({ module, verdict, files }) =>
      `${module} ${verdict}: ${files.map((file) => `${file.change} ${file.path}`).join(', ')}`.trim(),
    )
}

/** Runs with a file changed, and puts it back. */
async function changed(file: string, change: (file: string) => void, run: () => Promise<Ran>): Promise<Ran> {
  const whole = path.isAbsolute(file) ? file : at(file)
  const was = existsSync(whole) ? readFileSync(whole) : null
  const folder = path.dirname(whole)
  if (existsSync(folder)) chmodSync(folder, 0o755)
  if (was !== null) chmodSync(whole, 0o644)
  change(whole)
  try {
    return await run()
  } finally {
    rmSync(whole, { force: true, recursive: true })
    if (was !== null) writeFileSync(whole, was)
  }
}

const append = (file: string): void => appendFileSync(file, '\n// changed\n')
const add = (file: string): void => {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, 'package added\n')
}

test('a vendor folder as go made it is the same, and folders of the project are named', needsGo, async () => {
  const { code, stdout, stderr } = await verify(['./vendor'])
  assert.equal(code, 0, stderr)
  assert.equal(stdout.trim().split('\n').length, 2)
  assert.match(stderr, /1 modules that folders of the project replace are not compared: corp\.example\/local/)
})

test('each change to a vendor folder is found, and no other file is named', needsGo, async () => {
  const vendor = 'vendor/github.com/Acme/Lib'
  const cases: [file: string, change: (file: string) => void, expected: string[]][] = [
    [`${vendor}/lib.go`, append, [`${LIB} folder-differs: modified lib.go`]],
    [`${vendor}/data/hello.txt`, append, [`${LIB} folder-differs: modified data/hello.txt`]],
    [`${vendor}/sub/evil.go`, add, [`${LIB} folder-differs: only-in-folder sub/evil.go`]],
    [`${vendor}/sub/sub_test.go`, add, [`${LIB} folder-differs: only-in-folder sub/sub_test.go`]],
    [`${vendor}/check.go`, (file) => rmSync(file), [`${LIB} folder-differs: only-in-zip check.go`]],
    [`${vendor}/LICENSE`, (file) => rmSync(file), []],
    [`${vendor}/nested/nested.go`, append, [`${LIB}/nested folder-differs: modified nested.go`]],
    ['vendor/evil.example/x/x.go', add, ['./vendor folder-differs: only-in-folder evil.example/x/x.go']],
    [
      `${vendor}/lib.go`,
      (file) => {
        rmSync(file)
        symlinkSync('/etc/passwd', file)
      },
      [`${LIB} folder-differs: modified lib.go`],
    ],
  ]
  for (const [file, change, expected] of cases) {
    const ran = await changed(file, change, () => verify(['./vendor']))
    assert.deepEqual(findings(ran), expected, file)
    assert.equal(ran.code, expected.length === 0 ? 0 : 1, file)
    assert.ok(!ran.stdout.includes('root:'), 'a link is not followed')
  }
})

test('line ends that a checkout converted are a remark', needsGo, async () => {
  const crlf = (file: string): void =>
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'))
  const ran = await changed('vendor/github.com/Acme/Lib/lib.go', crlf, () => verify(['./vendor']))
  assert.equal(ran.code, 0)
  assert.match(ran.stdout, /1 files differ in their line ends alone/)
})

test('a go.sum line that the database contradicts, and a cache with another zip', needsGo, async () => {
  const wrong = `h1:${'A'.repeat(43)}=`
  const falsify = (file: string): void =>
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(/^(github\.com\/Acme\/Lib v1\.0\.0) .*/m, `$1 ${wrong}`),
    )
  const ran = await changed('go.sum', falsify, () => verify(['./vendor']))
  assert.deepEqual(findings(ran), [`${LIB} sum-disagrees:`])
  // The proxy has the confirmed zip, so the folder can be compared all the same.
  const zip = path.join(cache, 'cache/download/github.com/!acme/!lib/@v/v1.0.0.zip')
  const cut = await changed(zip, append, () => verify(['./vendor']))
  assert.deepEqual(findings(cut), [])
  const off = await changed(zip, append, () => verify(['./vendor', '--proxy', 'off'], { GOSUMDB: 'off' }))
  assert.match(findings(off).join(), /Acme\/Lib unverifiable/)
  assert.equal(off.code, 2)
})

test('private modules are compared with the cache without a request, or left out', needsGo, async () => {
  world.requests.clear()
  const env = { GOPRIVATE: 'github.com/Acme/*' }
  const ran = await verify(['./vendor'], env)
  assert.deepEqual(findings(ran), [])
  assert.equal(ran.stdout.trim().split('\n').length, 2)
  assert.equal(world.requests.count({}), 0)
  const without = await verify(['./vendor'], { ...env, GOMODCACHE: at('none') })
  assert.equal(without.code, 0)
  assert.match(without.stderr, /2 private versions \(GOPRIVATE, GONOPROXY\) are not verified/)
  assert.equal(world.requests.count({}), 0)
})

test('GOFLAGS decides whether a vendor folder is compiled', needsGo, async () => {
  const unused = await verify(['./vendor'], { GOFLAGS: '-mod=mod' })
  assert.match(unused.stderr, /builds do not compile \.\/vendor/)
  const compiled = await verify(['--no-repository', 'go.sum'], { GOFLAGS: '-mod=vendor' })
  assert.match(compiled.stderr, /builds compile vendor, which is not checked: mirrorwatch verify vendor/)
  const both = await verify(['--no-repository', 'go.sum', 'vendor'], { GOFLAGS: '-mod=vendor' })
  assert.doesNotMatch(both.stderr, /not checked/)
})

test('a module cache as go made it is the same, read-only or not', needsGo, async () => {
  const { code, stdout, stderr } = await verify(['--modcache'])
  assert.equal(code, 0, stdout + stderr)
  assert.equal(stdout.trim().split('\n').length, 2)
  await using writable = await GoCommand.for(world, { GOFLAGS: '-modcacherw' })
  await writable.downloadAll([`${LIB}@v1.0.0`])
  const other = await verify([`--modcache=${path.join(writable.directory, 'gopath/pkg/mod')}`])
  assert.equal(other.code, 0, other.stdout)
  assert.equal(other.stdout.trim().split('\n').length, 1)
})

test('each change to a module cache is found', needsGo, async () => {
  const download = path.join(cache, 'cache/download/github.com/!acme/!lib/@v/v1.0.0')
  const folder = path.join(cache, 'github.com/!acme/!lib@v1.0.0')
  const cases: [file: string, change: (file: string) => void, expected: RegExp][] = [
    [path.join(folder, 'lib.go'), append, /^\S+ folder-differs: modified lib\.go$/],
    [path.join(folder, 'evil.go'), add, /^\S+ folder-differs: only-in-folder evil\.go$/],
    [
      path.join(folder, 'lib_test.go'),
      (file) => rmSync(file),
      /^\S+ folder-differs: only-in-zip lib_test\.go$/,
    ],
    [
      path.join(folder, 'link'),
      (file) => symlinkSync('/', file),
      /^\S+ folder-differs: only-in-folder link$/,
    ],
    [`${download}.mod`, append, /^\S+ sum-disagrees:$/],
    [`${download}.zip`, append, /^\S+ sum-disagrees:$/],
    [`${download}.ziphash`, (file) => writeFileSync(file, `h1:${'A'.repeat(43)}=`), /^\S+ sum-disagrees:$/],
  ]
  for (const [file, change, expected] of cases) {
    const ran = await changed(file, change, () => verify(['--modcache']))
    assert.match(findings(ran).join('\n'), expected, file)
    assert.equal(ran.code, 1)
  }
  // Without its zip, the folder is compared with the database; go mod verify takes the .ziphash for it.
  const noZip = await changed(
    `${download}.zip`,
    (file) => rmSync(file),
    () => verify(['--modcache']),
  )
  assert.deepEqual(findings(noZip), [])
  const evil = path.join(folder, 'evil.go')
  const both = await changed(
    `${download}.zip`,
    (file) => rmSync(file),
    () => changed(evil, add, () => verify(['--modcache'])),
  )
  assert.deepEqual(findings(both), [`${LIB} sum-disagrees:`])
  // go extracts the zip again where a .partial file is.
  const partial = await changed(evil, add, () =>
    changed(
      `${download}.partial`,
      (file) => writeFileSync(file, ''),
      () => verify(['--modcache']),
    ),
  )
  assert.deepEqual(findings(partial), [])
})

test('go mod verify agrees about a changed folder', needsGo, async () => {
  const file = path.join(cache, 'github.com/!acme/!lib@v1.0.0/lib.go')
  const agree = async (): Promise<Ran> => {
    await assert.rejects(go.run('mod', 'verify'), /dir has been modified/)
    return verify(['--modcache'])
  }
  assert.equal((await changed(file, append, agree)).code, 1)
  assert.match(await go.run('mod', 'verify'), /all modules verified/)
})

test('private and unlogged versions, unknown names, and folders that are no cache', needsGo, async () => {
  const stranger = path.join(cache, 'cache/download/not-a-module/@v/v1.0.0.zip')
  world.requests.clear()
  const ran = await changed(stranger, add, () => verify(['--modcache'], { GONOSUMDB: 'github.com/Acme' }))
  rmSync(path.join(cache, 'cache/download/not-a-module'), { recursive: true })
  assert.equal(ran.code, 0)
  assert.equal(world.requests.count({}), 0)
  assert.match(ran.stderr, /not asked about 2 of 2 versions; their files are compared with each other/)
  assert.match(ran.stderr, /1 entries of the cache have names that no module has: not-a-module@v1\.0\.0/)
  const none = await verify(['--modcache=local'])
  assert.equal(none.code, 2)
  assert.match(none.stderr, /cannot be read \(ENOENT\)\n {2}Give the folder that "go env GOMODCACHE" prints/)
  const noVendor = await verify(['local'])
  assert.equal(noVendor.code, 2)
  assert.match(noVendor.stderr, /Give a vendor folder with its modules\.txt/)
  assert.equal((await verify([])).code, 2)
})

test('a summary says what to do, and an entry for this very content sets it aside', needsGo, async () => {
  const file = 'vendor/github.com/Acme/Lib/lib.go'
  const text = await changed(file, append, () =>
    mirrorwatch(['verify', './vendor'], { cwd: go.directory, env: { ...world.env, GOMODCACHE: cache } }),
  )
  assert.match(text.stdout, /✗ folder-differs {2}github\.com\/Acme\/Lib v1\.0\.0\n {2}1 file of the folder/)
  assert.match(text.stdout, /- what the module has, \+ what the folder has\n[^]*\n {2}\+\/\/ changed/)
  assert.match(text.stderr, /1 same, 1 folder-differs\n {2}folder-differs: read the difference, then restore/)
  const [, sum = ''] = /folder's sum (h1:\S+)/.exec(text.stdout) ?? []
  write('.mirrorwatch.toml', `[[ignore]]\nsum = "${sum}"\nreason = "our patch"\nuntil = 2999-12-31\n`)
  const ignored = await changed(file, append, () => verify(['./vendor']))
  assert.equal(ignored.code, 0)
  const other = await changed(
    file,
    (name) => (append(name), append(name)),
    () => verify(['./vendor']),
  )
  assert.equal(other.code, 1)
  write('.mirrorwatch.toml', `[[ignore]]\nmodule = "${LIB}"\nreason = "all"\nuntil = 2999-12-31\n`)
  assert.equal((await changed(file, append, () => verify(['./vendor']))).code, 1)
  rmSync(at('.mirrorwatch.toml'))
})
