import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import type { ListedModule } from '@mirrorwatch/store/queries/known-findings'
import { listedInUse } from '../src/checked.ts'
import { readCheckArguments } from '../src/inputs/check-inputs.ts'

const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-checked-'))
after(() => rmSync(root, { recursive: true, force: true }))

function entry(affected: ListedModule['affected']): ListedModule[] {
  return [{ module: 'example.com/a/b', id: 'MAL-1', source: 'lab', summary: 'x', affected }]
}

/** Returns the versions in use that an entry counts for: `all`, or `none`. */
function counts(affected: ListedModule['affected'], inUse: string[] | null): string {
  const [listed] = listedInUse(entry(affected), inUse && new Set(inUse))
  return listed === undefined ? 'none' : (listed.versions?.join(' ') ?? 'all')
}

test('an entry counts for the versions that it names, and without any for all', () => {
  const one = { versions: ['1.2.3'], ranges: [] }
  assert.equal(counts(one, ['v1.2.3']), 'v1.2.3')
  assert.equal(counts(one, ['v1.4.0']), 'none')
  assert.equal(counts(one, ['v1.4.0', 'v1.2.3']), 'v1.2.3')
  assert.equal(counts(one, null), 'all')
  assert.equal(counts({ versions: [], ranges: [] }, ['v1.4.0']), 'all')
  const range = { versions: [], ranges: [{ events: [{ introduced: '1.2.0' }, { fixed: '1.3.0' }] }] }
  assert.equal(counts(range, ['v1.1.9', 'v1.2.0', 'v1.3.0']), 'v1.2.0')
  assert.equal(counts(range, ['v1.3.0']), 'none')
  assert.equal(counts({ versions: [], ranges: [{ events: [{ introduced: '0' }] }] }, ['v9.0.0']), 'all')
})

async function versionsIn(name: string, text: string): Promise<string> {
  const file = path.join(root, name)
  writeFileSync(file, text)
  const { versions } = await readCheckArguments([file])
  return [...versions]
    .map(([module, known]) => `${module} ${known === null ? '?' : [...known].join(' ')}`)
    .join(', ')
}

test('each kind of input gives the versions in use', async () => {
  const sum = `h1:${'A'.repeat(43)}=`
  assert.equal(
    await versionsIn('go.mod', 'module m.example/m\nrequire a.example/b v1.2.3\nrequire c.example/d main\n'),
    'a.example/b v1.2.3, c.example/d ?',
  )
  // Of a version that is not built, a go.sum has the go.mod alone.
  assert.equal(
    await versionsIn(
      'go.sum',
      `a.example/b v1.2.3/go.mod ${sum}\na.example/b v1.4.0 ${sum}\nc.example/d v0.1.0/go.mod ${sum}\n`,
    ),
    'a.example/b v1.4.0, c.example/d v0.1.0',
  )
  assert.equal(
    await versionsIn('modules.txt', '# a.example/b v1.0.0 => f.example/b v1.0.1\n# e.example/f => ./f\n'),
    'a.example/b v1.0.0, f.example/b v1.0.1, e.example/f ?',
  )
  const components = ['a.example/b@v1.2.3', 'c.example/d'].map((purl) => ({ purl: `pkg:golang/${purl}` }))
  assert.equal(
    await versionsIn('bom.json', JSON.stringify({ bomFormat: 'CycloneDX', components })),
    'a.example/b v1.2.3, c.example/d ?',
  )
  const { versions } = await readCheckArguments(['a.example/b@v1.0.0', 'c.example/d', 'e.example/f@latest'])
  assert.deepEqual([...versions.values()], [new Set(['v1.0.0']), null, null])
})
