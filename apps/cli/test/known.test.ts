import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { mirrorwatch } from '@mirrorwatch/testing/cli'
import { prepareStore } from '@mirrorwatch/testing/store/embedded-store'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-cli-known-'))
before(() => prepareStore(path.join(root, '.mirrorwatch')))
after(() => rmSync(root, { recursive: true, force: true }))

test('a folder of entries is imported and listed; a bad file or entry is named and left out', async () => {
  const affected = [{ package: { ecosystem: 'Go', name: 'github.com/boltdb-go/bolt' } }]
  mkdirSync(path.join(root, 'osv'))
  writeFileSync(
    path.join(root, 'osv/a.json'),
    JSON.stringify({ id: 'MAL-2025-1', summary: 'Backdoor', affected }),
  )
  const imported = await mirrorwatch(['known', 'import', 'osv'], { cwd: root })
  assert.equal(imported.code, 0, imported.stderr)
  assert.match(imported.stderr, /1 entries imported/)
  writeFileSync(path.join(root, 'osv/b.json'), JSON.stringify({ id: 'MAL-2025-2', affected }))
  writeFileSync(path.join(root, 'osv/c.json'), '{"id":')
  const partly = await mirrorwatch(['known', 'import', 'osv'], { cwd: root })
  assert.equal(partly.code, 0, partly.stderr)
  assert.match(partly.stderr, /^Left out: osv\/c\.json is not JSON/m)
  assert.match(partly.stderr, /^2 entries imported,.* 1 that cannot be read/m)
  const refused = await mirrorwatch(['known', 'import', 'osv/c.json'], { cwd: root })
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /osv\/c\.json is not JSON[^]*no entry of osv\/c\.json can be used/)
  const { stdout } = await mirrorwatch(['known', 'list', '--json'], { cwd: root })
  const lines = stdout.trim().split('\n')
  assert.deepEqual(
    lines.map((line) => {
      const { id, module, source } = JSON.parse(line)
      return [id, module, source]
    }),
    ['MAL-2025-1', 'MAL-2025-2'].map((id) => [id, 'github.com/boltdb-go/bolt', 'ossf/malicious-packages']),
  )
})
