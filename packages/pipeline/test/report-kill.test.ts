import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { openStore } from '@mirrorwatch/store/connect'
import { deliveriesOf } from '@mirrorwatch/store/deliveries'
import { createDatabase, ENGINES, temporaryFolder } from '../../store/test/helpers.ts'
import { readConfig } from '../src/config.ts'
import { addWeeks, formatIsoWeek, parseIsoWeek } from '../src/report/iso-week.ts'
import { createMailer } from '../src/report/mailer.ts'
import { sendDueReports } from '../src/report/send.ts'
import type { SenderTask } from './children/report-sender.ts'
import { type Moment, PASSWORD, type SmtpLab, startSmtpLab, USER } from './smtp-lab.ts'

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
/** … or where the server is here with its first mail; to the store these are all the same, so Postgres gets the last alone. */
const SERVER_MOMENTS: Moment[] = ['connect', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'dot']
/** The interval that cannot be excluded: the server has taken it, and nobody has written that down. */
const BETWEEN: string[] = ['taken', 'before record 1']

for (const engine of ENGINES) {
  suite(`a sender of reports that is killed, on ${engine.kind}`, { skip: engine.skip }, () => {
    const folder = temporaryFolder()
    const children = new Set<ChildProcess>()
    let lab: SmtpLab
    let drop = async (): Promise<void> => {}
    let where: SenderTask['store'] = { dataDir: folder }
    let env: Record<string, string>
    let next: ChildProcess

    before(async () => {
      lab = await startSmtpLab()
      writeFileSync(path.join(folder, 'ca.pem'), lab.certificate.cert)
      env = {
        MIRRORWATCH_SMTP_URL: `smtps://${USER}:${encodeURIComponent(PASSWORD)}@localhost:${lab.port}`,
        MIRRORWATCH_MAIL_FROM: 'watch@example.com',
        MIRRORWATCH_REPORT_TO: TO.join(','),
      }
      next = startSender()
      if (engine.kind === 'postgres') {
        const database = await createDatabase()
        drop = database.drop
        where = { dataDir: folder, databaseUrl: database.url }
      }
      await using store = await openStore(where)
      await store.db.updateTable('installation').set({ created_at: '2026-01-01T00:00:00Z' }).execute()
    })
    after(async () => {
      const ended = [...children].map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ended)
      await lab[Symbol.asyncDispose]()
      await drop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    })

    test('loses nothing, and repeats nothing but what was taken and not written down', async () => {
      await using store = await openStore(where)
      const config = readConfig(env, folder)
      const mailer = createMailer(config, lab.certificate.cert)
      const server = engine.kind === 'embedded' ? SERVER_MOMENTS : SERVER_MOMENTS.slice(-1)
      for (const [i, moment] of [...OWN_MOMENTS, ...server, ...BETWEEN].entries()) {
        const due = FIRST_DUE + i * 7 * 24 * 60 * MINUTE
        const earlier = lab.received.length
        await killedAt(moment, due)
        for (const minutes of [14, 16, 600]) {
          const clock = (): Date => new Date(due + minutes * MINUTE)
          const { failed } = await sendDueReports({ db: store.db, config, mailer, clock })
          assert.deepEqual(failed, [])
          if (minutes === 14 && BETWEEN.includes(moment)) {
            assert.equal(sentTo('ann', earlier).length, 1, `${moment}: the lease holds`)
          }
        }
        const week = formatIsoWeek(addWeeks(FIRST_WEEK, i))
        const stored = await deliveriesOf(store.db, 'report', week)
        assert.deepEqual(
          stored.map(({ state }) => state),
          ['sent', 'sent'],
          moment,
        )
        const [ann, bob] = [sentTo('ann', earlier), sentTo('bob', earlier)]
        assert.equal(ann.length, BETWEEN.includes(moment) ? 2 : 1, `${moment}: mails to the first`)
        assert.equal(bob.length, 1, `${moment}: mails to the second`)
        assert.deepEqual(new Set(ann), new Set([stored[0]?.messageId]), `${moment}: one message id`)
      }
    })

    test('loses nothing where the store is killed with it', {
      skip: engine.kind !== 'embedded',
    }, async () => {
      const due = FIRST_DUE + 30 * 7 * 24 * 60 * MINUTE
      const earlier = lab.received.length
      await killedAt('before record 1', due)
      await using store = await openStore(where)
      const config = readConfig(env, folder)
      const mailer = createMailer(config, lab.certificate.cert)
      const clock = (): Date => new Date(due + 16 * MINUTE)
      await sendDueReports({ db: store.db, config, mailer, clock })
      assert.equal(sentTo('ann', earlier).length, 2)
      assert.equal(new Set(sentTo('ann', earlier)).size, 1)
      assert.equal(sentTo('bob', earlier).length, 1)
    })

    function sentTo(name: string, from: number): string[] {
      const mails = lab.received.slice(from).filter(({ to }) => to === `${name}@example.com`)
      return mails.map(({ messageId }) => messageId)
    }

    /** Lets a sender run at `due` until it, or the server, reaches `moment`, and kills it there. */
    async function killedAt(moment: string, due: number): Promise<void> {
      const child = next
      next = startSender()
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
    function startSender(): ChildProcess {
      const child = spawn(process.execPath, [sender], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: {
          NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem'),
          NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
        },
      })
      children.add(child)
      child.once('exit', () => children.delete(child))
      return child
    }
  })
}
