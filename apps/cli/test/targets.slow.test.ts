import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { startEcosystems } from '@mirrorwatch/testing/http/ecosystems-server'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-cli-targets-'))
before(() => prepareStore(path.join(root, '.mirrorwatch')))
after(() => rmSync(root, { recursive: true, force: true }))

function targets(args: string[], onStart?: (child: ChildProcess) => void): Promise<Ran> {
  return mirrorwatch(['targets', ...args], { cwd: root, ...(onStart === undefined ? {} : { onStart }) })
}

test('a refresh that was killed is taken up where it stopped', async () => {
  await using service = await startEcosystems()
  let child: ChildProcess | undefined
  // Two pages are saved before the third is requested.
  service.instead.set(3, () => child?.kill('SIGKILL'))
  const args = ['refresh', '--json', '--url', service.url]
  const killed = await targets(args, (started) => (child = started))
  assert.deepEqual([killed.code, killed.stdout], [null, ''])
  service.instead.clear()
  const { code, stdout } = await targets(args)
  assert.equal(code, 0)
  const { resumedAfter, page, modules, added } = JSON.parse(stdout)
  assert.deepEqual({ resumedAfter, page, modules }, { resumedAfter: 2, page: 3, modules: 45 })
  assert.equal(typeof added, 'number')
  assert.deepEqual(service.asked, [1, 2, 3, 3, 4])
  const list = await targets(['list', '--json', '--limit', '1'])
  const [first] = list.stdout.split('\n')
  const target = JSON.parse(first ?? '')
  assert.deepEqual([target.path, target.dependents], ['github.com/stretchr/testify', 259_237])
})

test('an import tells what was taken, and the line that is wrong', async () => {
  writeFileSync(
    path.join(root, 'good.csv'),
    'path,count\ngithub.com/new/module,50\ngithub.com/small/module,2\n',
  )
  const good = await targets(['import', 'good.csv', '--min-dependents', '10', '--json'])
  assert.equal(good.code, 0)
  const { rows, left, added } = JSON.parse(good.stdout)
  assert.deepEqual({ rows, left, added }, { rows: 1, left: 1, added: 1 })
  writeFileSync(path.join(root, 'bad.csv'), 'github.com/new/module,50\ngithub.com/new/module,many\n')
  const bad = await targets(['import', 'bad.csv'])
  assert.deepEqual([bad.code, bad.stdout], [2, ''])
  assert.match(bad.stderr, /bad\.csv, line 2: "many" is not a number of dependents/)
})

test('what cannot be asked ends with exit code 2 and says what to do', async () => {
  const questions: [string[], RegExp][] = [
    [['refresh', '--url', 'nonsense'], /must be an http\(s\) URL/],
    [['refresh', '--min-dependents', '0'], /not a whole number from 1 up/],
  ]
  for (const [args, message] of questions) {
    const { code, stdout, stderr } = await targets(args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
    assert.ok(!stderr.includes('    at '), stderr)
  }
})
