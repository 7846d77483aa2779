import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { mirrorwatch, passedOn, type Ran } from '@mirrorwatch/testing/cli'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-cli-match-'))
after(() => rmSync(root, { recursive: true, force: true }))

function match(args: string[], input: string): Promise<Ran> {
  return mirrorwatch(['match', ...args], { cwd: root, input })
}

/** The modules of strong candidates, in order. */
function strong(ndjson: string): string[] {
  const rows = ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { module: string; strength: string })
  return rows.filter(({ strength }) => strength === 'strong').map(({ module }) => module)
}

test('each candidate is one line of JSON with the fields that are promised', async () => {
  const input = [
    'github.com/utfave/cli',
    '',
    'github.com/shallowmulti/hypert\r',
    'github.com/urfave/cli',
  ].join('\n')
  writeFileSync(path.join(root, 'targets.csv'), 'github.com/urfave/cli,900\ngithub.com/areknoster/hypert,3\n')
  const { code, stdout, stderr } = await match(['--targets', 'targets.csv'], input)
  assert.deepEqual([code, stderr], [1, ''])
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    rows.map(({ reason, ...row }) => (typeof reason === 'string' && reason.length > 10 ? row : reason)),
    [
      {
        module: 'github.com/utfave/cli',
        target: 'github.com/urfave/cli',
        rule: 'owner-keyboard',
        distance: 1,
        strength: 'strong',
      },
      {
        module: 'github.com/shallowmulti/hypert',
        target: 'github.com/areknoster/hypert',
        rule: 'same-repository',
        distance: null,
        strength: 'candidate',
      },
    ],
  )
})

test('lines that are no module paths are named and skipped', async () => {
  const input = 'github.com/spf13/cobra\nnonsense\n\ngithub.com/a/\u001b[2Jb\ngithub.com/utfave/cli\n'
  const { code, stdout, stderr } = await match([], input)
  assert.equal(code, 1)
  assert.deepEqual(strong(stdout), ['github.com/utfave/cli'])
  assert.deepEqual(stderr.trim().split('\n'), [
    'line 2: "nonsense" is no module path (missing dot in first path element)',
    'line 4: "github.com/a/\\u{1b}[2Jb" is no module path (invalid character in "\\u001b[2Jb")',
    '2 of 4 lines are no module paths',
  ])
})

test('nothing in is nothing out', async () => {
  for (const input of ['', '\n\n']) {
    assert.deepEqual(await match([], input), { code: 0, stdout: '', stderr: '' })
  }
})

test('a list that several threads share comes out in order, with the right line for a wrong one', async () => {
  const count = 120_000
  const lines = Array.from({ length: count }, (_, i) =>
    i % 20_000 === 19_999 ? 'github.com/utfave/cli' : `github.com/owner-${i}/repository-of-${i}`,
  )
  lines[count - 2] = 'wrong'
  lines[count - 1] = 'github.com/siruspen/logrus'
  const { code, stdout, stderr } = await match(['--threads', '2'], lines.join('\n'))
  assert.equal(code, 1)
  assert.deepEqual(strong(stdout), [
    ...Array.from({ length: 5 }, () => 'github.com/utfave/cli'),
    lines[count - 1],
  ])
  assert.match(stderr, new RegExp(`^line ${count - 1}: "wrong"`))
})

test('a reader that has seen enough ends it quietly', async () => {
  const main = path.join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, [main, 'match'], { cwd: root, env: passedOn() })
  const stderr: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.on('error', () => undefined).end('github.com/utfave/cli\n'.repeat(40_000))
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  assert.deepEqual([code, signal, Buffer.concat(stderr).toString()], [0, null, ''])
})

test('what cannot be asked ends with exit code 2 and says what to do', async () => {
  writeFileSync(path.join(root, 'empty.csv'), '')
  writeFileSync(path.join(root, 'wrong.csv'), 'github.com/a/b,1\nnonsense,2\n')
  writeFileSync(path.join(root, 'allow.txt'), 'pair github.com/a/b\n')
  const questions: [string[], RegExp][] = [
    [['--targets', 'empty.csv'], /empty\.csv has no targets/],
    [['--targets', 'wrong.csv'], /wrong\.csv, line 2: "nonsense" is not a module path/],
    [['--targets', '.'], /cannot read \.: EISDIR/],
    [['--allow', 'allow.txt'], /allow\.txt, line 1:/],
    [['--threads', '0'], /not a whole number from 1 up/],
  ]
  const runs = questions.map(async ([args, message]) => {
    const { code, stdout, stderr } = await match(args, 'github.com/utfave/cli\n')
    assert.deepEqual([code, stdout], [2, ''], `${args.join(' ')}: ${stderr}`)
    assert.match(stderr, message)
    assert.ok(!stderr.includes('    at '), stderr)
  })
  await Promise.all(runs)
})
