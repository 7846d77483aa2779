import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { sarifFaults } from '@mirrorwatch/testing/findings/sarif-schema'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-cli-check-'))

const GO_MOD = `module github.com/me/app

go 1.24

require (
	github.com/spf13/cobra v1.8.1 // not github.com/utfave/cli
	github.com/utfave/cli v1.22.0
)

replace github.com/boltdb/bolt => github.com/boltdb-go/bolt v1.3.1
`

before(() => {
  write('go.mod', GO_MOD)
  write('go.sum', `github.com/siruspen/logrus v1.9.3/go.mod h1:${'A'.repeat(43)}=\n`)
  const components = [
    { name: 'x', purl: 'pkg:golang/github.com/urfave/cli@v1' },
    { name: 'y', purl: 'pkg:golang/github.com/utfave/cli@v1' },
  ]
  write('bom.json', JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', components }, null, 1))
  write('quiet.mod', 'module a.com/b\n\nrequire github.com/spf13/cobra v1.8.1\n')
})
after(() => rmSync(root, { recursive: true, force: true }))

function write(name: string, text: string | Buffer): void {
  writeFileSync(path.join(root, name), text)
}

function check(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  return mirrorwatch(['check', ...args], { cwd: root, env })
}

test('a look-alike is named with what it looks like, why, and exit code 1', async () => {
  const { code, stdout, stderr } = await check(['github.com/utfave/cli@v1.22.0', 'github.com/spf13/cobra'])
  assert.equal(code, 1)
  assert.match(
    stdout,
    /^github\.com\/utfave\/cli\n {2}looks like github\.com\/urfave\/cli \(strong, owner-keyboard\)\n {4}.*utfave for urfave/,
  )
  assert.ok(!stdout.includes('cobra'))
  assert.match(stderr, /^2 modules checked, 1 to look at$/m)
})

test('honest names are exit code 0 and no output', async () => {
  const { code, stdout } = await check(['quiet.mod', 'github.com/sirupsen/logrus'])
  assert.deepEqual([code, stdout], [0, ''])
})

test('a repository and its vanity path count as one module, even if only one of them is the target', async () => {
  write('aliases.csv', 'go.podman.io/storage,90\ngithub.com/uber-go/zap,80\n')
  const paths = ['github.com/containers/storage', 'go.uber.org/zap', 'github.com/containesr/storage']
  const { stdout } = await check(['--all', '--targets', 'aliases.csv', ...paths])
  assert.deepEqual(
    stdout.split('\n').filter((line) => !line.startsWith('    ')),
    ['github.com/containesr/storage', '  looks like go.podman.io/storage (strong, owner-swap)', ''],
  )
})

test('modules of go.mod, go.sum and a bill of materials are checked, each once', async () => {
  const { code, stdout } = await check(['--json', 'go.mod', 'go.sum', 'bom.json'])
  assert.equal(code, 1)
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    rows.map(({ module, candidates }) => [module, candidates[0]?.target ?? null]),
    [
      ['github.com/spf13/cobra', null],
      ['github.com/utfave/cli', 'github.com/urfave/cli'],
      ['github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'],
      ['github.com/siruspen/logrus', 'github.com/sirupsen/logrus'],
      ['github.com/urfave/cli', null],
    ],
  )
  assert.deepEqual(Object.keys(rows[1].candidates[0]).toSorted(), [
    'distance',
    'module',
    'reason',
    'rule',
    'strength',
    'target',
  ])
})

