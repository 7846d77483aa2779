import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { readTargetRefresh } from '@mirrorwatch/store/tables/target-refresh'
import { allTargets, upsertTargets } from '@mirrorwatch/store/tables/targets'
import {
  body,
  type EcosystemsServer,
  page,
  RECORDED,
  startEcosystems,
} from '@mirrorwatch/testing/http/ecosystems-server'
import { insertModules, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import { createRateLimiter } from '@mirrorwatch/upstream/limits/rate-limit'
import { targetsStage } from '../../src/stages/targets/targets.ts'
import { createNameIndexCache } from '../../src/targets/name-index-cache.ts'
import { type RefreshOptions, type RefreshSummary, refreshTargets } from '../../src/targets/refresh.ts'
import { ALL_MODULES } from '../../src/work/stage.ts'

suite('targets from ecosyste.ms', () => {
  let own: TestStore
  let service: EcosystemsServer
  let now = new Date('2026-11-24T08:00:00Z')
  const waits: number[] = []
  const http = createHttpClient({
    userAgent: 'mirrorwatch-test (ops@example.com)',
    allowPrivateHosts: ['127.0.0.1'],
    pause: async (ms) => void waits.push(ms),
  })

  before(async () => {
    own = await openTestStore('embedded')
    service = await startEcosystems()
  })
  after(async () => {
    await http[Symbol.asyncDispose]()
    await service[Symbol.asyncDispose]()
    await own.drop()
  })
  afterEach(async () => {
    await own.reset()
    service.instead.clear()
    service.asked.length = 0
    waits.length = 0
  })

  function refresh(options: Partial<RefreshOptions> = {}): Promise<RefreshSummary> {
    return refreshTargets({ db: own.store.db, http, clock: () => now }, { service: service.url, ...options })
  }

  async function figures(): Promise<Map<string, number>> {
    return new Map((await allTargets(own.store.db)).map(({ path, dependents }) => [path, dependents]))
  }

  test('the recorded pages become targets with their figures', async () => {
    await own.tx((trx) =>
      upsertTargets(trx, [{ path: 'github.com/stretchr/testify', dependents: 3 }], 'built-in', now),
    )
    const summary = await refresh()
    const recorded = RECORDED.flat()
    assert.deepEqual(summary, {
      resumedAfter: 0,
      page: 3,
      modules: recorded.length,
      added: recorded.length - 1,
      skipped: 0,
      least: recorded.at(-1)?.dependent_packages_count,
    })
    assert.deepEqual(
      await figures(),
      new Map(recorded.map(({ name, dependent_packages_count: count }) => [name, count])),
    )
    assert.deepEqual([...service.userAgents], ['mirrorwatch-test (ops@example.com)'])
    assert.ok((await readTargetRefresh(own.store.db, service.url))?.finishedAt)
    await refresh()
    assert.deepEqual(service.asked, [1, 2, 3, 4, 1, 2, 3, 4])
  })

  test('an interrupted run goes on after the last page that it saved', async () => {
    service.instead.set(3, (response) => response.destroy())
    await assert.rejects(refresh(), (error) => isGomodError(error, 'retry-later'))
    assert.equal((await figures()).size, 40)
    service.instead.clear()
    service.asked.length = 0
    const summary = await refresh()
    assert.deepEqual(service.asked, [3, 4])
    assert.deepEqual([summary.resumedAfter, summary.modules, summary.added], [2, 45, 5])
  })

  test('an interrupted run starts again after a day, with another end, or on request', async () => {
    for (const change of [{ minDependents: 20 }, { restart: true }, 'a day later'] as const) {
      service.instead.set(2, body('', 500))
      await assert.rejects(refresh({ restart: true }))
      service.instead.clear()
      service.asked.length = 0
      if (change === 'a day later') now = new Date(now.getTime() + 86_400_001)
      await refresh(change === 'a day later' ? {} : change)
      assert.equal(service.asked[0], 1, JSON.stringify(change))
    }
  })

  test('a stop keeps what was saved', async () => {
    const controller = new AbortController()
    const stopped = refresh({
      signal: controller.signal,
      onPage: () => controller.abort(new Error('enough')),
    })
    await assert.rejects(stopped, /enough/)
    assert.equal((await readTargetRefresh(own.store.db, service.url))?.page, 1)
    assert.equal((await figures()).size, 20)
  })

  test('the list ends at the figure or number asked for', async () => {
    const least = RECORDED[1]?.[3]?.dependent_packages_count ?? 0
    await refresh({ minDependents: least })
    assert.deepEqual([(await figures()).size, service.asked], [24, [1, 2]])
    await own.reset()
    const summary = await refresh({ limit: 23 })
    assert.deepEqual([summary.modules, (await figures()).size], [23, 23])
    assert.ok((await readTargetRefresh(own.store.db, service.url))?.finishedAt)
  })

  test('what cannot be a module or a figure is left out', async () => {
    service.instead.set(
      1,
      page(
        ['github.com/a/huge', 1e300],
        ['github.com/a/many', 9_000_000_000],
        ['github.com/a/good', 900],
        ['github.com/a/../../etc/passwd', 899],
        ['github.com/a/b\u0000c', 898],
        ['https://github.com/a/b', 897],
        [`github.com/a/${'x'.repeat(3000)}`, 896],
        ['github.com/a/half', 895.5],
        ['github.com/a/negative', -1],
        ['github.com/a/none', null],
        ['github.com/a/also', 20],
      ),
    )
    service.instead.set(2, body('[]'))
    const summary = await refresh()
    assert.deepEqual([summary.modules, summary.skipped], [2, 9])
    assert.deepEqual([...(await figures()).keys()], ['github.com/a/good', 'github.com/a/also'])
  })

  for (const [what, answer, code] of [
    ['a page of HTML', body('<html>We are busy</html>'), 'bad-response'],
    ['a page that was cut off', body('[{"name":"github.com/a/b","dependent_packages_cou'), 'bad-response'],
    ['an object', body('{"error":"no"}'), 'bad-response'],
    ['status 404', body('[]', 404), 'bad-response'],
    ['status 500', body('no', 500), 'retry-later'],
    ['a list in another order', page(['github.com/a/b', 20], ['github.com/c/d', 30]), 'bad-response'],
    ['the page before it again', page(...named(RECORDED[0] ?? [])), 'bad-response'],
    ['a redirect without end', body('', 302, { location: '?page=2' }), 'bad-response'],
  ] as const) {
    test(`${what} ends the run and keeps the pages before`, async () => {
      service.instead.set(2, answer)
      await assert.rejects(refresh(), (error) => isGomodError(error, code))
      assert.equal((await figures()).size, 20)
      const saved = await readTargetRefresh(own.store.db, service.url)
      assert.deepEqual([saved?.page, saved?.finishedAt], [1, null])
    })
  }

  test('the service is given the time that it asks for', async () => {
    let refused = 0
    service.instead.set(2, (response, request) => {
      if (refused++ === 0) body('', 429, { 'retry-after': '7' })(response, request)
      else body('[]')(response, request)
    })
    await refresh()
    assert.ok(waits.some((ms) => ms >= 7000))
    service.instead.set(2, body('', 429, { 'retry-after': '3600' }))
    await assert.rejects(
      refresh(),
      (error) => isGomodError(error, 'retry-later') && error.retryAfterMs === 3_600_000,
    )
  })

  test('a module that becomes a target is matched with the modules already known', async () => {
    const [id = 0] = await insertModules(own.store, 'github.com/strecthr/testify', 'github.com/honest/thing')
    await refresh()
    const deps = { db: own.store.db, nameIndex: createNameIndexCache(own.store.db), clock: () => now }
    await targetsStage.run(deps, ALL_MODULES, new AbortController().signal)
    const found = await own.store.db.selectFrom('candidate').selectAll().execute()
    assert.deepEqual(
      found.map(({ module_id: module, target, rule }) => [module, target, rule]),
      [[id, 'github.com/stretchr/testify', 'owner-swap']],
    )
  })

  test('requests are spaced', async () => {
    const spaced: number[] = []
    const limiter = createRateLimiter({
      default: { perSecond: 1, burst: 1 },
      now: () => 0,
      pause: async (ms) => void spaced.push(ms),
    })
    await using slow = createHttpClient({
      userAgent: 'mirrorwatch-test',
      allowPrivateHosts: true,
      rateLimiter: limiter,
    })
    await refreshTargets({ db: own.store.db, http: slow, clock: () => now }, { service: service.url })
    assert.deepEqual(spaced, [1000, 2000, 3000])
  })
})

function named(modules: readonly { name: string; dependent_packages_count: number }[]): [string, number][] {
  return modules.map(({ name, dependent_packages_count: count }) => [name, count])
}
