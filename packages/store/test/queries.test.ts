import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { notReadReport } from '@mirrorwatch/detect/go/report/not-read'
import type { CapabilityReport, CapabilityUse } from '@mirrorwatch/detect/go/types'
import { NO_FACTS } from '@mirrorwatch/detect/records/inspection-record'
import { comparison } from '@mirrorwatch/testing/findings/records'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, insertModules, later, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { sql } from 'kysely'
import { storeStats } from '../src/queries/stats.ts'
import { allow, allowedNames, disallow } from '../src/tables/allow.ts'
import { candidatesOf, saveCandidates } from '../src/tables/candidates.ts'
import { comparisonsOf, saveComparison } from '../src/tables/comparisons.ts'
import { projectDependents } from '../src/tables/dependents.ts'
import type { InspectionRow } from '../src/tables/inspections.ts'
import {
  inspectionHistory,
  inspectionsOf,
  pastDifferencesOf,
  provenRepositories,
  saveInspection,
} from '../src/tables/inspections.ts'
import {
  allModulePaths,
  markMatched,
  moduleById,
  unmatchedModules,
  updateModules,
} from '../src/tables/modules.ts'
import { mostRequired, saveRequirements } from '../src/tables/requirements.ts'
import {
  allTargets,
  countTargets,
  listTargets,
  markMatchedBackwards,
  targetsByPath,
  targetsToMatchBackwards,
  targetsVersion,
  upsertTargets,
} from '../src/tables/targets.ts'
import { askForAssessment, dueKeys, dueRow, finishDue } from '../src/work/due.ts'
import {
  countDue,
  dueVersions,
  failInspection,
  finishInspection,
  nextDueAt,
  scheduleOf,
  scheduleVersions,
  watchVersions,
} from '../src/work/schedule.ts'

const USE: CapabilityUse = {
  kind: 'process',
  file: 'a.go',
  line: 1,
  column: 1,
  what: 'os/exec.Command',
  onImport: true,
  reachedFrom: ['init'],
  calledFrom: [],
  quote: '',
  folded: null,
}

function inspection(moduleId: number): InspectionRow {
  return {
    moduleId,
    version: 'v1',
    verdict: 'same',
    expectedSum: 'h1:a',
    repositorySum: 'h1:a',
    repository: 'https://example.com/a',
    commit: 'c0ffee',
    reason: 'identical',
    files: [],
    notes: ['note'],
    facts: NO_FACTS,
  }
}

/** Returns `value` with its keys in the opposite order. */
function reversed<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).toReversed()) as T
}

