import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Signal } from '@mirrorwatch/detect/finding'
import type { Severity } from '@mirrorwatch/detect/severity'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { createLogger } from '@mirrorwatch/pipeline/observe/log'
import { createMetrics } from '@mirrorwatch/pipeline/observe/metrics'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { aReason, copyOf, differenceOf, usesOf } from '@mirrorwatch/testing/findings/findings'
import { buildZip } from '@mirrorwatch/testing/go/zip-builder'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { serveWeb, type WebDeps } from '../src/server/serve.ts'

/** Path of Chromium; undefined if it is missing. */
export const CHROMIUM = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'chromium'))
  .find((file) => existsSync(file))

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ARGS })
}

export const FOUND_AT = '2026-11-20T08:00:00.000000Z'

/** Text that would do harm if a page took it for markup, moved what is seen, or asked another server. */
export const HOSTILE =
  '<script>window.harmed = 1</script><img src="https://evil.example/x" onerror="window.harmed = 1">\u202e\u001b[31m'

/** Files of the zip that {@link hostileClients} serve. */
const HOSTILE_FILES = {
  'go.mod': 'module example.com/hostile\n',
  'evil.go': `package hostile\n\n// ${HOSTILE}\nvar long = "${'y'.repeat(10_000)}"\n`,
  'large.txt': 'line of a large file\n'.repeat(250_000),
}

const HOSTILE_DIFF = [
  '--- repository/evil.go',
  '+++ zip/evil.go',
  '@@ -1,1 +1,4 @@',
  ' package hostile',
  `+// ${HOSTILE}`,
  `+var long = "${'y'.repeat(10_000)}"`,
  `+func init() {${' '.repeat(400)}exec.Command("sh").Run() }`,
].join('\n')

/** Returns clients of a mirror that has one hostile zip. */
export function hostileClients(): WebDeps['clients'] {
  const entries = Object.entries(HOSTILE_FILES).map(([name, content]) => ({
    name: `example.com/hostile@v1.0.0/${name}`,
    content,
  }))
  const zip = buildZip({ entries })
  const listing = Object.entries(HOSTILE_FILES).map(([name, content]) => ({
    name,
    size: content.length,
    crc32: 0,
  }))
  return {
    proxy: { zip: async () => zip, zipDirectory: async () => listing },
    verify: { sumdb: null },
  } as unknown as WebDeps['clients']
}

/** Adds a module with one version and one finding, and returns the finding's id. */
export async function addFinding(
  { db }: Store,
  module: string,
  target: string | null,
  severity: Severity,
  signals: Signal[],
  summary = `${module} looks wrong`,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { id: moduleId } = await trx
      .insertInto('module')
      .values({ path: module, first_cached_at: FOUND_AT, last_cached_at: FOUND_AT, version_count: 1 })
      .returning('id')
      .executeTakeFirstOrThrow()
    await trx
      .insertInto('version')
      .values({ module_id: moduleId, version: 'v1.0.0', cached_at: FOUND_AT, logged_only: false })
      .execute()
    const row = severity === 'low' ? 'name' : 'armed'
    const because = [aReason({ severity, row, version: 'v1.0.0', signals: signals.map(({ rule }) => rule) })]
    await saveFindings(trx, moduleId, [{ target, severity, summary, signals, because }], FOUND_AT)
    const finding = await trx
      .selectFrom('finding')
      .select('id')
      .where('module_id', '=', moduleId)
      .executeTakeFirstOrThrow()
    return finding.id
  })
}

