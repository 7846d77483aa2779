import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { mostDependedOn } from '../../src/targets/ecosystems.ts'

/** Answers page by page; what is asked is kept. */
function service(pages: unknown[], asked: URL[] = [], status = 200): HttpClient {
  return {
    request: async (url) => {
      const address = new URL(url)
      asked.push(address)
      const page = pages[Number(address.searchParams.get('page')) - 1] ?? []
      const body = Buffer.from(typeof page === 'string' ? page : JSON.stringify(page))
      return { status, headers: {}, body, url: address }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** Entries with the fields that the service has, most of them not used. */
function entries(count: number, from: number): unknown[] {
  return Array.from({ length: count }, (_, i) => ({
    id: i,
    name: `github.com/owner${from - i}/repository`,
    ecosystem: 'go',
    description: null,
    latest_release_number: 'v1.0.0',
    dependent_packages_count: from - i,
    dependent_repos_count: 5,
    repo_metadata: { stargazers_count: 3 },
  }))
}

test('pages are read in order until modules have too few dependents', async () => {
  const asked: URL[] = []
  const http = service([entries(100, 1000), entries(100, 60), entries(100, 5)], asked)
  const pages = []
  for await (const page of mostDependedOn({ http })) pages.push(page)
  assert.deepEqual(
    pages.map(({ page, rows }) => [page, rows.length, rows.at(-1)?.dependents]),
    [
      [1, 100, 901],
      [2, 51, 10],
    ],
  )
  assert.equal(asked.length, 2)
  const [first] = asked
  assert.equal(first?.pathname, '/api/v1/registries/proxy.golang.org/packages')
  assert.equal(first?.searchParams.get('sort'), 'dependent_packages_count')
  assert.equal(first?.searchParams.get('order'), 'desc')
})

test('a later run goes on after the last page that was kept', async () => {
  const asked: URL[] = []
  const http = service([entries(100, 1000), entries(30, 900)], asked)
  const pages = []
  for await (const page of mostDependedOn({ http, fromPage: 2 })) pages.push(page.page)
  assert.deepEqual(pages, [2])
  assert.deepEqual(
    asked.map((url) => url.searchParams.get('page')),
    ['2', '3'],
  )
})

test('entries without a module path or a figure are counted and left out', async () => {
  const odd = [
    { name: 'not a path', dependent_packages_count: 50 },
    { name: 'github.com/a/b' },
    { name: 'github.com/c/d', dependent_packages_count: null },
  ]
  const http = service([[...odd, ...entries(3, 40)]])
  const pages = []
  for await (const page of mostDependedOn({ http })) pages.push(page)
  assert.deepEqual(
    pages.map(({ rows, skipped }) => [rows.length, skipped]),
    [[3, 3]],
  )
})

for (const [what, http] of [
  ['a page of HTML', service(['<html>busy</html>'])],
  ['an object', service([{ error: 'no' }])],
  ['a package without a name', service([[{ dependent_packages_count: 4 }]])],
  ['status 404', service([[]], [], 404)],
] as const) {
  test(`${what} is a bad response`, async () => {
    await assert.rejects(
      async () => {
        for await (const page of mostDependedOn({ http })) assert.fail(JSON.stringify(page))
      },
      (error) => isGomodError(error, 'bad-response'),
    )
  })
}

test('a list without an end is given up', async () => {
  const http: HttpClient = {
    request: async (url) => {
      const address = new URL(url)
      const name = `github.com/owner${address.searchParams.get('page')}/repository`
      const body = Buffer.from(JSON.stringify([{ name, dependent_packages_count: 50 }]))
      return { status: 200, headers: {}, body, url: address }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
  let pages = 0
  await assert.rejects(async () => {
    for await (const page of mostDependedOn({ http })) pages = page.page
  }, /has no end/)
  assert.equal(pages, 5000)
})
