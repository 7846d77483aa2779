import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { TestStore } from '@mirrorwatch/testing/store/databases'
import { ENGINES, later, MICROS, NOW, openTestStore } from '@mirrorwatch/testing/store/databases'
import { saveCandidates } from '../src/tables/candidates.ts'
import type { FeedEntry, FeedPage } from '../src/tables/feed.ts'
import { readCursor, savePage } from '../src/tables/feed.ts'
import { moduleByPath, versionsOf } from '../src/tables/modules.ts'
import { upsertTargets } from '../src/tables/targets.ts'
import { NEW_VERSION_PRIORITY } from '../src/work/priority.ts'
import { dueVersions, hastenPopular } from '../src/work/schedule.ts'

function entry(path: string, version: string, micros = 0): FeedEntry {
  return { path, version, timestampMicros: MICROS + BigInt(micros) }
}

function page(entries: FeedEntry[], more: Partial<FeedPage> = {}): FeedPage {
  const last = entries.at(-1)
  return {
    feed: 'index',
    entries,
    cursor: {
      positionMicros: last?.timestampMicros ?? 0n,
      seenAtPosition: last === undefined ? [] : [`${last.path}@${last.version}`],
    },
    schedule: null,
    ...more,
  }
}

for (const { kind, skip } of ENGINES) {
  suite(`the feed in the store on ${kind}`, { skip }, () => {
    let own: TestStore
    const save = (each: FeedPage) => own.tx((trx) => savePage(trx, each))

    before(async () => {
      own = await openTestStore(kind)
    })
    after(() => own.drop())
    beforeEach(() => own.reset())

    test('what is watched is looked at first, and can be all that is', async () => {
      const { db } = own.store
      await own.tx((trx) =>
        upsertTargets(
          trx,
          [
            { path: 'example.com/popular', dependents: 5_000 },
            { path: 'example.com/used', dependents: 3 },
          ],
          'crawl',
          NOW,
        ),
      )
      const schedule = { dueAt: NOW, priority: NEW_VERSION_PRIORITY }
      await save(page([entry('example.com/popu1ar', 'v1.0.0'), entry('example.com/other', 'v1.0.0')]))
      const lookalike = await moduleByPath(db, 'example.com/popu1ar')
      const candidate = { target: 'example.com/popular', rule: 'r', distance: 1, reason: 'r' }
      await own.tx((trx) =>
        saveCandidates(trx, [{ moduleId: lookalike?.id ?? 0, strength: 'strong', ...candidate }], NOW),
      )
      const paths = ['other', 'popu1ar', 'popular', 'used'].map((name) => `example.com/${name}`)
      const priorities = async () =>
        (await dueVersions(db, later(1), 10)).map(({ path, version, priority }) => [path, version, priority])
      const watched = [
        ['example.com/popu1ar', 'v1.1.0', 1],
        ['example.com/popular', 'v1.1.0', 3],
        ['example.com/used', 'v1.1.0', 5],
      ]
      const first = paths.map((path) => entry(path, 'v1.1.0'))
      await save(page(first, { schedule: { ...schedule, unwatchedSince: '2100-01-01T00:00:00Z' } }))
      assert.deepEqual(await priorities(), watched)
      await save(page([entry('example.com/other', 'v1.2.0')], { schedule }))
      assert.deepEqual(await priorities(), [
        ...watched.slice(0, 2),
        ['example.com/other', 'v1.2.0', 5],
        ...watched.slice(2),
      ])
    })

    test('a module that becomes a popular target has its first looks hastened', async () => {
      const { db } = own.store
      await save(
        page([entry('example.com/a', 'v1.0.0'), entry('example.com/b', 'v1.0.0')], {
          schedule: { dueAt: NOW, priority: 5 },
        }),
      )
      await own.tx((trx) =>
        hastenPopular(trx, [
          { path: 'example.com/b', dependents: 100 },
          { path: 'example.com/a', dependents: 99 },
        ]),
      )
      assert.deepEqual(
        (await dueVersions(db, later(1), 10)).map(({ path, priority }) => [path, priority]),
        [
          ['example.com/b', 3],
          ['example.com/a', 5],
        ],
      )
    })

    test('modules, versions and cursor of a page are saved, to the microsecond', async () => {
      const saved = await save(
        page([
          entry('example.com/a', 'v1.0.0'),
          entry('example.com/b', 'v0.1.0', 1),
          entry('example.com/a', 'v1.1.0', 2),
        ]),
      )
      assert.deepEqual(saved, { newModules: 2, newVersions: 3 })
      const { db } = own.store
      const cursor = await readCursor(db, 'index')
      assert.equal(cursor?.positionMicros, MICROS + 2n)
      assert.deepEqual(cursor?.seenAtPosition, ['example.com/a@v1.1.0'])
      assert.deepEqual([cursor?.entries, cursor?.pages], [3, 1])
      const module = await moduleByPath(db, 'example.com/a')
      assert.equal(module?.firstCachedAt, '2019-04-10T19:08:52.997264Z')
      assert.equal(module?.lastCachedAt, '2019-04-10T19:08:52.997266Z')
      assert.equal(module?.versionCount, 2)
      assert.deepEqual(
        (await versionsOf(db, module?.id ?? 0)).map((each) => [each.version, each.cachedAt]),
        [
          ['v1.0.0', '2019-04-10T19:08:52.997264Z'],
          ['v1.1.0', '2019-04-10T19:08:52.997266Z'],
        ],
      )
    })

    test('microseconds survive over the whole range of the feed', async () => {
      const offsets = Array.from({ length: 500 }, (_, at) => at * 480_000_000_000 + at * 7)
      await save(page(offsets.map((offset, at) => entry('example.com/a', `v1.0.${at}`, offset))))
      const { db } = own.store
      const versions = await versionsOf(db, (await moduleByPath(db, 'example.com/a'))?.id ?? 0)
      for (const [at, version] of versions.entries()) {
        const micros = MICROS + BigInt(offsets[at] ?? 0)
        const expected = `${new Date(Number(micros / 1000n)).toISOString().slice(0, 19)}.${String(micros % 1_000_000n).padStart(6, '0')}Z`
        assert.equal(version.cachedAt, expected)
      }
    })

    test('what was seen before is neither new nor counted twice, in the page, again, or with another time', async () => {
      const twice = page([entry('example.com/a', 'v1.0.0'), entry('example.com/a', 'v1.0.0', 5)])
      assert.deepEqual(await save(twice), { newModules: 1, newVersions: 1 })
      assert.deepEqual(await save(twice), { newModules: 0, newVersions: 0 })
      assert.deepEqual(await save(page([entry('example.com/a', 'v1.0.0', 99)])), {
        newModules: 0,
        newVersions: 0,
      })
      const module = await moduleByPath(own.store.db, 'example.com/a')
      assert.equal(module?.versionCount, 1)
      assert.equal(module?.lastCachedAt, '2019-04-10T19:08:52.997264Z')
    })

    test('an entry that arrives late moves the first time back', async () => {
      await save(page([entry('example.com/a', 'v1.1.0', 10)]))
      await save(page([entry('example.com/a', 'v1.0.0', 3)]))
      const module = await moduleByPath(own.store.db, 'example.com/a')
      assert.equal(module?.firstCachedAt, '2019-04-10T19:08:52.997267Z')
      assert.equal(module?.lastCachedAt, '2019-04-10T19:08:52.997274Z')
    })

    test('an empty page moves nothing but the count of pages', async () => {
      await save(page([entry('example.com/a', 'v1.0.0')]))
      const before = await readCursor(own.store.db, 'index')
      const cursor = {
        positionMicros: before?.positionMicros ?? 0n,
        seenAtPosition: before?.seenAtPosition ?? [],
      }
      assert.deepEqual(await save(page([], { cursor })), { newModules: 0, newVersions: 0 })
      const after = await readCursor(own.store.db, 'index')
      assert.deepEqual({ ...after, pages: 1, updatedAt: '' }, { ...before, updatedAt: '' })
    })

    test('the cursor never goes back, so that two crawlers on one feed do no harm', async () => {
      await save(page([entry('example.com/b', 'v1.0.0', 10)]))
      await save(page([entry('example.com/a', 'v1.0.0', 1)]))
      const cursor = await readCursor(own.store.db, 'index')
      assert.equal(cursor?.positionMicros, MICROS + 10n)
      assert.deepEqual(cursor?.seenAtPosition, ['example.com/b@v1.0.0'])
    })

    test('pages of parallel windows over the same modules neither deadlock nor double anything', async () => {
      const paths = Array.from({ length: 50 }, (_, at) => `example.com/${at}`)
      await Promise.all(
        Array.from({ length: 8 }, (_, window) => {
          const order = window % 2 === 0 ? paths : paths.toReversed()
          const entries = order.flatMap((path) => [
            entry(path, `v1.0.${window}`, window),
            entry(path, 'v0.0.1'),
          ])
          return save(page(entries, { feed: `window-${window}` }))
        }),
      )
      for (const path of paths) assert.equal((await moduleByPath(own.store.db, path))?.versionCount, 9)
    })

    test('a page that fails half way leaves nothing', async () => {
      await assert.rejects(
        own.tx(async (trx) => {
          await savePage(trx, page([entry('example.com/a', 'v1.0.0')]))
          throw new Error('killed')
        }),
        /killed/,
      )
      assert.equal(await readCursor(own.store.db, 'index'), null)
      assert.equal(await moduleByPath(own.store.db, 'example.com/a'), null)
    })

    test('new versions are scheduled on request, known ones are not scheduled again', async () => {
      const schedule = { dueAt: NOW, priority: 4 }
      await save(page([entry('example.com/a', 'v1.0.0')], { schedule }))
      await save(page([entry('example.com/a', 'v1.0.0'), entry('example.com/a', 'v1.1.0')], { schedule }))
      await save(page([entry('example.com/b', 'v1.0.0')]))
      const due = await dueVersions(own.store.db, later(1), 10)
      assert.deepEqual(
        due.map(({ path, version, priority, dueAt }) => [path, version, priority, dueAt]),
        [
          ['example.com/a', 'v1.0.0', 4, NOW],
          ['example.com/a', 'v1.1.0', 4, NOW],
        ],
      )
    })

    test('paths and versions come back as they came, letter case and all', async () => {
      const odd = [
        'example.com/Upper',
        'example.com/upper',
        'example.com/a,{b}"\\',
        'example.com/NULL',
        'ex.com/ü',
      ]
      await save(page(odd.map((path) => entry(path, 'v1.0.0+incompatible'))))
      for (const path of odd) assert.equal((await moduleByPath(own.store.db, path))?.path, path)
    })
  })
}
