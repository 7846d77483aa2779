import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { listMaliciousEntries } from '@mirrorwatch/store/tables/malicious'
import { insertModules, NOW, openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import { refreshKnown } from '../../src/known/refresh.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-known-'))
const asked: (string | undefined)[] = []
let archive: Buffer = Buffer.alloc(0)
let etag = '"one"'
const server = createServer((request, response) => {
  const condition = request.headers['if-none-match']
  asked.push(condition)
  if (condition === etag) response.writeHead(304).end()
  else response.writeHead(200, { etag }).end(archive)
})
let own: TestStore
let url = ''

before(async () => {
  own = await openTestStore('embedded')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/all.zip`
})
after(async () => {
  await own.drop()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Packs entries with another program than the one that reads them. */
function zipOf(entries: Record<string, string>): Buffer {
  rmSync(path.join(folder, 'all.zip'), { force: true })
  for (const [name, text] of Object.entries(entries)) writeFileSync(path.join(folder, name), text)
  const script =
    'import sys, zipfile\nwith zipfile.ZipFile("all.zip", "w", zipfile.ZIP_DEFLATED) as z:\n for n in sys.argv[1:]: z.write(n)'
  execFileSync('python3', ['-c', script, ...Object.keys(entries)], { cwd: folder })
  return readFileSync(path.join(folder, 'all.zip'))
}

function entry(id: string, name: string, more: object = {}): string {
  return JSON.stringify({
    id,
    summary: 'malicious',
    affected: [{ package: { ecosystem: 'Go', name } }],
    ...more,
  })
}

test('an archive is read once, its changes alone are assessed, and a broken one leaves everything', async () => {
  await using http = createHttpClient({ userAgent: 'test', allowPrivateHosts: ['127.0.0.1'], retries: 0 })
  const { db } = own.store
  const deps = { db, http, clock: () => new Date(NOW) }
  const refresh = () => refreshKnown(deps, url, new AbortController().signal)
  const due = async (): Promise<number[]> =>
    (await db.deleteFrom('due_work').returning('module_id').execute()).map(({ module_id: id }) => id)
  await insertModules(own.store, 'evil.example/a', 'evil.example/b')
  const entries = {
    'MAL-1.json': entry('MAL-1', 'evil.example/a'),
    'GO-1.json': entry('GO-1', 'good.example/vulnerable'),
    'bad.json': '{',
    'readme.txt': 'not an entry',
  }
  archive = zipOf(entries)
  assert.deepEqual(await refresh(), { changed: true, entries: 1, faults: 1 })
  assert.deepEqual(await due(), [1])
  assert.deepEqual(await refresh(), { changed: false, entries: 0, faults: 0 })

  etag = '"two"'
  archive = zipOf({ ...entries, 'MAL-2.json': entry('MAL-2', 'evil.example/b') })
  assert.deepEqual(await refresh(), { changed: true, entries: 2, faults: 1 })
  assert.deepEqual(await due(), [2])
  assert.deepEqual(asked, [undefined, '"one"', '"one"'])

  etag = '"three"'
  archive = Buffer.from('no zip')
  await assert.rejects(refresh(), { code: 'upstream' })
  const listed = await listMaliciousEntries(db, { search: '', limit: 9 })
  assert.deepEqual(
    listed.map(({ id, source }) => [id, source]),
    [
      ['MAL-1', url],
      ['MAL-2', url],
    ],
  )
})