test('SARIF is what the schema says, with each result at its file and line', async () => {
  const file = path.join(root, 'go.mod')
  const { code, stdout } = await check(['--format', 'sarif', file, './go.sum', 'bom.json'])
  assert.equal(code, 1)
  assert.deepEqual(sarifFaults(JSON.parse(stdout)), [])
  const places = resultsIn(stdout).map(({ locations: [location] }) => [
    location?.logicalLocations[0]?.fullyQualifiedName,
    location?.physicalLocation.artifactLocation.uri,
    location?.physicalLocation.region.startLine,
  ])
  assert.deepEqual(places, [
    ['github.com/utfave/cli', 'go.mod', 7],
    ['github.com/boltdb-go/bolt', 'go.mod', 10],
    ['github.com/siruspen/logrus', 'go.sum', 1],
  ])
  const [inBill] = resultsIn((await check(['--format', 'sarif', 'bom.json'])).stdout)
  assert.equal(inBill?.locations[0]?.physicalLocation.region.startLine, 11)
  const encoded = [{ name: 'bolt', purl: 'pkg:golang/github.com%2Fboltdb-go%2Fbolt@v1.3.1' }]
  const bill = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, components: encoded }
  write('encoded.json', JSON.stringify(bill, null, 1))
  const [spelt] = resultsIn((await check(['--format', 'sarif', 'encoded.json'])).stdout)
  assert.deepEqual(spelt?.locations[0]?.physicalLocation, {
    artifactLocation: { uri: 'encoded.json', uriBaseId: '%SRCROOT%' },
    region: { startLine: 8 },
  })
  const [named] = resultsIn((await check(['--format', 'sarif', 'github.com/boltdb-go/bolt'])).stdout)
  assert.equal(named?.locations[0]?.physicalLocation.artifactLocation.uri, 'go.mod')
  const none = (await check(['--format', 'sarif', 'quiet.mod'])).stdout
  assert.deepEqual(sarifFaults(JSON.parse(none)), [])
  assert.deepEqual(resultsIn(none), [])
})

interface SarifResult {
  locations: {
    logicalLocations: { fullyQualifiedName: string }[]
    physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } }
  }[]
}

function resultsIn(sarif: string): SarifResult[] {
  return (JSON.parse(sarif) as { runs: [{ results: SarifResult[] }] }).runs[0].results
}

test('a finding in the store is printed, and decides the exit code until it is dismissed', async () => {
  const dataDir = path.join(root, 'store')
  await remember(dataDir)
  const paths = ['github.com/quiet/open', 'github.com/quiet/dismissed', 'github.com/quiet/unknown']
  const { code, stdout, stderr } = await check(paths, { MIRRORWATCH_DATA_DIR: dataDir })
  assert.equal(code, 1)
  assert.deepEqual(stdout.split('\n'), [
    'github.com/quiet/open',
    '  high finding 1 (open): differs\\u{1b}[2J',
    'github.com/quiet/dismissed',
    '  high finding 2 (dismissed): differs\\u{1b}[2J',
    '',
  ])
  assert.match(stderr, /^3 modules checked, 1 to look at$/m)
  // Asked again, it has the same to say.
  assert.equal((await check(paths, { MIRRORWATCH_DATA_DIR: dataDir })).stdout, stdout)
})

test('what was imported into a store counts: malicious modules, targets and allowed names', async () => {
  const dataDir = path.join(root, 'imported')
  const env = { MIRRORWATCH_DATA_DIR: dataDir }
  const run = (...args: string[]): Promise<Ran> => mirrorwatch(args, { cwd: root, env })
  write('MAL-2026-1.json', MALICIOUS_ENTRY)
  write('figures.csv', 'github.com/quietcorp/telegraph,9000\n')
  for (const args of [
    ['known', 'import', 'MAL-2026-1.json', '--source', 'lab'],
    ['targets', 'import', 'figures.csv'],
    ['allow', 'add', 'owner', 'github.com/utfave', '--reason', 'ours'],
  ]) {
    const { code, stderr } = await run(...args)
    assert.equal(code, 0, stderr)
  }
  write('ours.mod', 'module example.com/x\n\nrequire github.com/quiet/stealer v1.0.0\n')
  const listed = await check(['ours.mod'], env)
  assert.equal(listed.code, 1)
  assert.equal(
    listed.stdout,
    'github.com/quiet/stealer\n  listed as malicious v1.0.0: MAL-2026-1 in lab: Steals keys\n',
  )
  write('later.mod', 'module example.com/x\n\nrequire github.com/quiet/stealer v1.4.0\n')
  assert.equal((await check(['later.mod'], env)).code, 0)
  assert.equal((await check(['github.com/quiet/stealer'], env)).code, 1)
  const sarif = (await check(['--format', 'sarif', 'ours.mod'], env)).stdout
  assert.deepEqual(sarifFaults(JSON.parse(sarif)), [])
  assert.equal(resultsIn(sarif)[0]?.locations[0]?.physicalLocation.region.startLine, 3)
  const { code, stdout } = await check(['github.com/quietcorp-go/telegraph'], env)
  assert.equal(code, 1)
  assert.match(stdout, /looks like github\.com\/quietcorp\/telegraph/)
  assert.equal((await check(['github.com/utfave/cli'], env)).code, 0)
  assert.equal((await check(['github.com/utfave/cli'])).code, 1)
})

