import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { Verification } from '@mirrorwatch/detect/types'
import { readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import { passedOn } from '@mirrorwatch/testing/cli'
import { addCommit, type LabFiles, makeRepository } from '@mirrorwatch/testing/git/git-lab'
import { writeModuleZip } from '@mirrorwatch/world/build/module-zip-writer'

const MAIN = path.join(import.meta.dirname, '../src/main.ts')
const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-cli-verify-'))
const OLD = { 'go.mod': 'module github.com/lab/a\n', 'a.go': 'package a // old\n' }
const NOW = { ...OLD, 'a.go': 'package a // now\n' }

before(() => {
  repository('a', OLD, NOW)
  repository('b', OLD)
})
after(() => rmSync(root, { recursive: true, force: true }))

function repository(name: string, files: LabFiles, later?: LabFiles): void {
  const dir = path.join(root, 'hosts/github.com/lab', name)
  makeRepository(dir, files, [{ name: 'v1.0.0' }])
  if (later !== undefined) addCommit(dir, later, [{ name: 'v1.0.0' }], 1_700_000_000)
}

function zipOf(module: string, files: Record<string, string>): Buffer {
  return writeModuleZip(
    Object.entries(files).map(([name, text]) => [`${module}@v1.0.0/${name}`, Buffer.from(text)] as const),
  )
}

async function sumOf(name: string, files: Record<string, string>): Promise<string> {
  const module = `github.com/lab/${name}`
  return (await readModuleZip(zipOf(module, files), { module, version: 'v1.0.0' })).sum
}

interface Ran {
  code: number
  stdout: string
  stderr: string
}

function mirrorwatch(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const settings = {
    ...passedOn(),
    MIRRORWATCH_GIT_INSTEAD_OF: `https://github.com/=file://${root}/hosts/github.com/`,
    ...env,
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env: settings, cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

function parsed({ stdout }: Ran): Verification[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verification)
}

test('sum prints the hash of the tag', async () => {
  const folder = path.join(root, 'hosts/github.com/lab/a')
  const sum = await sumOf('a', NOW)
  const one = await mirrorwatch(['sum', '--proxy', 'off', '--repo', folder, 'github.com/lab/a@v1.0.0'])
  assert.deepEqual(one, { code: 0, stdout: `${sum}\n`, stderr: '' })
  const json = await mirrorwatch(['sum', '--json', '--proxy', 'off', 'github.com/lab/a@v1.0.0'])
  assert.equal(JSON.parse(json.stdout).sum, sum)
  const two = await mirrorwatch([
    'sum',
    '--proxy',
    'off',
    'github.com/lab/a@v1.0.0',
    'github.com/lab/b@v1.0.0',
  ])
  assert.equal(
    two.stdout,
    `github.com/lab/a v1.0.0 ${sum}\ngithub.com/lab/b v1.0.0 ${await sumOf('b', OLD)}\n`,
  )
  const none = await mirrorwatch(['sum', '--proxy', 'off', 'github.com/lab/a@v1.2.3'])
  assert.deepEqual([none.code, none.stdout], [2, ''])
  assert.match(none.stderr, /no refs\/tags\/v1\.2\.3/)
})

test('verify tells a moved tag from a proxy folder, and shows the difference', async () => {
  const folder = path.join(root, 'proxy/github.com/lab/a/@v')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'v1.0.0.zip'), zipOf('github.com/lab/a', OLD))
  writeFileSync(
    path.join(folder, 'v1.0.0.info'),
    JSON.stringify({ Version: 'v1.0.0', Time: '2020-09-13T12:26:40Z' }),
  )
  const args = ['verify', '--proxy', `file://${root}/proxy`, 'github.com/lab/a@v1.0.0']
  const human = await mirrorwatch(args)
  assert.equal(human.code, 1)
  assert.match(human.stdout, /^✗ tag-moved {2}github\.com\/lab\/a v1\.0\.0\n {2}1 of 2 files differ/)
  assert.match(human.stdout, /^ {2}-package a \/\/ now\n {2}\+package a \/\/ old$/m)
  const json = await mirrorwatch([...args, '--json'])
  const [verification] = parsed(json)
  assert.deepEqual(
    [verification?.verdict, verification?.expectedSum, verification?.repositorySum, verification?.repository],
    ['tag-moved', await sumOf('a', OLD), await sumOf('a', NOW), 'https://github.com/lab/a'],
  )
  assert.deepEqual(
    verification?.files.map(({ path: name, change }) => [name, change]),
    [['a.go', 'modified']],
  )
})

