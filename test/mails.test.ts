// Alerts over a real mail server, what the command line says of those that it would not take, and the report as files.
import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { FindingDraft } from '@mirrorwatch/detect/finding'
import { type AlertDeps, sendDueAlerts } from '@mirrorwatch/notify/alerts/send'
import { createMailer } from '@mirrorwatch/notify/delivery/mailer'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import { deliveriesOf } from '@mirrorwatch/store/tables/deliveries'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { mirrorwatch } from '@mirrorwatch/testing/cli'
import { aReason, usesOf } from '@mirrorwatch/testing/findings/findings'
import { PASSWORD, type SmtpLab, startSmtpLab, USER } from '@mirrorwatch/testing/http/smtp-lab'
import { createDatabase, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { decode } from 'fast-png'
import PostalMime from 'postal-mime'

const SEEN = '2026-11-24T12:00:00.000000Z'
const NOW = Date.parse('2026-11-24T12:10:00Z')
const HOUR = 3_600_000

const folder = temporaryFolder()
let drop = async (): Promise<void> => {}
let where: Record<string, string> = {}
let store: Store
let lab: SmtpLab
let http: HttpClient

before(async () => {
  lab = await startSmtpLab({
    onRcptTo: ({ address }, _, done) =>
      address === 'gone@example.com'
        ? done(Object.assign(new Error('no such user \u202ehere'), { responseCode: 550 }))
        : done(),
  })
  http = createHttpClient({ userAgent: 'test', retries: 0 })
  if (process.env['DATABASE_URL'] !== undefined) {
    const database = await createDatabase()
    drop = database.drop
    where = { DATABASE_URL: database.url }
  }
  store = await openStore({ dataDir: folder, databaseUrl: where['DATABASE_URL'] })
})

after(async () => {
  await store.close()
  await http[Symbol.asyncDispose]()
  await lab[Symbol.asyncDispose]()
  await drop()
  rmSync(folder, { recursive: true, force: true })
})

function alertsTo(recipients: string, hours: number): ReturnType<typeof sendDueAlerts> {
  const env = {
    MIRRORWATCH_SMTP_URL: `smtps://${USER}:${encodeURIComponent(PASSWORD)}@localhost:${lab.port}`,
    MIRRORWATCH_MAIL_FROM: 'watch@example.com',
    MIRRORWATCH_ALERT_TO: recipients,
    MIRRORWATCH_PUBLIC_URL: 'https://watch.example.com',
  }
  const config = readConfig(env, folder)
  const mailer = createMailer(config, lab.certificate.cert)
  const deps: AlertDeps = {
    db: store.db,
    config,
    mailer,
    http,
    clock: () => new Date(NOW + hours * HOUR),
  }
  return sendDueAlerts(deps)
}

async function found(module: string, severity: 'critical' | 'medium'): Promise<void> {
  const { id } = await store.db
    .insertInto('module')
    .values({ path: module, first_cached_at: SEEN, last_cached_at: SEEN })
    .returning('id')
    .executeTakeFirstOrThrow()
  const evidence = usesOf({ quote: 'exec.Command("curl", "http://49.12.198.231/naïve")' })
  const finding: FindingDraft = {
    target: 'github.com/boltdb/bolt',
    severity,
    summary: `${module} runs a process on import \u202e.`,
    signals: [{ rule: 'import-process', version: 'v1.3.1', evidence }],
    because: [aReason()],
  }
  await store.db.transaction().execute((trx) => saveFindings(trx, id, [finding], SEEN))
}

/** Returns the command line's environment: this store, and no upstream to send requests to. */
function environment(): Record<string, string> {
  return {
    ...where,
    MIRRORWATCH_DATA_DIR: folder,
    MIRRORWATCH_PROXY_URL: `file://${folder}`,
    MIRRORWATCH_INDEX_URL: 'http://127.0.0.1:1/',
    MIRRORWATCH_SUMDB_URL: 'off',
  }
}

test('each recipient gets an alert once by mail, and a medium finding raises none', async () => {
  await found('github.com/boltdb-go/bolt', 'critical')
  await found('github.com/boltdb/bolts', 'medium')
  const { sent, failed } = await alertsTo('ann@example.com,Bob@example.com', 0)
  assert.deepEqual(failed, [])
  assert.equal(sent.length, 2)
  assert.deepEqual((await alertsTo('ann@example.com,bob@example.com', 1)).sent, [])
  assert.deepEqual(lab.received.map(({ to }) => to).toSorted(), ['ann@example.com', 'bob@example.com'])
  const mail = await PostalMime.parse(Buffer.from(lab.received[0]?.raw ?? '', 'latin1'))
  assert.equal(mail.subject, 'mirrorwatch: a critical finding, imitating github[.]com/boltdb/bolt')
  assert.equal(mail.from?.address, 'watch@example.com')
  assert.equal(mail.messageId, sent[0]?.messageId)
  assert.equal(mail.date, '2026-11-24T12:10:00.000Z')
  assert.equal(mail.headers.find(({ key }) => key === 'auto-submitted')?.value, 'auto-generated')
  assert.equal(mail.html, undefined)
  assert.deepEqual(mail.attachments, [])
  assert.equal(
    mail.text,
    [
      mail.subject,
      '',
      '[CRITICAL] github[.]com/boltdb-go/bolt',
      '  imitates github[.]com/boltdb/bolt',
      '  It runs a process on import \\u{202e}.',
      '  why critical: v1.3.1: code was added that acts on import (near-copy, import-process) [armed]',
      '  #1: open, first seen 2026-11-24',
      '  https://watch.example.com/findings/1',
      '    | db.go:7: exec.Command("curl", "http[:]//49[.]12[.]198[.]231/naïve")',
      '',
      '',
    ].join('\n'),
  )
})

test('an alert that no server takes is given up after ten attempts, and doctor says so', async () => {
  await found('github.com/qiniiu/qmgo', 'critical')
  await store.db.updateTable('finding').set({ target: 'github.com/qiniu/qmgo' }).where('id', '=', 3).execute()
  for (let hours = 2; hours <= 72; hours++) await alertsTo('gone@example.com', hours)
  const [delivery] = await deliveriesOf(store.db, 'alert', '2')
  assert.deepEqual([delivery?.state, delivery?.attempts], ['failed', 10])
  // It looks back from the clock on the wall.
  await store.db
    .updateTable('delivery')
    .set({ created_at: new Date().toISOString() })
    .where('recipient', '=', 'gone@example.com')
    .execute()
  const { stdout, stderr } = await mirrorwatch(['doctor', '--json'], { cwd: folder, env: environment() })
  const checks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>)
  const check = checks.find(({ name }) => name === 'alert 2')
  assert.ok(check, `${stdout}${stderr}`)
  assert.match(check['says'] ?? '', /^given up to gone@example\.com: .*550 no such user \\u\{202e\}here/)
  assert.match(check['todo'] ?? '', /findings list/)
  assert.equal(checks.filter(({ name }) => name?.startsWith('alert')).length, 1)
})

