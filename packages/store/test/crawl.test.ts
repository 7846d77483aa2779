import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, later, MICROS, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { readCursor, savePage } from '../src/tables/feed.ts'
import { saveListing } from '../src/tables/listing.ts'
import { moduleByPath, updateModules, versionsOf } from '../src/tables/modules.ts'
import { type SumsPage, saveSums } from '../src/tables/sums.ts'
import { upsertTargets } from '../src/tables/targets.ts'
import { crawlProgress } from '../src/work/crawl-progress.ts'
import { askForGoMods, dueKeys } from '../src/work/due.ts'
import { releaseLease, takeLease } from '../src/work/lease.ts'
import { logAlarms, readLogHead, replaceLogHead, saveLogAlarm } from '../src/work/log-heads.ts'
import {
  addWindows,
  recordStride,
  restartWindow,
  type StoredWindow,
  takeWindow,
  unfinishedWindows,
  windowLease,
  windowsOf,
} from '../src/work/windows.ts'

function sum(letter: string): string {
  return `h1:${Buffer.alloc(32, letter).toString('base64')}`
}

function window(name: string, since: bigint, until: bigint | null): StoredWindow {
  return { name, kind: until === null ? 'follow' : 'backfill', since, until }
}

const STRIDE = { entries: 10, advanced: 50n, seconds: 2, caughtUp: false, finished: false }

