import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Signal } from '@mirrorwatch/detect/finding'
import { type AlertDeps, sendDueAlerts } from '@mirrorwatch/notify/alerts/send'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { copyOf, usesOf } from '@mirrorwatch/testing/findings/findings'
import { insertModules, later, NOW } from '@mirrorwatch/testing/store/databases'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { ask, enter, openWebLab, type WebLab } from './web-lab.ts'

type Element = DefaultTreeAdapterTypes.Element

const QUOTE = 'var _ = exec.Command("sh", "-c", payload).Run()'
const DIFF = ['--- original/db.go', '+++ lookalike/db.go', '@@ -1,1 +1,2 @@', ' package bolt', `+${QUOTE}`]
const SIGNALS: Signal[] = [
  {
    rule: 'near-copy',
    version: 'v1.3.1',
    evidence: copyOf({ diff: DIFF.join('\n'), compared: [{ path: 'db.go', relation: 'changed' }] }),
  },
  {
    rule: 'import-process',
    version: 'v1.3.1',
    evidence: usesOf({ line: 2, quote: QUOTE, folded: 'curl evil' }),
  },
]

suite('from an alert to the line that matters', () => {
  let lab: WebLab
  before(async () => {
    lab = await openWebLab()
    const [id = 0] = await insertModules(lab.store, 'github.com/boltdb-go/bolt')
    const draft = {
      target: 'github.com/boltdb/bolt',
      severity: 'critical' as const,
      summary: 'a copy',
      because: [],
      signals: SIGNALS,
    }
    await lab.store.db.transaction().execute((trx) => saveFindings(trx, id, [draft], NOW))
  })
  after(() => lab[Symbol.asyncDispose]())

  test("two clicks: the mail's link, which shows the line, and the line, which leads into the difference", async () => {
    await using server = await lab.start()
    const mails: string[] = []
    const mailer = {
      from: 'mw@example.com',
      send: ({ text }: { text?: unknown }) => {
        mails.push(String(text))
        return Promise.resolve()
      },
    } as unknown as NonNullable<AlertDeps['mailer']>
    const env = {
      MIRRORWATCH_PUBLIC_URL: server.url,
      MIRRORWATCH_ALERT_TO: 'ann@example.com',
      MIRRORWATCH_SMTP_URL: 'smtp://127.0.0.1',
    }
    const config = readConfig(env, lab.folder)
    const clock = (): Date => new Date(later(600))
    await sendDueAlerts({ db: lab.store.db, config, mailer, http: {} as AlertDeps['http'], clock })
    const [link = ''] = /http\S+\/findings\/\d+/.exec(mails[0] ?? '') ?? []
    const cookie = await enter(server)

    // First click.
    const { status, text } = await ask(link, { headers: { cookie, accept: 'text/html' } })
    assert.equal(status, 200)
    const elements = elementsOf(parse(text).childNodes)
    const acts = elements.find((element) => attribute(element, 'class') === 'acts')
    assert.ok(acts !== undefined && textOf(acts).includes(QUOTE), 'the page shows the line')
    assert.match(textOf(acts), /db\.go:2/)
    // Second click.
    const anchor = elementsOf([acts]).find(({ tagName }) => tagName === 'a')
    const to = attribute(anchor, 'href') ?? ''
    assert.match(to, /^#mark-\d+$/)
    const mark = elements.find((element) => attribute(element, 'id') === to.slice(1))
    assert.ok(mark !== undefined, 'the difference has the place')
    const rows = elements.filter(({ tagName }) => tagName === 'tr')
    const at = rows.findIndex((row) => row === mark || elementsOf(row.childNodes).includes(mark))
    assert.ok(
      rows.slice(Math.max(0, at - 1), at + 1).some((row) => textOf(row).includes(QUOTE)),
      'the line stands at it',
    )
  })
})

function elementsOf(nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): Element[] {
  return nodes.flatMap((node) => ('tagName' in node ? [node, ...elementsOf(node.childNodes)] : []))
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((each) => each.name === name)?.value
}

function textOf(element: Element): string {
  return element.childNodes
    .map((node) => ('value' in node ? node.value : 'tagName' in node ? textOf(node) : ''))
    .join('')
}
