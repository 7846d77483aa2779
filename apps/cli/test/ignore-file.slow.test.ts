import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import type { Checked } from '../src/checked.ts'
import { Ignores } from '../src/ignores.ts'
import { parseIgnoreFile } from '../src/inputs/ignore-file.ts'
import { type TargetVerification, withIgnored } from '../src/verified.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-ignore-'))
after(() => rmSync(root, { recursive: true, force: true }))
writeFileSync(
  path.join(root, 'go.mod'),
  'module example.com/x\nrequire (\n\tgithub.com/boltdb-go/bolt v1.3.1\n\tgithub.com/sirupsem/logrus v1.9.3\n)\n',
)

const PAIR = `[[ignore]]
module = "github.com/boltdb-go/bolt"
target = "github.com/boltdb/bolt"
reason = "our own fork"
until = 2999-12-31
`
const ENDED = `[[ignore]]
module = "github.com/sirupsem/logrus"
reason = "on its way out"
until = 2026-01-31
`

function check(toml: string, ...args: string[]): Promise<Ran> {
  writeFileSync(path.join(root, '.mirrorwatch.toml'), toml)
  return mirrorwatch(['check', '--json', 'go.mod', ...args], { cwd: root })
}

test('an entry sets aside its pair alone; one that ended sets aside nothing and is reported', async () => {
  const { code, stdout, stderr } = await check(PAIR + ENDED)
  assert.equal(code, 1)
  const [bolt, logrus] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Checked)
  assert.ok(bolt?.candidates.every(({ target }) => target !== 'github.com/boltdb/bolt'))
  assert.deepEqual(bolt?.ignored[0]?.reason, 'our own fork')
  assert.ok(logrus?.candidates.some(({ target }) => target === 'github.com/sirupsen/logrus'))
  assert.match(stderr, /entry 2 \(github\.com\/sirupsem\/logrus\) ended on 2026-01-31 and is not applied/)
  const without = await check(PAIR, '--no-ignore')
  assert.match(without.stdout, /"target":"github\.com\/boltdb\/bolt"/)
})

test('an entry that nothing matches is reported', async () => {
  const rule = '[[ignore]]\nrule = "no-such-rule"\nreason = "x"\nuntil = 2999-12-31\n'
  const { stderr } = await check(`${PAIR.replaceAll('boltdb-go', 'gone')}${rule}`)
  assert.match(stderr, /entry 1 \(github\.com\/gone\/bolt, .*\) names no module that was given/)
  assert.match(stderr, /entry 2 \(no-such-rule\) matched nothing: remove it/)
})

test('a file that is not one stops the command', async () => {
  const rest = 'reason = "x"\nuntil = 2027-01-31\n'
  const wrong: [string, RegExp][] = [
    ['[[ignore', /is not TOML/],
    [`[[ignored]]\n${rest}`, /unknown table ignored/],
    [`[[ignore]]\nmodul = "a.example/b"\n${rest}`, /unknown key "modul"/],
    ['[[ignore]]\nmodule = "a.example/b"\nuntil = 2027-01-31\n', /has no reason/],
    ['[[ignore]]\nmodule = "a.example/b"\nreason = "x"\n', /has no end/],
    ['[[ignore]]\nmodule = "a.example/b"\nreason = "x"\nuntil = "soon"\n', /until is not a day/],
    ['[[ignore]]\nmodule = "a.example/b"\nreason = "x"\nuntil = "2026-13-45"\n', /until is not a day/],
    [`[[ignore]]\n${rest}`, /names no module, rule or sum/],
    [`[[ignore]]\ntarget = "a.example/b"\nrule = "x"\n${rest}`, /target without a module/],
    [`[[ignore]]\nmodule = "*"\n${rest}`, /not a module path/],
    [`[[ignore]]\nsum = "h1:x"\n${rest}`, /not an h1: hash/],
  ]
  for (const [text, message] of wrong) await assert.rejects(parseIgnoreFile(text, 'file'), message)
  assert.equal((await check('[[ignore')).code, 2)
})

test('a hash that the checksum database contradicts is set aside for this very hash alone', () => {
  const sum = `h1:${'A'.repeat(43)}=`
  const disagrees = {
    module: 'a.example/b',
    verdict: 'sum-disagrees',
    expectedSum: sum,
  } as TargetVerification
  const entry = { target: null, rule: null, reason: 'x', until: '2027-01-31' }
  const now = new Date('2026-11-28T00:00:00Z')
  const byModule = new Ignores('file', [{ ...entry, module: 'a.example/b', sum: null }], now)
  assert.equal(withIgnored(byModule, disagrees).ignored, undefined)
  assert.deepEqual(withIgnored(byModule, { ...disagrees, verdict: 'tag-moved' }).ignored?.reason, 'x')
  const byHash = new Ignores('file', [{ ...entry, module: null, sum }], now)
  assert.deepEqual(withIgnored(byHash, disagrees).ignored?.until, '2027-01-31')
})
