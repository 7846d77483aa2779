import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '@mirrorwatch/store/connect/connect'
import { crawlProgress } from '@mirrorwatch/store/work/crawl-progress'
import { passedOn } from '@mirrorwatch/testing/cli'
import { asAdmin, createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { IndexFeed } from '@mirrorwatch/world/build/index-feed'
import { SumdbLog } from '@mirrorwatch/world/build/sumdb-log'
import { serveUpstreams } from '@mirrorwatch/world/serve/upstreams'
import { expectedVersions, feedEntry, logEntry, storedVersions } from './crawl-world.ts'

const main = path.join(import.meta.dirname, '../../apps/cli/src/main.ts')
const ENTRIES = 9_000

test('a crawler that is killed in the middle is continued by the next, every version once', {
  skip: process.env['DATABASE_URL'] === undefined ? 'DATABASE_URL is not set' : false,
}, async (t) => {
  const feed = new IndexFeed()
  const log = new SumdbLog('sum.crawl.example', 'crawl')
  const all = Array.from({ length: ENTRIES }, (_, n) => feedEntry(n))
  for (const entry of all) {
    feed.add(entry)
    logEntry(log, entry)
  }
  await using upstreams = await serveUpstreams(feed, log)
  const database = await createDatabase()
  const folders = [temporaryFolder(), temporaryFolder()]
  t.after(async () => {
    await database.drop()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  })
  const crawl = (folder = '') =>
    spawn(process.execPath, [main, 'crawl', '--once'], {
      cwd: tmpdir(),
      stdio: 'ignore',
      env: {
        ...passedOn(),
        DATABASE_URL: database.url,
        MIRRORWATCH_DATA_DIR: folder,
        MIRRORWATCH_INDEX_URL: upstreams.indexUrl,
        MIRRORWATCH_SUMDB_URL: upstreams.sumdbUrl,
        MIRRORWATCH_SUMDB_KEY: log.key,
        MIRRORWATCH_BACKFILL_SINCE: '2023-11-01',
        MIRRORWATCH_BACKFILL_READERS: '2',
      },
    })
  const doomed = crawl(folders[0])
  const gone = once(doomed, 'exit')
  // In the middle: it has begun to read pages, and holds windows.
  while (upstreams.asked.filter((each) => each.startsWith('/index')).length < 3) await sleep(20)
  doomed.kill('SIGKILL')
  await gone
  // As half a minute later: the leases of the killed one have run out.
  await asAdmin(database.url, 'update lease set until = now()')
  const survivor = crawl(folders[1])
  const [code] = await once(survivor, 'exit')
  assert.equal(code, 0)
  await using store = await openStore({ databaseUrl: database.url, dataDir: '/nonexistent' })
  assert.deepEqual(await storedVersions(store.db), expectedVersions(all))
  const backfill = (await crawlProgress(store.db)).find((each) => each.kind === 'backfill')
  assert.deepEqual([backfill?.entries, backfill?.windows === backfill?.finished], [ENTRIES, true])
})
