import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { readConfig } from '@mirrorwatch/pipeline/config/config'
import { openStore, type Store } from '@mirrorwatch/store/connect/connect'
import { deliveriesOf } from '@mirrorwatch/store/tables/deliveries'
import { type Moment, PASSWORD, type SmtpLab, startSmtpLab, USER } from '@mirrorwatch/testing/http/smtp-lab'
import { createDatabase, ENGINES, temporaryFolder } from '@mirrorwatch/testing/store/databases'
import { createMailer } from '../src/delivery/mailer.ts'
import { addWeeks, formatIsoWeek, parseIsoWeek } from '../src/report/iso-week.ts'
import { sendDueReports } from '../src/report/send.ts'
import type { SenderTask } from './children/report-sender.ts'

const sender = path.join(import.meta.dirname, 'children/report-sender.ts')
const TO = ['ann@example.com', 'bob@example.com']
const FIRST_WEEK = parseIsoWeek('2026-W30')
/** Monday of the week after it, when its report is due. */
const FIRST_DUE = Date.parse('2026-07-27T07:00:00Z')
const MINUTE = 60_000

/** The sender is killed where it is about to do this, or has done it, … */
const OWN_MOMENTS = [
  'before plan 1',
  'after plan 1',
  'after take 1',
  'after record 1',
  'after take 2',
  'after record 2',
]
/** … or where the server is here with its first mail; to the store these are all the same, so that fewer do every day. */
const SERVER_MOMENTS: Moment[] = ['connect', 'DATA', 'dot']
const MORE_SERVER_MOMENTS: Moment[] = ['EHLO', 'AUTH', 'MAIL', 'RCPT']
/** The unavoidable gap: the server has accepted the mail, and the sender has not recorded that yet. */
const BETWEEN = 'before record 1'
const BETWEEN_TOO: string[] = ['taken', BETWEEN]

/** Fifteen on each engine; else eleven on Postgres, or without one on the embedded engine, as starting senders takes long. */
const ALL = process.env['MIRRORWATCH_TEST_ALL_MOMENTS'] !== undefined
/** Kept between runs: compiling takes a sender three times as long as all the rest. */
const COMPILED = path.join(import.meta.dirname, '../../../node_modules/.cache/mirrorwatch-senders')
/** Senders started ahead of their use. */
const AHEAD = 3

type Kind = Store['kind']

function momentsOn(kind: Kind): string[] {
  if (ALL) return [...OWN_MOMENTS, ...SERVER_MOMENTS, ...MORE_SERVER_MOMENTS, ...BETWEEN_TOO]
  const hasPostgres = ENGINES.every(({ skip }) => skip === false)
  if (kind === 'postgres') return [...OWN_MOMENTS, ...SERVER_MOMENTS, ...BETWEEN_TOO]
  // Where Postgres runs too, the embedded store tests two moments only.
  return hasPostgres ? ['after take 2', 'dot'] : [...OWN_MOMENTS, ...SERVER_MOMENTS, 'taken']
}

suite('a sender of reports that is killed', { concurrency: ENGINES.length }, () => {
  for (const engine of ENGINES) {
    suite(`on ${engine.kind}`, { skip: engine.skip, concurrency: 1 }, () => killedOn(engine.kind))
  }
})

