import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { inspectionsOf } from '@mirrorwatch/store/tables/inspections'
import { ROUTINE_AGAIN_PRIORITY } from '@mirrorwatch/store/work/priority'
import { type ScheduleState, scheduleOf, scheduleVersions } from '@mirrorwatch/store/work/schedule'
import { openVerifyLab, type VerifyLab } from '@mirrorwatch/testing/git/verify-lab'
import { insertModules, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { createAddressResolver } from '@mirrorwatch/upstream/git/address'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import { type InspectDeps, inspectStage } from '../../src/stages/inspect/inspect.ts'
import { HOPELESS_AFTER } from '../../src/work/retry.ts'

let own: TestStore
let lab: VerifyLab
let now = new Date('2026-11-24T12:00:00Z')

before(async () => {
  own = await openTestStore('embedded')
  lab = await openVerifyLab()
})
after(async () => {
  await lab[Symbol.asyncDispose]()
  await own.drop()
})

function dueIn(state: ScheduleState | null): number {
  return Math.round((Date.parse(state?.dueAt ?? '') - now.getTime()) / 60_000)
}

/** The subject of the stage here: a module that resembles nothing, on a host whose name does not exist. */
function depsOn(store: Store): InspectDeps & AsyncDisposable {
  const resolve = (name: string): Promise<never> =>
    Promise.reject(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }))
  const http = createHttpClient({ userAgent: 'test', retries: 0, resolve })
  const deps = {
    db: store.db,
    clock: () => now,
    tally: { seen: 0, postponed: 0 },
    proxy: lab.deps.proxy,
    verify: { ...lab.deps, http, resolveAddress: createAddressResolver(false, resolve) },
  }
  return Object.assign(deps as unknown as InspectDeps, {
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  })
}

test('a dead domain is tried for two days, then is a verdict, and is tried monthly', async () => {
  lab.proxy.info = { time: '2020-01-01T00:00:00Z' }
  const { db } = own.store
  const [moduleId = 0] = await insertModules(own.store, 'dead.example/m')
  const key = { moduleId, version: 'v1.0.0' }
  await db.insertInto('version').values({ module_id: moduleId, version: 'v1.0.0', cached_at: now }).execute()
  await own.tx((trx) => scheduleVersions(trx, [{ ...key, dueAt: now, priority: 5 }]))
  await using deps = depsOn(own.store)
  const look = async (): Promise<ScheduleState | null> => {
    await inspectStage.run(deps, key, new AbortController().signal)
    return scheduleOf(db, key)
  }
  const waits: number[] = []
  for (let failures = 0; failures < HOPELESS_AFTER; failures++) {
    const state = await look()
    assert.match(state?.lastError ?? '', /ENOTFOUND dead\.example/)
    waits.push(dueIn(state))
    now = new Date(state?.dueAt ?? '')
  }
  assert.deepEqual(waits, [10, 20, 40, 80, 160, 320, 640, 1280])
  assert.deepEqual(await inspectionsOf(db, moduleId), [])

  const state = await look()
  const [seen] = await inspectionsOf(db, moduleId)
  assert.equal(seen?.verdict, 'repository-missing')
  assert.match(seen?.reason ?? '', /host does not exist/)
  assert.deepEqual(
    [dueIn(state) / 1440, state?.lastError, state?.priority],
    [30, null, ROUTINE_AGAIN_PRIORITY],
  )
})
