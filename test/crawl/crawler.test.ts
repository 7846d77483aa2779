import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { crawlOnce, paces } from '@mirrorwatch/pipeline/crawl/crawler'
import { paceText } from '@mirrorwatch/pipeline/crawl/progress'
import { crawlOf } from '@mirrorwatch/pipeline/crawl/readers'
import { isPipelineError } from '@mirrorwatch/pipeline/errors'
import { moduleByPath, versionsOf } from '@mirrorwatch/store/tables/modules'
import { crawlProgress } from '@mirrorwatch/store/work/crawl-progress'
import { logAlarms, readLogHead } from '@mirrorwatch/store/work/log-heads'
import { openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { SumdbLog } from '@mirrorwatch/world/build/sumdb-log'
import {
  type CrawlWorld,
  crawlWorld,
  DAY,
  expectedVersions,
  feedEntry,
  logEntry,
  START,
  storedVersions,
  sumText,
} from './crawl-world.ts'

const never = new AbortController().signal

let own: TestStore
before(async () => {
  own = await openTestStore('embedded')
})
after(() => own?.drop())

function once({ runtime }: CrawlWorld, signal = never): Promise<unknown> {
  return crawlOnce(crawlOf(runtime), signal, {})
}

suite('the crawler', () => {
  test('brings every version with its time and hash, by windows and by both feeds, and is done', async () => {
    await using world = await crawlWorld(own, 9_000, { MIRRORWATCH_BACKFILL_SINCE: '2023-11-01' })
    await once(world)
    const { db } = own.store
    const all = Array.from({ length: 9_000 }, (_, n) => feedEntry(n))
    assert.deepEqual(await storedVersions(db), expectedVersions(all))
    const progress = await crawlProgress(db)
    assert.deepEqual(
      progress.filter((each) => each.windows !== each.finished).map((each) => each.kind),
      ['follow', 'log-follow'],
    )
    const backfill = progress.find((each) => each.kind === 'backfill')
    assert.ok((backfill?.windows ?? 0) > 2, 'the past is read by months')
    assert.equal(backfill?.entries, 9_000, 'each entry once')
    assert.ok(!world.upstreams.asked.some((path) => path.includes('/lookup/')), 'no lookup')
    const texts = (await paces(crawlOf(world.runtime), Date.now())).map(paceText)
    assert.ok(
      texts.some((text) => /^feed backfill: .*9000 entries, 100 %, done$/.test(text)),
      texts.join('\n'),
    )
    world.upstreams.asked.length = 0
    await once(world)
    const again = world.upstreams.asked.filter((path) => /data/.test(path))
    assert.deepEqual(again, [], 'a second crawl reads no record again')
  })

  test('two at once, stopped again and again, leave no gap and no double', async () => {
    const env = { MIRRORWATCH_BACKFILL_SINCE: '2023-11-01', MIRRORWATCH_BACKFILL_READERS: '2' }
    await using world = await crawlWorld(own, 6_000, env)
    for (const after of [1, 3, 2]) {
      const stop = new AbortController()
      let pages = 0
      const onPage = () => {
        if (++pages >= after) stop.abort(new Error('stopped here'))
      }
      const two = [1, 2].map(() =>
        crawlOnce(crawlOf(world.runtime), stop.signal, { onPage, onLogPage: onPage }),
      )
      for (const end of await Promise.allSettled(two)) {
        assert.equal(end.status, 'rejected')
        assert.match(String(end.reason), /stopped here|abort/i)
      }
    }
    await Promise.all([once(world), once(world)])
    const all = Array.from({ length: 6_000 }, (_, n) => feedEntry(n))
    assert.deepEqual(await storedVersions(own.store.db), expectedVersions(all))
    const backfill = (await crawlProgress(own.store.db)).find((each) => each.kind === 'backfill')
    assert.equal(backfill?.entries, 6_000, 'what two read of one window is saved by one of them')
  })

  test('goes past a page of one microsecond, and has the rest from the checksum database', async () => {
    await using world = await crawlWorld(own, 0)
    const crowd = Array.from({ length: 2_500 }, (_, n) => ({
      path: `example.com/crowd${n}`,
      version: 'v1.0.0',
      at: START,
    }))
    const entries = [...crowd, { path: 'example.com/after', version: 'v1.0.0', at: START + 1n }]
    for (const entry of entries) {
      world.feed.add(entry)
      logEntry(world.log, entry)
    }
    await once(world)
    assert.equal((await storedVersions(own.store.db)).length, 2_501)
    const late = await moduleByPath(own.store.db, 'example.com/after')
    assert.equal((await versionsOf(own.store.db, late?.id ?? 0))[0]?.loggedOnly, false)
  })

  test('keeps versions that only the checksum database has', async () => {
    await using world = await crawlWorld(own, 30)
    logEntry(world.log, { path: 'example.com/hidden', version: 'v0.1.0', at: 0n })
    await once(world)
    const { db } = own.store
    const hidden = await moduleByPath(db, 'example.com/hidden')
    const [version] = await versionsOf(db, hidden?.id ?? 0)
    assert.equal(version?.loggedOnly, true)
    assert.equal(version?.zipSum, sumText('example.com/hidden@v0.1.0'))
  })

  test('skips a record of a name that no index could hold, and goes on', async () => {
    await using world = await crawlWorld(own, 30)
    const long = Array.from({ length: 200 }, (_, n) =>
      createHash('sha256').update(`${n}`).digest('hex'),
    ).join('/')
    for (const path of [`example.com/${long}`, 'example.com/next']) {
      logEntry(world.log, { path, version: 'v0.1.0', at: 0n })
    }
    await once(world)
    const { db } = own.store
    assert.equal(await moduleByPath(db, `example.com/${long}`), null)
    assert.notEqual(await moduleByPath(db, 'example.com/next'), null)
  })

  test('marks what the default feed no longer lists, and unmarks what is back', async () => {
    await using world = await crawlWorld(own, 5_000)
    const { db } = own.store
    const { path } = feedEntry(4_999)
    world.feed.setGone(path, true)
    await once(world)
    const module = await moduleByPath(db, path)
    const down = (await versionsOf(db, module?.id ?? 0)).map((version) => version.takenDownAt !== null)
    assert.ok(down.length > 40 && down.every(Boolean))
    const others = await db
      .selectFrom('version')
      .select('module_id')
      .where('taken_down_at', 'is not', null)
      .where('module_id', '<>', module?.id ?? 0)
      .execute()
    assert.deepEqual(others, [])
    world.feed.setGone(path, false)
    await once(world)
    assert.ok((await versionsOf(db, module?.id ?? 0)).every((version) => version.takenDownAt === null))
  })

  test('reads only the go.mod of watched modules if configured so', async () => {
    await using world = await crawlWorld(own, 200, { MIRRORWATCH_COUNT_DEPENDENTS: 'watched' })
    await once(world)
    assert.deepEqual(await own.store.db.selectFrom('due_work').selectAll().execute(), [])
  })
})

suite('a checksum database that contradicts itself', () => {
  async function crawled(entries: number) {
    const world = await crawlWorld(own, entries)
    await once(world)
    return world
  }

  /** Crawls again and expects distrust; nothing may have been saved. Returns the kept evidence. */
  async function distrusted(world: CrawlWorld) {
    const { db } = own.store
    const before = [await storedVersions(db), await readLogHead(db, 'sum.crawl.example')]
    await assert.rejects(once(world), (error) => isPipelineError(error, 'distrusted'))
    assert.deepEqual([await storedVersions(db), await readLogHead(db, 'sum.crawl.example')], before)
    const alarms = await logAlarms(db, 10)
    assert.equal(alarms.length, 1)
    return alarms[0]
  }

  function other(entries: number, flavour: string): SumdbLog {
    const log = new SumdbLog('sum.crawl.example', 'crawl')
    for (let n = 0; n < entries; n++) logEntry(log, feedEntry(n), n === 5 ? flavour : '')
    return log
  }

  for (const [what, size] of [
    ['longer', 700],
    ['as long', 600],
  ] as const) {
    test(`a fork that is ${what}`, async () => {
      await using world = await crawled(600)
      world.upstreams.log = other(size, ' but not the same')
      const alarm = await distrusted(world)
      assert.equal(alarm?.kind, 'fork')
      assert.equal(alarm?.seen.toString(), world.upstreams.log.signedHead())
      assert.match(alarm?.knownNote ?? '', /^go\.sum database tree\n600\n/)
    })
  }

  test('an older head is a stale copy for an hour, and lost records after that', async () => {
    await using world = await crawled(600)
    const { db } = own.store
    // The tiles of the longer log are still there, as they would be in a cache.
    world.upstreams.instead = (path) =>
      path === '/latest'
        ? { status: 200, headers: {}, body: Buffer.from(other(500, '').signedHead()) }
        : undefined
    await once(world)
    assert.deepEqual(await logAlarms(db, 10), [])
    await db
      .updateTable('log_head')
      .set({ accepted_at: new Date(Date.now() - 2 * 3_600_000) })
      .execute()
    assert.equal((await distrusted(world))?.kind, 'went-back')
  })

  test('a shorter log without the tiles that were there, after an hour', async () => {
    await using world = await crawled(600)
    const { db } = own.store
    world.upstreams.log = other(500, ' but not the same')
    await assert.rejects(once(world), /is missing/)
    assert.deepEqual(await logAlarms(db, 10), [])
    await db
      .updateTable('log_head')
      .set({ accepted_at: new Date(Date.now() - 2 * 3_600_000) })
      .execute()
    assert.equal((await distrusted(world))?.kind, 'went-back')
  })

  test('a head that another key signed', async () => {
    await using world = await crawled(300)
    const forged = other(400, '')
      .signedHead()
      .replace(/[A-Za-z](?=[^\n]{4}\n$)/, (c) => (c === 'A' ? 'B' : 'A'))
    world.upstreams.instead = (path) =>
      path === '/latest' ? { status: 200, headers: {}, body: Buffer.from(forged) } : undefined
    assert.equal((await distrusted(world))?.kind, 'signature')
  })

  test('records that are not those of the tree', async () => {
    await using world = await crawled(300)
    for (let n = 300; n < 600; n++) logEntry(world.log, feedEntry(n))
    world.upstreams.instead = (path) => {
      const [, index, width = '256'] = /^\/tile\/8\/data\/00(\d)(?:\.p\/(\d+))?$/.exec(path) ?? []
      if (index === undefined) return undefined
      const body = world.log.dataTile(Number(index), Number(width))
      // One letter of the first path.
      if (body !== undefined) body[10] = 0x61
      return body && { status: 200, headers: {}, body }
    }
    const { db } = own.store
    const before = await storedVersions(db)
    await assert.rejects(once(world), (error) => isPipelineError(error, 'distrusted'))
    assert.deepEqual((await storedVersions(db)).length, before.length)
    assert.equal((await logAlarms(db, 10))[0]?.kind, 'records')
  })

  test('the crawl continues once the log is consistent again', async () => {
    await using world = await crawled(600)
    const { db } = own.store
    const honest = world.log
    world.upstreams.log = other(700, ' but not the same')
    await distrusted(world)
    for (let n = 600; n < 800; n++) {
      world.feed.add(feedEntry(n))
      logEntry(honest, feedEntry(n))
    }
    world.upstreams.log = honest
    await once(world)
    assert.equal((await readLogHead(db, 'sum.crawl.example'))?.size, 800n)
    const all = Array.from({ length: 800 }, (_, n) => feedEntry(n))
    assert.deepEqual(await storedVersions(db), expectedVersions(all))
  })
})

test('the days of the test feed lie in several months', () => {
  assert.ok(feedEntry(8_999).at - START > 60n * DAY)
})