function killedOn(kind: Kind): void {
  const folder = temporaryFolder()
  const moments = momentsOn(kind)
  const children = new Set<ChildProcess>()
  const ahead: ChildProcess[] = []
  let toStart = moments.length + (kind === 'embedded' ? 1 : 0)
  let lab: SmtpLab
  let drop = async (): Promise<void> => {}
  let where: SenderTask['store'] = { dataDir: folder }
  let env: Record<string, string>
  let store: Store

  before(async () => {
    lab = await startSmtpLab()
    writeFileSync(path.join(folder, 'ca.pem'), lab.certificate.cert)
    env = {
      MIRRORWATCH_SMTP_URL: `smtps://${USER}:${encodeURIComponent(PASSWORD)}@localhost:${lab.port}`,
      MIRRORWATCH_MAIL_FROM: 'watch@example.com',
      MIRRORWATCH_REPORT_TO: TO.join(','),
    }
    startSenders()
    if (kind === 'postgres') {
      const database = await createDatabase()
      drop = database.drop
      where = { dataDir: folder, databaseUrl: database.url }
    }
    store = await openStore(where)
    await store.db.updateTable('installation').set({ created_at: '2026-01-01T00:00:00Z' }).execute()
  })
  after(async () => {
    const ended = [...children].map((child) => once(child, 'exit'))
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(ended)
    await store.close()
    await lab[Symbol.asyncDispose]()
    await drop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  test('loses nothing, and repeats nothing but what was taken and not written down', async () => {
    for (const [i, moment] of moments.entries()) {
      const earlier = lab.received.length
      await killedAt(moment, dueIn(i))
      await othersSend(moment, i, earlier)
    }
  })

  if (kind !== 'embedded') return

  test('loses nothing where the store is killed with it', async () => {
    const earlier = lab.received.length
    await store.close()
    await killedAt(BETWEEN, dueIn(moments.length))
    store = await openStore(where)
    await othersSend(BETWEEN, moments.length, earlier)
  })

  /** Runs other senders after `moment` in week `i`: during the lease, right after it, and much later. */
  async function othersSend(moment: string, i: number, earlier: number): Promise<void> {
    const config = readConfig(env, folder)
    const mailer = createMailer(config, lab.certificate.cert)
    for (const minutes of [14, 16, 600]) {
      const clock = (): Date => new Date(dueIn(i) + minutes * MINUTE)
      const { failed } = await sendDueReports({ db: store.db, config, mailer, clock })
      assert.deepEqual(failed, [])
      if (minutes === 14 && BETWEEN_TOO.includes(moment)) {
        assert.equal(sentTo('ann', earlier).length, 1, `${moment}: the lease holds`)
      }
    }
    const stored = await deliveriesOf(store.db, 'report', formatIsoWeek(addWeeks(FIRST_WEEK, i)))
    assert.deepEqual(
      stored.map(({ state }) => state),
      ['sent', 'sent'],
      moment,
    )
    const [ann, bob] = [sentTo('ann', earlier), sentTo('bob', earlier)]
    assert.equal(ann.length, BETWEEN_TOO.includes(moment) ? 2 : 1, `${moment}: mails to the first`)
    assert.equal(bob.length, 1, `${moment}: mails to the second`)
    assert.deepEqual(new Set(ann), new Set([stored[0]?.messageId]), `${moment}: one message id`)
  }

  function sentTo(name: string, from: number): string[] {
    const mails = lab.received.slice(from).filter(({ to }) => to === `${name}@example.com`)
    return mails.map(({ messageId }) => messageId)
  }

  /** Lets a sender run at `due` until it, or the server, reaches `moment`, and kills it there. */
  async function killedAt(moment: string, due: number): Promise<void> {
    const child = ahead.shift()
    startSenders()
    assert.ok(child)
    const exited = once(child, 'exit')
    const own = /^(before|after) /.test(moment)
    let reached = false
    const kill = async (): Promise<boolean> => {
      reached = true
      child.kill('SIGKILL')
      await exited
      return true
    }
    lab.at = (at) => (at === moment && !reached ? kill() : Promise.resolve(false))
    child.stdout?.once('data', () => void kill())
    const task: SenderTask = {
      store: where,
      env,
      now: new Date(due).toISOString(),
      stopAt: own ? moment : null,
    }
    child.stdin?.write(JSON.stringify(task))
    const [code, signal] = (await exited) as [number | null, string | null]
    lab.at = () => Promise.resolve(false)
    assert.ok(reached, `the sender ended with ${code ?? signal} before ${moment}`)
    assert.equal(signal, 'SIGKILL', moment)
  }

  /** Started ahead of its use, as starting takes longest. */
  function startSenders(): void {
    for (; toStart > 0 && ahead.length < AHEAD; toStart--) {
      const child = spawn(process.execPath, [sender], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: {
          NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem'),
          NODE_COMPILE_CACHE: COMPILED,
        },
      })
      ahead.push(child)
      children.add(child)
      child.once('exit', () => children.delete(child))
    }
  }
}

function dueIn(week: number): number {
  return FIRST_DUE + week * 7 * 24 * 60 * MINUTE
}