/** Fills a store with look-alikes, a campaign and a hostile module. Returns the id of the hostile finding. */
export async function fillStore(store: Store): Promise<number> {
  await store.db
    .insertInto('target')
    .values({
      path: 'github.com/boltdb/bolt',
      dependents: 8_367,
      source: 'import',
      added_at: FOUND_AT,
      updated_at: FOUND_AT,
    })
    .execute()
  const { id: repositoryId } = await store.db
    .insertInto('repository')
    .values({ url: 'https://github.com/boltdb-a/bolt' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const change = {
    kind: 'tag-moved',
    tag: 'v1.0.0',
    from_value: 'a'.repeat(40),
    to_value: 'b'.repeat(40),
  } as const
  await store.db
    .insertInto('repository_event')
    .values({ ...change, repository_id: repositoryId, first_seen_at: FOUND_AT })
    .execute()
  const diff = [
    '--- original/db.go',
    '+++ lookalike/db.go',
    '@@ -1,1 +1,2 @@',
    ' package bolt',
    '+var _ = exec.Command("true").Run()',
  ].join('\n')
  const copied: Signal[] = [
    {
      rule: 'near-copy',
      version: 'v1.0.0',
      evidence: copyOf({ diff, compared: [{ path: 'db.go', relation: 'changed' }] }),
    },
    { rule: 'import-process', version: 'v1.0.0', evidence: usesOf({ line: 2, folded: 'true' }) },
    {
      rule: 'campaign',
      version: null,
      evidence: { id: 'content:bolts', kind: 'content', owners: 6, modules: 6, others: [] },
    },
  ]
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
    await addFinding(store, `github.com/boltdb-${name}/bolt`, 'github.com/boltdb/bolt', 'critical', copied)
  for (let at = 0; at < 55; at++) {
    const evidence = {
      nameRule: 'owner-affix',
      target: 'github.com/boltdb/bolt',
      distance: 1,
      reason: 'a name',
      targetDependents: 9,
    }
    const named: Signal[] = [{ rule: 'name-medium', version: null, evidence }]
    await addFinding(store, `gitlab.com/owner${at}/bolt`, 'github.com/boltdb/bolt', 'low', named)
  }
  const hostile: Signal[] = [
    {
      rule: 'cache-differs',
      version: 'v1.0.0',
      evidence: differenceOf({
        repository: `https://evil.example/${HOSTILE}`,
        files: 1,
        quoted: [{ path: 'evil.go', change: 'modified', diff: HOSTILE_DIFF }],
        notes: [HOSTILE],
      }),
    },
    {
      rule: 'import-process',
      version: 'v1.0.0',
      evidence: usesOf({ file: 'evil.go', line: 4, quote: HOSTILE, folded: HOSTILE }),
    },
  ]
  return addFinding(
    store,
    'example.com/hostile',
    'example.com/honest',
    'high',
    hostile,
    `example.com/hostile ${HOSTILE}`,
  )
}

/** Starts a server for a browser. The returned function signs a new person in, in a browser of their own. */
export async function startForBrowser(
  store: Store,
  folder: string,
): Promise<{
  url: string
  enter: (browser: Browser, options?: object) => Promise<BrowserContext>
  close: () => Promise<void>
}> {
  let link = ''
  const config = readConfig({ MIRRORWATCH_WEB_LISTEN: '127.0.0.1:0' }, folder)
  const server = await serveWeb({
    config,
    store,
    clients: hostileClients(),
    metrics: createMetrics(),
    log: createLogger('silent'),
    onLink: (url) => (link = url),
  })
  if (server === null) throw new Error('the page is off')
  return {
    url: server.url,
    async enter(browser, options = {}) {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(10_000)
      const page = await context.newPage()
      await page.goto(link)
      await page.close()
      return context
    },
    close: () => server[Symbol.asyncDispose]() as Promise<void>,
  }
}

/** Returns what a page must not do: ask another server, run a script of others, break its policy. */
export function watchHarm(page: Page, url: string): string[] {
  const harm: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) harm.push(`request to ${request.url()}`)
  })
  page.on('pageerror', (error) => harm.push(String(error)))
  page.on('dialog', (dialog) => {
    harm.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (message.type() === 'error') harm.push(message.text())
  })
  return harm
}