for (const { kind, skip } of ENGINES) {
  suite(`queries on ${kind}`, { skip }, () => {
    let own: TestStore

    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())
    beforeEach(() => own.reset())

    test('modules are matched once, in pages', async () => {
      const { db } = own.store
      const ids = await insertModules(own.store, 'a.com/a', 'a.com/b', 'a.com/c')
      assert.deepEqual(await unmatchedModules(db, 0, 2), [
        { id: ids[0], path: 'a.com/a' },
        { id: ids[1], path: 'a.com/b' },
      ])
      await own.tx((trx) => markMatched(trx, [ids[0] ?? 0, ids[2] ?? 0], NOW))
      assert.deepEqual(await unmatchedModules(db, 0, 10), [{ id: ids[1], path: 'a.com/b' }])
      assert.deepEqual(await unmatchedModules(db, ids[1] ?? 0, 10), [])
      assert.equal((await moduleById(db, ids[0] ?? 0))?.matchedAt, NOW)
      assert.equal(await moduleById(db, 99), null)
    })

    test('facts about a module are recorded one by one', async () => {
      const [id = 0] = await insertModules(own.store, 'a.com/a')
      await own.tx((trx) =>
        updateModules(trx, [{ id, declaredPath: 'b.com/b' }, { id, blockedAt: NOW }, { id }]),
      )
      await own.tx((trx) => updateModules(trx, [{ id, latestVersion: 'v1.2.3' }]))
      const module = await moduleById(own.store.db, id)
      assert.deepEqual(
        [module?.declaredPath, module?.blockedAt, module?.latestVersion],
        ['b.com/b', NOW, 'v1.2.3'],
      )
    })

    test('all module paths are streamed, each once', async () => {
      const paths = Array.from({ length: 23 }, (_, at) => `a.com/${at}`)
      await insertModules(own.store, ...paths)
      for (const pageSize of [1, 10, 23, 100]) {
        const seen: string[] = []
        for await (const { path } of allModulePaths(own.store.db, pageSize)) seen.push(path)
        assert.deepEqual(seen, paths)
      }
    })

    test('targets are added, updated, paged and searched', async () => {
      const { db } = own.store
      const rows = [
        { path: 'a.com/a', dependents: 5 },
        { path: 'b.com/B', dependents: 9 },
        { path: 'c.com/c', dependents: 5 },
        { path: 'c.com/c', dependents: 3 },
      ]
      const { added } = await own.tx((trx) => upsertTargets(trx, rows, 'built-in', NOW))
      assert.deepEqual(added, ['a.com/a', 'b.com/B', 'c.com/c'])
      const again = await own.tx((trx) =>
        upsertTargets(
          trx,
          [
            { path: 'a.com/a', dependents: 7 },
            { path: 'd.com/d', dependents: 1 },
          ],
          'import',
          later(9),
        ),
      )
      assert.deepEqual(again, { added: ['d.com/d'] })
      assert.deepEqual(await own.tx((trx) => upsertTargets(trx, [], 'import', NOW)), { added: [] })
      const all = await allTargets(db)
      assert.deepEqual(
        all.map((target) => [target.path, target.dependents, target.source, target.addedAt]),
        [
          ['b.com/B', 9, 'built-in', NOW],
          ['a.com/a', 7, 'import', NOW],
          ['c.com/c', 5, 'built-in', NOW],
          ['d.com/d', 1, 'import', later(9)],
        ],
      )
      const first = await listTargets(db, { limit: 2 })
      const last = first[1]
      assert.ok(last !== undefined)
      assert.deepEqual([...first, ...(await listTargets(db, { limit: 2, after: last }))], all)
      assert.deepEqual((await listTargets(db, { limit: 9, search: 'B.com/b' })).length, 1)
      assert.deepEqual((await listTargets(db, { limit: 9, search: '%' })).length, 0)
      assert.equal(await countTargets(db), 4)
      assert.deepEqual((await targetsByPath(db, ['c.com/c', 'nope'])).length, 1)
    })

    test('the version of the targets changes with each of them, also within one time', async () => {
      const seen = [await targetsVersion(own.store.db)]
      for (const [path, dependents] of [
        ['a', 5],
        ['b', 5],
        ['b', 6],
      ] as const) {
        await own.tx((trx) => upsertTargets(trx, [{ path, dependents }], 'x', NOW))
        seen.push(await targetsVersion(own.store.db))
      }
      assert.equal(new Set(seen).size, 4, seen.join())
      await own.tx((trx) => upsertTargets(trx, [{ path: 'b', dependents: 6 }], 'x', later(1)))
      assert.equal(await targetsVersion(own.store.db), seen.at(-1), 'nothing has changed')
    })

    test('new targets are matched backwards once', async () => {
      await own.tx((trx) =>
        upsertTargets(
          trx,
          [
            { path: 'a', dependents: 1 },
            { path: 'b', dependents: 2 },
          ],
          'x',
          NOW,
        ),
      )
      await own.tx((trx) => markMatchedBackwards(trx, [{ path: 'a', dependents: 1 }], NOW))
      assert.deepEqual(await toMatchBackwards(own), ['b'])
    })

    test('a target is matched backwards again when its dependents have doubled', async () => {
      const upsert = async (dependents: number): Promise<string[]> => {
        await own.tx((trx) => upsertTargets(trx, [{ path: 'a', dependents }], 'x', NOW))
        return toMatchBackwards(own)
      }
      const mark = async (dependents: number): Promise<string[]> => {
        await own.tx((trx) => markMatchedBackwards(trx, [{ path: 'a', dependents }], NOW))
        return toMatchBackwards(own)
      }
      assert.deepEqual(await upsert(0), ['a'])
      assert.deepEqual(await mark(0), [])
      assert.deepEqual(await upsert(1), [])
      assert.deepEqual(await upsert(2), ['a'])
      assert.deepEqual(await upsert(5), ['a'])
      assert.deepEqual(await mark(2), ['a'], 'it has grown while it was matched')
      assert.deepEqual(await mark(5), [])
      assert.deepEqual(await upsert(9), [])
      assert.deepEqual(await upsert(3), [], 'fewer say nothing new')
      assert.deepEqual(await upsert(10), ['a'])
    })

    test('dependents follow what the go.mod files require', async () => {
      const { db } = own.store
      const [a = 0, b = 0, c = 0] = await insertModules(own.store, 'a', 'b', 'c')
      const dependents = async () =>
        (await db.selectFrom('module').select('dependents').orderBy('id').execute()).map(
          (row) => row.dependents,
        )
      await own.tx((trx) => saveRequirements(trx, a, ['c', 'not/known', 'c']))
      await own.tx((trx) => saveRequirements(trx, b, ['c', 'a']))
      assert.deepEqual(await dependents(), [1, 0, 2])
      await own.tx((trx) => saveRequirements(trx, b, ['c', 'a']))
      assert.deepEqual(await dependents(), [1, 0, 2])
      await own.tx((trx) => saveRequirements(trx, b, ['b']))
      await own.tx((trx) => saveRequirements(trx, c, []))
      assert.deepEqual(await dependents(), [0, 1, 1])
      assert.deepEqual(await mostRequired(db, 1, 2), [
        { path: 'b', dependents: 1 },
        { path: 'c', dependents: 1 },
      ])
    })

    test('candidates are saved once, and the new ones are returned', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a.com/a')
      const row = {
        moduleId,
        target: 't',
        rule: 'r',
        strength: 'strong' as const,
        distance: null,
        reason: 'why',
      }
      const other = { ...row, rule: 'q', distance: 1, strength: 'weak' as const }
      assert.deepEqual(await own.tx((trx) => saveCandidates(trx, [row, row], NOW)), [row])
      assert.deepEqual(
        await own.tx((trx) => saveCandidates(trx, [{ ...row, reason: 'else' }, other], later(5))),
        [other],
      )
      assert.deepEqual(await candidatesOf(own.store.db, moduleId), [
        { ...other, firstSeenAt: later(5) },
        { ...row, firstSeenAt: NOW },
      ])
    })

    test('due versions come most urgent first, then longest overdue; others do not come', async () => {
      const [a = 0, b = 0] = await insertModules(own.store, 'a', 'b')
      await own.tx((trx) =>
        scheduleVersions(trx, [
          { moduleId: a, version: 'v3', dueAt: later(-5), priority: 9 },
          { moduleId: a, version: 'v2', dueAt: later(-1), priority: 0 },
          { moduleId: b, version: 'v1', dueAt: later(-3), priority: 0 },
          { moduleId: b, version: 'v9', dueAt: later(5), priority: 0 },
        ]),
      )
      const { db } = own.store
      const order = (await dueVersions(db, NOW, 10)).map((due) => `${due.path}@${due.version}`)
      assert.deepEqual(order, ['b@v1', 'a@v2', 'a@v3'])
      assert.deepEqual(
        (await dueVersions(db, NOW, 1)).map((due) => due.version),
        ['v1'],
      )
      assert.equal(await countDue(db, NOW), 3)
      assert.equal(await countDue(db, NOW, 2), 2)
      assert.equal(await nextDueAt(db), later(-5))
    })

    test('scheduling again keeps the earlier time and the more urgent priority', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a')
      const key = { moduleId, version: 'v1' }
      await own.tx((trx) => scheduleVersions(trx, [{ ...key, dueAt: later(10), priority: 5 }]))
      await own.tx((trx) =>
        scheduleVersions(trx, [
          { ...key, dueAt: later(20), priority: 3 },
          { ...key, dueAt: later(30), priority: 7 },
        ]),
      )
      let state = await scheduleOf(own.store.db, key)
      assert.deepEqual([state?.dueAt, state?.priority], [later(10), 3])
      await own.tx((trx) => finishInspection(trx, key, { nextDueAt: null, step: 2 }, NOW))
      await own.tx((trx) => scheduleVersions(trx, [{ ...key, dueAt: later(60), priority: 8 }]))
      state = await scheduleOf(own.store.db, key)
      assert.deepEqual([state?.dueAt, state?.priority, state?.step], [later(60), 3, 2])
    })

    test('a version whose module is watched while it is inspected is inspected again', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a')
      const key = { moduleId, version: 'v1.0.0' }
      const row = { module_id: moduleId, version: key.version, cached_at: NOW }
      await own.store.db.insertInto('version').values(row).execute()
      await own.tx((trx) => scheduleVersions(trx, [{ ...key, dueAt: NOW, priority: 5 }]))
      const begun = await scheduleOf(own.store.db, key)
      await own.tx((trx) => watchVersions(trx, [{ moduleId, priority: 1 }], NOW))
      await own.tx((trx) =>
        finishInspection(trx, key, { nextDueAt: null, step: 1, asked: begun?.asked ?? 0 }, NOW),
      )
      const due = await dueVersions(own.store.db, NOW, 10)
      assert.deepEqual(
        due.map(({ version, priority }) => ({ version, priority })),
        [{ version: 'v1.0.0', priority: 1 }],
      )
    })

    test('failures are counted and remembered until a success', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a')
      const key = { moduleId, version: 'v1' }
      await own.tx((trx) => scheduleVersions(trx, [{ ...key, dueAt: NOW, priority: 5 }]))
      const failure = { code: 'retry-later', message: 'x'.repeat(9_999), nextDueAt: later(60) }
      await own.tx((trx) => failInspection(trx, key, failure))
      await own.tx((trx) => failInspection(trx, key, failure))
      const failed = await scheduleOf(own.store.db, key)
      assert.deepEqual(
        [
          failed?.attempts,
          failed?.lastErrorCode,
          failed?.lastError?.length,
          failed?.dueAt,
          failed?.lastInspectedAt,
        ],
        [2, 'retry-later', 500, later(60), null],
      )
      await own.tx((trx) => finishInspection(trx, key, { nextDueAt: later(99), step: 1 }, NOW))
      const finished = await scheduleOf(own.store.db, key)
      assert.deepEqual(
        [finished?.attempts, finished?.lastErrorCode, finished?.dueAt, finished?.lastInspectedAt],
        [0, null, later(99), NOW],
      )
    })

    test('an inspection is a new row only where it differs from the latest', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a')
      const same = inspection(moduleId)
      const moved: InspectionRow = {
        ...same,
        verdict: 'tag-moved',
        repositorySum: null,
        files: [{ path: 'db.go', change: 'modified', diff: '-a\n+b\n' }],
      }
      const save = (row: InspectionRow, now: string) => own.tx((trx) => saveInspection(trx, row, now))
      assert.deepEqual(await save(same, NOW), { changed: true })
      assert.deepEqual(await save({ ...same, facts: reversed(NO_FACTS) }, later(1)), {
        changed: false,
      })
      assert.deepEqual(await save(moved, later(2)), { changed: true })
      assert.deepEqual(await save(moved, later(3)), { changed: false })
      assert.deepEqual(await save(same, later(4)), { changed: true })
      await save({ ...same, version: 'v2' }, NOW)
      const latest = await inspectionsOf(own.store.db, moduleId)
      assert.deepEqual(
        latest.map((row) => [row.version, row.verdict, row.times]),
        [
          ['v1', 'same', 1],
          ['v2', 'same', 1],
        ],
      )
      const history = await inspectionHistory(own.store.db, moduleId, 'v1')
      assert.deepEqual(
        history.map((row) => [row.verdict, row.firstSeenAt, row.lastSeenAt, row.times]),
        [
          ['same', NOW, later(1), 2],
          ['tag-moved', later(2), later(3), 2],
          ['same', later(4), later(4), 1],
        ],
      )
      assert.deepEqual(history[1]?.files, moved.files)
      assert.deepEqual(history[0]?.facts, same.facts)
    })

    test('of what was replaced, the difference whose code acts is remembered; only equal content proves a repository', async () => {
      const { db } = own.store
      const [moduleId = 0, other = 0] = await insertModules(own.store, 'a', 'b')
      const acts: CapabilityReport = { ...notReadReport('x'), uses: [USE] }
      const differs: InspectionRow = {
        ...inspection(moduleId),
        verdict: 'differs',
        repository: 'https://x.com/r',
      }
      const outcomes: InspectionRow[] = [
        differs,
        { ...differs, verdict: 'tag-moved', facts: { ...NO_FACTS, added: acts } },
        { ...differs, commit: 'f00d' },
        inspection(moduleId),
      ]
      for (const [at, row] of outcomes.entries()) await own.tx((trx) => saveInspection(trx, row, later(at)))
      const [past, ...more] = await pastDifferencesOf(db, moduleId)
      assert.deepEqual([past?.verdict, past?.facts?.added?.uses, more.length], ['tag-moved', [USE], 0])
      await own.tx((trx) => saveInspection(trx, { ...differs, moduleId: other }, NOW))
      assert.deepEqual(await pastDifferencesOf(db, other), [], 'the latest is not past')
      const proven = [{ moduleId, urls: ['https://example.com/a'] }]
      assert.deepEqual(await provenRepositories(db, [moduleId, other]), proven)
      assert.deepEqual(await provenRepositories(db, [moduleId], 'v1'), proven)
      assert.deepEqual(await provenRepositories(db, [moduleId], 'v2'), [])
    })

    test('the dependents of all major versions count together, counted or imported', async () => {
      const paths = ['a.com/x', 'a.com/x/v2', 'a.com/x/v2/sub', 'a.com/x/vendor', 'a.com/xy', 'gopkg.in/y.v1']
      const ids = await insertModules(own.store, ...paths)
      for (const [at, id] of ids.entries())
        await own.store.db
          .updateTable('module')
          .set({ dependents: 10 ** at })
          .where('id', '=', id)
          .execute()
      const imported = [
        { path: 'a.com/x', dependents: 7 },
        { path: 'a.com/x/v3', dependents: 200 },
        { path: 'gopkg.in/y.v2', dependents: 3 },
      ]
      await own.tx((trx) => upsertTargets(trx, imported, 'import', NOW))
      const asked = ['a.com/x', 'a.com/x/v2', 'a.com/x/v2/sub', 'gopkg.in/y.v2', 'no.com/z']
      assert.deepEqual(Object.fromEntries(await projectDependents(own.store.db, asked)), {
        'a.com/x': 217,
        'a.com/x/v2': 217,
        'a.com/x/v2/sub': 100,
        'gopkg.in/y.v2': 100_003,
        'no.com/z': 0,
      })
    })

    test('two inspections of one version at once give one row', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a')
      const row: InspectionRow = { ...inspection(moduleId), verdict: 'unverifiable', commit: null }
      const results = await Promise.all(
        Array.from({ length: 6 }, () => own.tx((trx) => saveInspection(trx, row, NOW))),
      )
      assert.equal(results.filter((result) => result.changed).length, 1)
      assert.deepEqual(
        (await inspectionHistory(own.store.db, moduleId, 'v1')).map((each) => each.times),
        [6],
      )
    })

    test('a comparison is replaced by the next one', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a')
      const key = { moduleId, version: 'v1', target: 't', targetVersion: 'v2' }
      const row = { ...key, result: comparison({ nearCopy: true }) }
      const other = { ...key, result: comparison({ nearCopy: false }) }
      await own.tx((trx) => saveComparison(trx, row, NOW))
      await own.tx((trx) => saveComparison(trx, other, later(1)))
      assert.deepEqual(await comparisonsOf(own.store.db, moduleId), [{ ...other, comparedAt: later(1) }])
    })

    test('a record in an unknown form is read as none', async () => {
      const [moduleId = 0] = await insertModules(own.store, 'a')
      const key = { moduleId, version: 'v1', target: 't', targetVersion: 'v2' }
      await own.tx((trx) => saveComparison(trx, { ...key, result: comparison({}) }, NOW))
      await own.tx((trx) => saveInspection(trx, inspection(moduleId), NOW))
      await sql`update comparison set result = jsonb_set(result, '{form}', '2')`.execute(own.store.db)
      await sql`update inspection set observations = observations - 'added'`.execute(own.store.db)
      assert.equal((await comparisonsOf(own.store.db, moduleId))[0]?.result, null)
      const [row] = await inspectionsOf(own.store.db, moduleId)
      assert.deepEqual([row?.verdict, row?.facts], ['same', null])
    })

    test('what is learned during an assessment stays due', async () => {
      const { db } = own.store
      const [a = 0, b = 0] = await insertModules(own.store, 'a', 'b')
      const due = async () => (await dueKeys(db, 'assess', later(9), 10)).map(({ moduleId }) => moduleId)
      const row = async (moduleId: number) => {
        const found = await dueRow(db, 'assess', { moduleId, version: '' })
        assert.ok(found)
        return found
      }
      await own.tx((trx) => askForAssessment(trx, [b], later(1)))
      await own.tx((trx) => askForAssessment(trx, [a, a], NOW))
      assert.deepEqual(await due(), [a, b])
      assert.deepEqual(await dueKeys(db, 'assess', NOW, 10), [{ moduleId: a, version: '' }])
      const before = [await row(a), await row(b)]
      await own.tx((trx) => askForAssessment(trx, [b], later(2)))
      for (const each of before) await own.tx((trx) => finishDue(trx, 'assess', each))
      assert.deepEqual(await due(), [b])
      const left = await row(b)
      assert.equal(left.dueAt, later(1))
      await own.tx((trx) => finishDue(trx, 'assess', left))
      assert.deepEqual(await due(), [])
    })

    test('names are allowed, replaced, taken back and run out', async () => {
      const entry = {
        kind: 'owner' as const,
        module: 'github.com/x',
        target: null,
        reason: 'ours',
        author: 'me',
        expiresAt: null,
      }
      const { id } = await own.tx((trx) => allow(trx, entry, NOW))
      const replaced = { ...entry, reason: 'known', expiresAt: later(60) }
      assert.equal((await own.tx((trx) => allow(trx, replaced, later(1)))).id, id)
      assert.deepEqual(await allowedNames(own.store.db, later(59)), [
        { ...entry, id, reason: 'known', createdAt: later(1), expiresAt: later(60) },
      ])
      assert.deepEqual(await allowedNames(own.store.db, later(60)), [])
      await own.tx((trx) => disallow(trx, id))
      await assert.rejects(
        own.tx((trx) => disallow(trx, id)),
        { code: 'not-found' },
      )
      await assert.rejects(
        own.tx((trx) => allow(trx, { ...entry, kind: 'pair' })),
        { code: 'invalid-input' },
      )
    })

    test('the statistics count what is there', async () => {
      await insertModules(own.store, 'a', 'b')
      const stats = await storeStats(own.store.db)
      assert.deepEqual(stats.modules, { count: 2, exact: true })
      assert.deepEqual(stats.unmatched, { count: 2, exact: true })
      assert.deepEqual(stats.findings, [])
      assert.ok(stats.databaseBytes > 1_000_000)
    })

    test('no store table hides a queue table, and the clock is in UTC', async () => {
      const clash = await sql`
        select a.relname from pg_class a join pg_class b on a.relname = b.relname
        where a.relnamespace = 'public'::regnamespace and b.relnamespace = to_regnamespace('bullmq')
          and a.relkind in ('r', 'S') and b.relkind in ('r', 'S')`.execute(own.store.db)
      assert.deepEqual(clash.rows, [])
    })
  })
}

async function toMatchBackwards(own: TestStore): Promise<string[]> {
  return (await targetsToMatchBackwards(own.store.db, 10)).map(({ path }) => path)
}