const MALICIOUS_ENTRY = JSON.stringify({
  id: 'MAL-2026-1',
  summary: 'Steals keys',
  affected: [{ package: { ecosystem: 'Go', name: 'github.com/quiet/stealer' }, versions: ['1.0.0'] }],
})

/** Puts two findings into the store of the folder. */
async function remember(dataDir: string): Promise<void> {
  await prepareStore(dataDir)
  await using store = await openStore({ dataDir })
  const at = '2026-11-24T08:00:00Z'
  for (const status of ['open', 'dismissed'] as const) {
    const module = { path: `github.com/quiet/${status}`, first_cached_at: at, last_cached_at: at }
    const { id } = await store.db
      .insertInto('module')
      .values(module)
      .returning('id')
      .executeTakeFirstOrThrow()
    const finding = { module_id: id, target: null, severity: 'high' as const, summary: 'differs\u001b[2J' }
    const times = { first_seen_at: at, last_seen_at: at, changed_at: at }
    await store.db
      .insertInto('finding')
      .values({ ...finding, ...times, status })
      .execute()
  }
}

test('what cannot be checked says so and what to do, with exit code 2', async () => {
  mkdirSync(path.join(root, 'folder'))
  write('binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe, 0x00]))
  write('wrong.sum', 'github.com/a/b v1.0.0\n')
  write('wrong.json', '{"bomFormat": "CycloneDX", "components": [')
  write('bom.xml', '<?xml version="1.0"?><bom/>')
  write('targets.csv', 'github.com/a/b,1\nnonsense,2\n')
  const questions: [string[], RegExp][] = [
    [['nonsense'], /neither a file nor a module path/],
    [['folder'], /is a folder\n.*folder\/go\.mod/],
    [['none/go.mod'], /none\/go\.mod cannot be read: there is no such file/],
    [['binary'], /is not text/],
    [['wrong.sum'], /wrong\.sum: go\.sum line 1/],
    [['wrong.json'], /wrong\.json: not JSON/],
    [['bom.xml'], /neither a CycloneDX/],
    [['--targets', 'targets.csv', 'github.com/a/b'], /targets\.csv, line 2/],
    [['--format', 'yaml', 'github.com/a/b'], /Allowed choices are text, json, sarif/],
    [['--json', '--format', 'sarif', 'github.com/a/b'], /'--json' cannot be used with option '--format/],
    [['--allow', 'none.txt', 'github.com/a/b'], /--allow none\.txt cannot be read/],
  ]
  const runs = questions.map(async ([args, message]) => {
    const { code, stdout, stderr } = await check(args)
    assert.deepEqual([code, stdout], [2, ''], `${args.join(' ')}: ${stderr}`)
    assert.match(stderr, message)
    assert.ok(!stderr.includes('    at '), stderr)
  })
  await Promise.all(runs)
})

test('a file that Go refuses is named with its line, and the others are checked', async () => {
  write('corrupt.mod', 'module x\n\nreqiure (\n\tgithub.com/boltdb-go/bolt v1.3.1\n)\n')
  write('replaced.mod', 'module x\nreplace github.com/boltdb/bolt => github.com/boltdb-go/bolt master\n')
  const { code, stdout, stderr } = await check(['corrupt.mod', 'replaced.mod'])
  assert.equal(code, 2)
  assert.match(stderr, /corrupt\.mod: go\.mod line 3: unknown block "reqiure"/)
  assert.match(stdout, /^github\.com\/boltdb-go\/bolt\n {2}looks like github\.com\/boltdb\/bolt/)
})

test('a workspace is checked with the go.mod files of its folders, and a vendor folder by its list', async () => {
  mkdirSync(path.join(root, 'a'))
  write('go.work', 'go 1.24\nuse ./a\nreplace x.com/y => github.com/utfave/cli v1.0.0\n')
  write('a/go.mod', 'module a\nrequire github.com/siruspen/logrus v1.0.0\n')
  write('modules.txt', '# github.com/boltdb-go/bolt v1.3.1\n')
  const { stdout } = await check(['go.work', 'modules.txt'])
  const found = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '))
  assert.deepEqual(found, [
    'github.com/utfave/cli',
    'github.com/siruspen/logrus',
    'github.com/boltdb-go/bolt',
  ])
})