test('a go.sum is looked through line by line', async () => {
  const file = path.join(root, 'go.sum')
  const [good, moved] = [await sumOf('b', OLD), await sumOf('a', OLD)]
  const lines = [
    `github.com/lab/b v1.0.0 ${good}`,
    `github.com/lab/b v1.0.0/go.mod ${good}`,
    `github.com/lab/b v1.0.0 ${good}`,
    `github.com/lab/a v1.0.0 ${moved}`,
    `github.com/lab/none v1.0.0 ${moved}`,
    `github.com/lab/b v1.9.0 ${moved}`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const json = await mirrorwatch(['verify', '--json', '--proxy', 'off', file])
  assert.deepEqual(
    parsed(json).map(({ module, version, verdict }) => `${module}@${version} ${verdict}`),
    [
      'github.com/lab/b@v1.0.0 same',
      'github.com/lab/a@v1.0.0 differs',
      'github.com/lab/none@v1.0.0 repository-missing',
      'github.com/lab/b@v1.9.0 tag-missing',
    ],
  )
  assert.equal(json.code, 1)
  const human = await mirrorwatch(['verify', '--proxy', 'off', file])
  assert.ok(!human.stdout.includes('✓'))
  assert.match(human.stderr, /4 versions: 1 same, 1 differs, 1 tag-missing, 1 repository-missing/)
  writeFileSync(file, `${lines[0]}\n`)
  assert.equal((await mirrorwatch(['verify', '--proxy', 'off', file])).code, 0)
})

test('private modules of a go.sum are left out, and GOPROXY names the proxy', async () => {
  const file = path.join(root, 'private.sum')
  const [good, moved] = [await sumOf('b', OLD), await sumOf('a', OLD)]
  writeFileSync(file, `github.com/lab/b v1.0.0 ${good}\ngithub.com/corp/secret v1.0.0 ${moved}\n`)
  const args = ['verify', '--json', file]
  const { code, stdout, stderr } = await mirrorwatch(args, { GOPROXY: 'off', GOPRIVATE: 'github.com/corp' })
  assert.equal(code, 0)
  assert.ok(!stdout.includes('secret'))
  assert.match(stderr, /1 private versions \(GOPRIVATE, GONOPROXY\) are not verified/)
  const folder = { GOPROXY: `file://${root}/proxy|direct` }
  const [found] = parsed(await mirrorwatch(['verify', '--json', 'github.com/lab/a@v1.0.0'], folder))
  assert.equal(found?.verdict, 'tag-moved')
})

test('--zip and --sum stand for what the mirror has', async () => {
  const zip = path.join(root, 'b.zip')
  writeFileSync(zip, zipOf('github.com/lab/b', OLD))
  const target = ['--proxy', 'off', 'github.com/lab/b@v1.0.0']
  assert.equal((await mirrorwatch(['verify', '--zip', zip, ...target])).code, 0)
  assert.equal((await mirrorwatch(['verify', '--sum', await sumOf('b', OLD), ...target])).code, 0)
  assert.equal((await mirrorwatch(['verify', '--sum', await sumOf('b', NOW), ...target])).code, 1)
})

test('what cannot be done says so and what to do, with exit code 2', async () => {
  writeFileSync(path.join(root, 'broken.sum'), 'github.com/lab/b v1.0.0\n')
  writeFileSync(
    path.join(root, 'empty.sum'),
    'github.com/lab/b v1.0.0/go.mod h1:FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4=\n',
  )
  const questions: [string[], RegExp][] = [
    [['verify'], /nothing to verify was given/],
    [['verify', 'nonsense'], /neither a file nor MODULE@VERSION/],
    [['verify', 'github.com/lab/b@latest'], /whole version/],
    [['verify', 'none/go.sum'], /cannot be read/],
    [['verify', 'broken.sum'], /line 1/],
    [['verify', '--proxy', 'off', 'empty.sum'], /no line has a hash that can be checked/],
    [['verify', '--sum', 'x', 'github.com/lab/b@v1.0.0'], /not the hash of a module zip/],
    [['verify', '--zip', 'none.zip', 'github.com/lab/b@v1.0.0'], /cannot be read/],
    [['verify', '--zip', 'x', 'github.com/lab/b@v1.0.0', 'github.com/lab/a@v1.0.0'], /about one version/],
    [['verify', '--proxy', 'ftp://x', 'github.com/lab/b@v1.0.0'], /not the URL of a proxy/],
    [
      ['verify', '--proxy', 'file:///nope', 'github.com/lab/b@v1.0.0'],
      /--proxy file:\/\/\/nope: there is no such folder/,
    ],
    [['verify', '--repo', '/nope', 'github.com/lab/b@v1.0.0'], /--repo \/nope: there is no such folder/],
    [['sum', '--repo', tmpdir(), 'github.com/lab/b@v1.0.0'], /not a git repository/],
    [['verify', '--repo', 'https://u:p@x.org/r', 'github.com/lab/b@v1.0.0'], /user name/],
    [['sum', 'github.com/lab/b'], /neither a file nor MODULE@VERSION/],
  ]
  for (const [args, message] of questions) {
    const { code, stdout, stderr } = await mirrorwatch(args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
    assert.ok(!stderr.includes('    at '), stderr)
  }
})

test('nothing stays behind', async () => {
  const folder = path.join(root, 'tmp')
  mkdirSync(folder)
  await mirrorwatch(['verify', '--proxy', 'off', 'github.com/lab/b@v1.0.0'], { TMPDIR: folder })
  assert.deepEqual(readdirSync(folder), [])
})
