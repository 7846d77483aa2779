import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { assessStage } from '@mirrorwatch/pipeline/stages/assess/assess'
import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import { endExpiredEntries } from '@mirrorwatch/store/tables/allow'
import { saveCandidates } from '@mirrorwatch/store/tables/candidates'
import { askForAssessment } from '@mirrorwatch/store/work/due'
import { mirrorwatch, type Ran } from '@mirrorwatch/testing/cli'
import { insertModules } from '@mirrorwatch/testing/store/databases'

const dataDir = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-allow-'))
after(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const MODULES = [
  'go.uber.dev/zapp',
  'x.uber.dev/zapp/v2',
  'gitlab.com/Acme/tools/deep/cobraa',
  'github.com/else/zapp',
] as const

let store: Store
before(async () => {
  store = await openStore({ dataDir })
  const ids = await insertModules(store, ...MODULES)
  await store.db.transaction().execute(async (trx) => {
    const named = { target: 'go.uber.org/zap', rule: 'typo', strength: 'strong' as const, distance: 1 }
    await saveCandidates(
      trx,
      ids.map((moduleId) => ({ ...named, moduleId, reason: 'one letter more' })),
    )
    await askForAssessment(trx, ids)
  })
  for (const moduleId of ids) await assess(moduleId)
})

function assess(moduleId: number, clock = () => new Date()): ReturnType<typeof assessStage.run> {
  return assessStage.run({ db: store.db, clock }, { moduleId, version: '' }, new AbortController().signal)
}

function run(...args: string[]): Promise<Ran> {
  return mirrorwatch(args, { cwd: dataDir, env: { MIRRORWATCH_DATA_DIR: dataDir } })
}

/** The modules that the allow list keeps quiet. */
async function quiet(): Promise<string[]> {
  const rows = await store.db
    .selectFrom('finding')
    .innerJoin('module', 'module.id', 'finding.module_id')
    .select(['path', 'severity'])
    .orderBy('module.id')
    .execute()
  assert.equal(rows.length, MODULES.length)
  return rows.filter(({ severity }) => severity === 'info').map(({ path }) => path)
}

test('allowing an owner makes every module of it quiet at once, and removing the entry raises them again', async () => {
  assert.deepEqual(await quiet(), [])
  const owners: [string, string[]][] = [
    ['go.uber.dev', ['go.uber.dev/zapp', 'x.uber.dev/zapp/v2']],
    ['gitlab.com/acme/tools', ['gitlab.com/Acme/tools/deep/cobraa']],
    ['github.com/Else', ['github.com/else/zapp']],
  ]
  for (const [at, [owner, modules]] of owners.entries()) {
    const added = await run('allow', 'add', 'owner', owner, '--reason', 'a vendor', '--author', 'ada')
    assert.equal(added.code, 0, added.stderr)
    assert.match(
      added.stderr,
      new RegExp(`^${modules.length} modules? assessed again.\nEntry ${at + 1} allows owner `),
    )
    assert.deepEqual(await quiet(), modules)
    const removed = await run('allow', 'remove', String(at + 1))
    assert.equal(removed.code, 0, removed.stderr)
    assert.deepEqual(await quiet(), [])
  }
})

test('an entry that expires is listed as such, and its modules are judged without it', async () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  const args = ['allow', 'add', 'path', 'github.com/Else/zapp', '--reason', 'for now', '--author', 'ada']
  await run(...args, '--expires', soon)
  assert.deepEqual(await quiet(), ['github.com/else/zapp'])
  const [entry] = (await run('allow', 'list', '--json')).stdout.trim().split('\n')
  const { kind, module, author, reason, expiresAt } = JSON.parse(entry ?? '') as Record<string, string>
  assert.deepEqual([kind, module, author, reason], ['path', 'github.com/Else/zapp', 'ada', 'for now'])
  assert.equal(Date.parse(expiresAt ?? ''), Date.parse(soon))

  const later = new Date(Date.parse(soon) + 1)
  assert.equal(await endExpiredEntries(store.db, new Date()), 0)
  const due = await assessStage.due({ db: store.db, until: later, limit: 10, readBytesPerDay: 0 })
  assert.equal(due.length, 1)
  await assess(due[0]?.key.moduleId ?? 0, () => later)
  assert.deepEqual(await quiet(), [])
  assert.equal(await endExpiredEntries(store.db, later), 0)

  await run(...args, '--expires', soon)
  assert.deepEqual(await quiet(), ['github.com/else/zapp'])
})

test('what cannot be allowed is refused with what to do', async () => {
  const reason = ['--reason', 'x']
  const wrong: [string[], RegExp][] = [
    [['owner', 'github.com', ...reason], /everybody can publish there\n.*Give an account/],
    [['owner', 'acme', ...reason], /"acme" is not an owner/],
    [['path', 'https://github.com/a/b', ...reason], /is not a module path/],
    [['pair', 'github.com/a/b', ...reason], /a pair needs a target/],
    [['path', 'github.com/a/b', 'github.com/c/d', ...reason], /takes one name, and two were given/],
    [['path', 'github.com/a/b', ...reason, '--expires', '2020-01-01'], /is in the past/],
    [['path', 'github.com/a/b'], /required option '--reason/],
    [['module', 'github.com/a/b', ...reason], /Allowed choices are path, owner, pair/],
  ]
  for (const [args, says] of wrong) {
    const { code, stdout, stderr } = await run('allow', 'add', ...args)
    assert.deepEqual([code, stdout], [2, ''], stderr)
    assert.match(stderr, says)
    assert.ok(!stderr.includes('    at '), stderr)
  }
  const missing = await run('allow', 'remove', '99')
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /There is no allow entry 99/)
})