test('the report is written as a web page or as a whole mail, with the same picture', async () => {
  for (const name of ['report.html', 'report.eml']) {
    const args = ['report', '--week', '2026-W48', '--out', name]
    const { code, stderr } = await mirrorwatch(args, { cwd: folder, env: environment() })
    assert.equal(code, 0, stderr)
  }
  const page = readFileSync(path.join(folder, 'report.html'), 'utf8')
  const sources = [...page.matchAll(/\ssrc="([^"]*)"/g)].map(([, source = '']) => source)
  assert.equal(sources.length, 1)
  const [, inPage = ''] = /^data:image\/png;base64,(.*)$/.exec(sources[0] ?? '') ?? []
  const file = readFileSync(path.join(folder, 'report.eml'))
  assert.doesNotMatch(file.toString('latin1'), /(?<!\r)\n|\r(?!\n)/)
  const mail = await PostalMime.parse(file)
  const picture = mail.attachments.find(({ mimeType }) => mimeType === 'image/png')
  assert.ok(picture?.contentId)
  assert.ok(mail.html?.includes(`src="cid:${picture.contentId.slice(1, -1)}"`))
  assert.equal(Buffer.from(picture.content as ArrayBuffer).toString('base64'), inPage)
  assert.equal(decode(Buffer.from(inPage, 'base64')).width, 1360)
  assert.match(page, /alt="[^"]*2026-W48: 2 critical, 1 medium\."/)
  for (const part of [mail.text ?? '', page]) {
    assert.match(part, /why critical:(<\/b>)? v1\.3\.1: code was added that acts on import/)
    assert.match(part, /Alert 2 to gone\[@\]example\[\.\]com was given up after 10 attempts: .*550/)
  }
})
