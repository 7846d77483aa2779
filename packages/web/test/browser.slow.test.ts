import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, suite, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { CHROMIUM, fillStore, launch, startForBrowser, watchHarm } from './browser-lab.ts'
import { openWebLab, type WebLab } from './web-lab.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

suite('the pages in a browser', { skip: CHROMIUM === undefined && 'there is no Chromium' }, () => {
  let lab: WebLab
  let browser: Browser
  let server: Awaited<ReturnType<typeof startForBrowser>>
  let context: BrowserContext
  let hostileId: number

  before(async () => {
    lab = await openWebLab()
    hostileId = await fillStore(lab.store)
    browser = await launch()
    server = await startForBrowser(lab.store, lab.folder)
    context = await server.enter(browser)
  })
  after(async () => {
    await browser?.close()
    await server?.close()
    await lab?.[Symbol.asyncDispose]()
  })

  async function open(path: string, within = context): Promise<Page> {
    const page = await within.newPage()
    await page.goto(server.url + path)
    return page
  }

  const count = (page: Page, selector: string): Promise<number> => page.locator(selector).count()

  test('a filter is the address, and survives a decision and the way back', async () => {
    const page = await open('/findings')
    assert.equal(await count(page, '.row'), 50)
    await page.locator('.severities input[value=critical]').check()
    await page.waitForURL(/severity=critical/)
    assert.equal(await count(page, '.row'), 6)
    await page.fill('#filter-q', 'boltdb-a')
    await page.press('#filter-q', 'Enter')
    await page.waitForURL(/q=boltdb-a/)
    assert.match(page.url(), /severity=critical/)
    await page.locator('.row-link').click()
    await page.waitForURL(/\/findings\/\d+/)
    await page.goBack()
    assert.match(page.url(), /q=boltdb-a.*#f-\d+$/)
    assert.equal(await count(page, '.row.current'), 1)
    await page.close()
  })

  test('keys choose, open, dismiss and undo', async () => {
    const page = await open('/findings?severity=critical&q=boltdb-')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    assert.equal(await page.textContent('[data-selected]'), '2 selected')
    await page.keyboard.press('d')
    await page.locator('#notice', { hasText: '2 findings dismissed' }).waitFor()
    assert.equal(await count(page, '.row'), 4)
    assert.match(page.url(), /severity=critical/)
    await page.keyboard.press('u')
    await page.locator('#notice', { hasText: '2 findings as before' }).waitFor()
    assert.equal(await count(page, '.row'), 6)
    await page.keyboard.press('?')
    assert.equal(await count(page, 'dialog[open]'), 1)
    await page.keyboard.press('?')
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'filter-q')
    await page.keyboard.press('Escape')
    await page.locator('h1').click()
    await page.keyboard.press('j')
    await page.keyboard.press('o')
    await page.waitForURL(/\/findings\/\d+/)
    await page.keyboard.press('n')
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'mark-1')
    await page.keyboard.press('c')
    await page.locator('#notice', { hasText: '1 finding confirmed' }).waitFor()
    await page.close()
  })

  test('all that match are decided at once, and taken back', async () => {
    const page = await open('/findings?severity=low')
    await page.locator('[name=all]').check()
    await page.fill('[name=reason]', 'names alone')
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.locator('#notice', { hasText: '55 findings dismissed' }).waitFor()
    assert.equal(await count(page, '.row'), 0)
    await page.locator('#notice button').click()
    await page.locator('#notice', { hasText: '55 findings as before' }).waitFor()
    assert.equal(await count(page, '.row'), 50)
    await page.close()
  })

  test('without JavaScript, list, finding and decision work', async () => {
    const plain = await server.enter(browser, { javaScriptEnabled: false })
    const page = await open('/findings?q=owner7', plain)
    await page.locator('.select input').check()
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    assert.match((await page.textContent('#notice')) ?? '', /1 finding allowed/)
    await page.goto(`${server.url}/findings?q=owner8`)
    await page.locator('.row-link').click()
    assert.match((await page.textContent('.why')) ?? '', /name-medium/)
    await page.locator('[name=then]').uncheck()
    await page.getByRole('button', { name: 'Assign' }).click()
    assert.match(page.url(), /\/findings\?q=owner8/)
    assert.match((await page.textContent('#notice')) ?? '', /1 finding assigned/)
    await page.goto(`${server.url}/watch`)
    await page.locator('summary').click()
    await page.fill('[name=paths]', 'github.com/boltdb')
    await page.fill('[name=reason]', 'ours')
    await page.getByRole('button', { name: 'Watch', exact: true }).click()
    assert.match((await page.textContent('.entries')) ?? '', /github\.com\/boltdb.*ours/s)
    await page.goto(`${server.url}/allow`)
    assert.match((await page.textContent('.entries')) ?? '', /gitlab\.com\/owner7\/bolt/)
    await plain.close()
  })

  test('the second of two people who decide at once gets a conflict', async () => {
    const [first, second] = [await open('/findings?q=owner9/'), await open('/findings?q=owner9/')]
    for (const page of [first, second]) await page.locator('.select input').first().check()
    await first.getByRole('button', { name: 'Confirm' }).click()
    await first.locator('#notice', { hasText: '1 finding confirmed' }).waitFor()
    await second.fill('[name=reason]', 'another view')
    await second.getByRole('button', { name: 'Dismiss' }).click()
    await second.locator('#notice', { hasText: 'One finding was left alone' }).waitFor()
    assert.match((await second.textContent('#notice')) ?? '', /is confirmed by /)
    await first.close()
    await second.close()
  })

  test('nothing of a hostile module is markup, hides, or asks another server', async () => {
    const page = await context.newPage()
    const harm = watchHarm(page, server.url)
    for (const path of [
      `/findings/${hostileId}`,
      `/findings/${hostileId}?diff=split`,
      `/findings/${hostileId}/report`,
      '/findings?q=hostile',
      '/zips/example.com/hostile/@v/v1.0.0',
      '/zips/example.com/hostile/@v/v1.0.0/evil.go',
      '/zips/example.com/hostile/@v/v1.0.0/evil.go?line=4',
      '/zips/example.com/hostile/@v/v1.0.0/large.txt',
      '/modules/example.com/hostile',
      '/',
    ]) {
      const answer = await page.goto(server.url + path)
      assert.equal(answer?.status(), 200, path)
      assert.equal(await page.evaluate(() => 'harmed' in window), false, path)
      assert.equal(await count(page, 'script'), 1, path)
      assert.equal(await count(page, 'img, iframe, object, embed'), 0, path)
      const text = (await page.textContent('body')) ?? ''
      assert.equal(text.includes('\u202e') || text.includes('\u001b'), false, path)
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      assert.ok(width <= 0, `${path} is ${width} px too wide`)
    }
    assert.deepEqual(harm, [])
    await page.goto(`${server.url}/zips/example.com/hostile/@v/v1.0.0/evil.go`)
    assert.match((await page.textContent('.file-lines')) ?? '', /more characters: show the whole line/)
    assert.match((await page.textContent('.file-lines')) ?? '', /\\u\{202e\}/)
    await page.goto(`${server.url}/findings/${hostileId}`)
    assert.match((await page.textContent('.difference')) ?? '', /400 blanks/)
    await page.close()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing wrong with any page, and each fits a phone, ${colorScheme}`, async () => {
      const themed = await server.enter(browser, { colorScheme, bypassCSP: true })
      const page = await themed.newPage()
      const paths = [
        '/',
        '/findings',
        '/findings?status=all&rule=name-medium&q=bolt',
        '/findings?q=nothing-like-it',
        '/findings/1',
        '/findings/1?diff=split',
        '/findings/1/report',
        `/findings/${hostileId}`,
        '/modules/github.com/boltdb-a/bolt',
        '/targets/github.com/boltdb/bolt',
        '/owners/gitlab.com/owner1',
        '/campaigns/content%3Abolts',
        '/repositories?url=https%3A%2F%2Fgithub.com%2Fboltdb-a%2Fbolt',
        '/zips/example.com/hostile/@v/v1.0.0',
        '/zips/example.com/hostile/@v/v1.0.0/evil.go',
        '/allow',
        '/watch',
        '/audit',
        '/reports/2026-W47',
        '/sign-in',
        '/nowhere',
      ]
      const wrong: string[] = []
      for (const path of paths) {
        const answer = await page.goto(server.url + path)
        assert.equal(answer?.status(), path === '/nowhere' ? 404 : 200, path)
        await page.setViewportSize({ width: 390, height: 844 })
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (excess > 0) wrong.push(`${path} is ${excess} px too wide for a phone`)
        await page.setViewportSize({ width: 1440, height: 900 })
        await page.evaluate(AXE)
        const violations = await page.evaluate(async () => {
          const { axe } = window as unknown as Axe
          const found = await axe.run()
          return found.violations.map(
            ({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
          )
        })
        wrong.push(...violations.map((violation) => `${path} ${violation}`))
      }
      assert.deepEqual(wrong, [])
      await themed.close()
    })
  }
})

interface Axe {
  axe: {
    run(): Promise<{
      violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[]
    }>
  }
}
