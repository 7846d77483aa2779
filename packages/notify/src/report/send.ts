import { installationId } from '@mirrorwatch/store/connect/installation'
import type { Db } from '@mirrorwatch/store/database'
import { type Delivery, planDeliveries, retryDeliveries } from '@mirrorwatch/store/tables/deliveries'
import { type Delivered, type DeliveryFilter, deliverDue } from '../delivery/deliver.ts'
import type { Mailer } from '../delivery/mailer.ts'
import { NotifyError } from '../errors.ts'
import type { NotifySettings } from '../settings.ts'
import { gatherReport } from './data.ts'
import { addWeeks, formatIsoWeek, type IsoWeek, isoWeekAt, parseIsoWeek } from './iso-week.ts'
import { messageIdOf, type Rendered, renderReport, reportMail } from './message.ts'
import { lastSchedule } from './schedule.ts'

export interface ReportDeps {
  db: Db
  config: Pick<NotifySettings, 'reportTo' | 'reportCron' | 'reportTimeZone' | 'publicUrl'>
  /** Null where no mail server is configured. */
  mailer: Mailer | null
  clock: () => Date
}

const NOTHING: Delivered = { sent: [], failed: [] }

/**
 * Sends the weekly report where it is due, and what failed before. Call it every minute or so: what was sent is recorded
 * by ISO week and recipient and is not sent again. After a pause only the last whole week's report goes out. Who is added as
 * a recipient later in the week gets that report then.
 */
export async function sendDueReports(deps: ReportDeps, stop?: AbortSignal): Promise<Delivered> {
  const { db, config, mailer } = deps
  const now = deps.clock()
  if (mailer === null || config.reportTo.length === 0) return NOTHING
  const due = lastSchedule(config.reportCron, config.reportTimeZone, now)
  const { created_at: since } = await db
    .selectFrom('installation')
    .select('created_at')
    .executeTakeFirstOrThrow()
  // What was to be sent before there was anything to report from is not made up for.
  if (Date.parse(since) <= due.getTime()) {
    await plan(deps, mailer, addWeeks(isoWeekAt(due, config.reportTimeZone), -1), config.reportTo, now)
  }
  return deliver(deps, mailer, { kind: 'report' }, stop)
}

/** Returns the mailer. @throws NotifyError `bad-config` if there is no mail server or no recipient */
export function requireMailer({ mailer, config }: Pick<ReportDeps, 'mailer' | 'config'>): Mailer {
  if (mailer === null) throw cannotSend('no mail server: set MIRRORWATCH_SMTP_URL')
  if (config.reportTo.length === 0) throw cannotSend('no recipients: set MIRRORWATCH_REPORT_TO')
  return mailer
}

function cannotSend(why: string): NotifyError {
  return new NotifyError('bad-config', `the report cannot be sent: ${why}`, {
    todo: 'docs/configuration.md describes the variables; mirrorwatch doctor shows which are set.',
  })
}

/** Sends the report of one week to those who do not have it yet; what failed is tried again at once. */
export async function sendReport(deps: ReportDeps, week: IsoWeek): Promise<Delivered> {
  const { db, config } = deps
  const mailer = requireMailer(deps)
  const now = deps.clock()
  await retryDeliveries(db, 'report', formatIsoWeek(week), now)
  await plan(deps, mailer, week, config.reportTo, now)
  return deliver(deps, mailer, { kind: 'report', subject: formatIsoWeek(week) })
}

async function plan(
  { db }: ReportDeps,
  mailer: Mailer,
  week: IsoWeek,
  recipients: readonly string[],
  now: Date,
): Promise<void> {
  const installation = await installationId(db)
  const subject = formatIsoWeek(week)
  const deliveries = [...new Set(recipients.map((recipient) => recipient.toLowerCase()))].map(
    (recipient) => ({
      kind: 'report' as const,
      subject,
      channel: 'mail' as const,
      recipient,
      messageId: messageIdOf(installation, `report.${subject}`, recipient, mailer.from),
    }),
  )
  await planDeliveries(db, deliveries, now)
}

async function deliver(
  { db, config, clock }: ReportDeps,
  mailer: Mailer,
  what: DeliveryFilter,
  stop?: AbortSignal,
): Promise<Delivered> {
  const rendered = new Map<string, Rendered>()
  const send = async (delivery: Delivery, signal: AbortSignal): Promise<void> => {
    let report = rendered.get(delivery.subject)
    if (report === undefined) {
      const data = await gatherReport(db, parseIsoWeek(delivery.subject), config.reportTimeZone, clock())
      report = renderReport(data, config.publicUrl)
      rendered.set(delivery.subject, report)
    }
    const { recipient, messageId } = delivery
    const mail = reportMail(report, { from: mailer.from, to: recipient, messageId, date: clock() })
    await mailer.send(mail, signal)
  }
  return deliverDue(db, what, clock, send, stop)
}