for (const { kind, skip } of ENGINES) {
  suite(`what the crawler keeps, on ${kind}`, { skip }, () => {
    let own: TestStore

    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())
    beforeEach(() => own.reset())

    const feedPage = (path: string, version: string, micros: bigint, goModsOf: 'all' | 'watched' = 'all') =>
      own.tx((trx) =>
        savePage(trx, {
          feed: 'index',
          entries: [{ path, version, timestampMicros: micros }],
          cursor: { positionMicros: micros, seenAtPosition: [] },
          schedule: null,
          goModDueAt: NOW,
          goModsOf,
        }),
      )
    const sums = (records: SumsPage['records'], more: Partial<SumsPage> = {}) =>
      own.tx((trx) =>
        saveSums(trx, {
          feed: 'log',
          records,
          nextRecord: BigInt(records.length),
          now: NOW,
          schedule: { dueAt: NOW, priority: 5 },
          goModDueAt: NOW,
          goModsOf: 'all',
          ...more,
        }),
      )
    const module = async (path: string) => {
      const found = await moduleByPath(own.store.db, path)
      assert.ok(found)
      return found
    }

    test('a window has one reader, the newest window first, until it is finished', async () => {
      const { db } = own.store
      await own.tx((trx) => addWindows(trx, 'f', [window('old', 0n, 100n), window('new', 100n, 200n)]))
      await own.tx((trx) => addWindows(trx, 'f', [window('old', 7n, 8n)]))
      assert.deepEqual(
        (await windowsOf(db, 'f', 'backfill')).map(({ since }) => since),
        [0n, 100n],
      )
      const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()]
      assert.equal((await takeWindow(db, { feed: 'f', kind: 'backfill', holder: a }, 60_000))?.name, 'new')
      assert.equal((await takeWindow(db, { feed: 'f', kind: 'backfill', holder: b }, 60_000))?.name, 'old')
      assert.equal(await takeWindow(db, { feed: 'f', kind: 'backfill', holder: c }, 60_000), null)
      await releaseLease(db, windowLease('new', b))
      assert.equal(
        await takeWindow(db, { feed: 'f', kind: 'backfill', holder: c }, 60_000),
        null,
        'only the owner can give it back',
      )
      const finished = { ...STRIDE, finished: true, caughtUp: true }
      assert.equal(await own.tx((trx) => recordStride(trx, 'new', a, finished)), true)
      assert.equal(await takeLease(db, windowLease('new', c), 1), true, 'a finished window has no reader')
      assert.equal(await unfinishedWindows(db, 'f', 'backfill'), 1)
    })

    test('a lease that ran out goes to the next, and the first can save nothing more', async () => {
      const { db } = own.store
      await own.tx((trx) => addWindows(trx, 'f', [window('f', 0n, null)]))
      const [a, b] = [randomUUID(), randomUUID()]
      assert.equal((await takeWindow(db, { feed: 'f', kind: 'follow', holder: a }, -1_000))?.name, 'f')
      assert.equal((await takeWindow(db, { feed: 'f', kind: 'follow', holder: b }, 60_000))?.name, 'f')
      assert.equal(await own.tx((trx) => recordStride(trx, 'f', a, STRIDE)), false)
      assert.equal(await own.tx((trx) => recordStride(trx, 'f', b, STRIDE)), true)
    })

    test('progress adds up over the windows', async () => {
      const { db } = own.store
      await own.tx((trx) => addWindows(trx, 'f', [window('w1', 0n, 100n), window('w2', 100n, 300n)]))
      const owner = randomUUID()
      await takeWindow(db, { feed: 'f', kind: 'backfill', holder: owner }, 60_000)
      await own.tx(async (trx) => {
        await recordStride(trx, 'w2', owner, STRIDE)
        await savePage(trx, {
          feed: 'w2',
          entries: [],
          cursor: { positionMicros: 150n, seenAtPosition: [] },
          schedule: null,
        })
      })
      const [progress] = await crawlProgress(db)
      assert.deepEqual(
        { ...progress, updatedAt: null },
        {
          feed: 'f',
          kind: 'backfill',
          windows: 2,
          finished: 0,
          reading: 1,
          entries: 0,
          position: 150,
          covered: 50,
          total: 300,
          rate: 5,
          speed: 25,
          updatedAt: null,
          caughtUpAt: null,
        },
      )
    })

    test('a new round starts only after the last one has ended', async () => {
      const { db } = own.store
      const round: StoredWindow = { name: 'r', kind: 'listed', since: 1n, until: 9n }
      assert.equal(await own.tx((trx) => restartWindow(trx, 'r', round)), true)
      assert.equal(await own.tx((trx) => restartWindow(trx, 'r', { ...round, since: 5n })), false)
      const owner = randomUUID()
      await takeWindow(db, { feed: 'r', kind: 'listed', holder: owner }, 60_000)
      await own.tx((trx) => recordStride(trx, 'r', owner, { ...STRIDE, finished: true }))
      await own.tx((trx) => saveListing(trx, { feed: 'r', missing: [], listed: [], nextMicros: 9n }, NOW))
      assert.equal(await own.tx((trx) => restartWindow(trx, 'r', { ...round, since: 5n })), true)
      assert.equal(await readCursor(db, 'r'), null)
      assert.equal((await windowsOf(db, 'r', 'listed'))[0]?.since, 5n)
    })

    test('hashes reach known versions, and versions that only the log has are kept, watched and read', async () => {
      await feedPage('a.com/a', 'v1.0.0', MICROS)
      const saved = await sums([
        { path: 'a.com/a', version: 'v1.0.0', sum: sum('a'), goModSum: sum('b') },
        { path: 'a.com/a', version: 'v1.1.0', sum: sum('c'), goModSum: sum('d') },
        { path: 'b.com/b', version: 'v0.1.0', sum: sum('e'), goModSum: sum('f') },
      ])
      assert.deepEqual(saved, { known: 1, loggedOnly: 2, contradictions: [] })
      const { id, versionCount } = await module('a.com/a')
      assert.equal(versionCount, 2)
      assert.deepEqual(
        (await versionsOf(own.store.db, id)).map((v) => [v.version, v.zipSum, v.gomodSum, v.loggedOnly]),
        [
          ['v1.0.0', sum('a'), sum('b'), false],
          ['v1.1.0', sum('c'), sum('d'), true],
        ],
      )
      assert.equal((await readCursor(own.store.db, 'log'))?.positionMicros, 3n)
      assert.equal((await dueKeys(own.store.db, 'require', NOW, 10)).length, 2)
    })

    test('the feed corrects the estimated time of a version that the log brought first', async () => {
      await sums([{ path: 'a.com/a', version: 'v1.0.0', sum: sum('a'), goModSum: sum('b') }])
      assert.equal((await module('a.com/a')).firstCachedAt, NOW)
      assert.deepEqual(await feedPage('a.com/a', 'v1.0.0', MICROS), { newModules: 0, newVersions: 0 })
      const { id, firstCachedAt, lastCachedAt, versionCount } = await module('a.com/a')
      assert.deepEqual(
        [firstCachedAt, lastCachedAt, versionCount],
        ['2019-04-10T19:08:52.997264Z', '2019-04-10T19:08:52.997264Z', 1],
      )
      const [version] = await versionsOf(own.store.db, id)
      assert.deepEqual([version?.loggedOnly, version?.zipSum], [false, sum('a')])
    })

    test('a second hash for a version is reported, and does not replace the first', async () => {
      const record = { path: 'a.com/a', version: 'v1.0.0', sum: sum('a'), goModSum: sum('b') }
      await sums([record])
      assert.deepEqual((await sums([record])).contradictions, [])
      const { contradictions } = await sums([{ ...record, sum: sum('z') }])
      assert.deepEqual(contradictions, [{ path: 'a.com/a', version: 'v1.0.0' }])
      const [version] = await versionsOf(own.store.db, (await module('a.com/a')).id)
      assert.equal(version?.zipSum, sum('a'))
    })

    test('what is taken down is marked once, judged, and unmarked when it is back', async () => {
      await feedPage('a.com/a', 'v1.0.0', MICROS)
      await feedPage('a.com/b', 'v1.0.0', MICROS + 1n)
      const missing = [
        { path: 'a.com/a', version: 'v1.0.0' },
        { path: 'unknown.com/x', version: 'v1.0.0' },
      ]
      const listed = [{ path: 'a.com/b', version: 'v1.0.0' }]
      const listing = { feed: 'r', missing, listed, nextMicros: 5n }
      const first = await own.tx((trx) => saveListing(trx, listing, NOW))
      assert.deepEqual(first, { takenDown: [missing[0]], back: 0 })
      const again = await own.tx((trx) => saveListing(trx, listing, later(60)))
      assert.deepEqual(again, { takenDown: [], back: 0 })
      const { id } = await module('a.com/a')
      assert.equal((await versionsOf(own.store.db, id))[0]?.takenDownAt, NOW)
      assert.deepEqual(
        (await dueKeys(own.store.db, 'assess', NOW, 9)).map(({ moduleId }) => moduleId),
        [id],
      )
      const back = await own.tx((trx) =>
        saveListing(trx, { ...listing, missing: [], listed: missing }, later(90)),
      )
      assert.equal(back.back, 1)
      assert.equal((await versionsOf(own.store.db, id))[0]?.takenDownAt, null)
    })

    test('only the go.mod files of look-alikes and targets are asked for where that is wanted', async () => {
      await own.tx((trx) => upsertTargets(trx, [{ path: 'a.com/target', dependents: 9 }], 'import', NOW))
      await feedPage('a.com/other', 'v1.0.0', MICROS, 'watched')
      assert.deepEqual(await dueKeys(own.store.db, 'require', NOW, 10), [])
      await feedPage('a.com/target', 'v1.0.0', MICROS + 1n, 'watched')
      const target = await module('a.com/target')
      const other = await module('a.com/other')
      const due = async () =>
        (await dueKeys(own.store.db, 'require', NOW, 10)).map(({ moduleId }) => moduleId)
      assert.deepEqual(await due(), [target.id])
      await own.tx((trx) => askForGoMods(trx, { paths: ['a.com/other'] }, NOW))
      assert.deepEqual(new Set(await due()), new Set([other.id, target.id]))
      await own.tx((trx) => updateModules(trx, [{ id: other.id, latestVersion: 'v1.0.0' }]))
      await own.store.db.deleteFrom('due_work').execute()
      await own.tx((trx) => askForGoMods(trx, { ids: [other.id, target.id] }, NOW))
      assert.deepEqual(await due(), [target.id])
    })

    test('a head takes the place of the one that it was proven against, and of no other', async () => {
      const { db } = own.store
      const head = (size: bigint) => ({ size, hash: Buffer.alloc(32, Number(size)), note: `note ${size}` })
      assert.equal(await replaceLogHead(db, 'log', null, head(1n), NOW), true)
      assert.equal(await replaceLogHead(db, 'log', null, head(2n), NOW), false)
      const known = await readLogHead(db, 'log')
      assert.equal(await replaceLogHead(db, 'log', known, head(2n), NOW), true)
      assert.equal(await replaceLogHead(db, 'log', known, head(3n), NOW), false)
      assert.equal((await readLogHead(db, 'log'))?.note, 'note 2')
    })

    test('evidence is kept byte for byte, and repetitions are counted', async () => {
      const alarm = {
        log: 'log',
        kind: 'fork' as const,
        message: 'two',
        knownNote: 'n',
        seen: Buffer.of(0, 255, 10),
      }
      assert.equal(await saveLogAlarm(own.store.db, alarm, NOW), true)
      assert.equal(await saveLogAlarm(own.store.db, alarm, later(5)), false)
      const [kept, ...others] = await logAlarms(own.store.db, 10)
      assert.deepEqual(others, [])
      assert.deepEqual(
        [kept?.seen, kept?.times, kept?.firstSeenAt, kept?.lastSeenAt],
        [alarm.seen, 2, NOW, later(5)],
      )
    })
  })
}
