import { type Severity, severityRank } from '@mirrorwatch/detect/severity'
import { installationId } from '@mirrorwatch/store/connect/installation'
import type { Db, Trx } from '@mirrorwatch/store/database'
import { findingsByIds } from '@mirrorwatch/store/queries/findings-list'
import {
  alertById,
  lastAlerts,
  lockAlerts,
  recordAlert,
  type Unalerted,
  unalertedFindings,
} from '@mirrorwatch/store/tables/alerts'
import { type Delivery, type NewDelivery, planDeliveries } from '@mirrorwatch/store/tables/deliveries'
import { lowestWatchedSeverity, watchersOf } from '@mirrorwatch/store/watch/entries'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import { type Delivered, deliverDue } from '../delivery/deliver.ts'
import type { Mailer } from '../delivery/mailer.ts'
import { NotifyError } from '../errors.ts'
import { messageIdOf } from '../report/message.ts'
import type { AlertChannel, NotifySettings } from '../settings.ts'
import { type AlertContent, alertContent, MAX_TOLD } from './content.ts'
import { dueGroups, groupKey } from './groups.ts'
import { post, signatureOf } from './webhook.ts'

export interface AlertDeps {
  db: Db
  config: Pick<NotifySettings, 'alertTo' | 'slackWebhookUrl' | 'webhook' | 'channels' | 'publicUrl'>
  mailer: Mailer | null
  /** The guarded client: it refuses private addresses that are not allowed. */
  http: HttpClient
  clock: () => Date
}

const CHANNELS = ['mail', 'slack', 'webhook'] as const

/** Severity from which findings are alerted without being watched. */
const ALERTED_SEVERITY: Severity = 'high'

/** Older findings belong to the weekly report, so that switching alerts on does not send the past. */
const NEWS_MS = 7 * 86_400_000

/**
 * Alerts of open high and critical findings, and of those that watch entries have recipients for, and sends what failed before. Call it every minute or so. A finding is
 * alerted once, and again only where it has become worse; findings of one campaign, or of one target, are one alert. The
 * channels do not wait for each other: a mail server that hangs must not keep an alert from the chat.
 */
export async function sendDueAlerts(deps: AlertDeps, stop?: AbortSignal): Promise<Delivered> {
  const recipients = recipientsOf(deps)
  const watchedSeverity = await lowestWatchedSeverity(deps.db)
  if (recipients.length === 0 && watchedSeverity === null) return { sent: [], failed: [] }
  await planAlerts(deps, recipients, watchedSeverity, deps.clock())
  const send = async (delivery: Delivery, signal: AbortSignal): Promise<void> => {
    const alert = await alertById(deps.db, Number(delivery.subject), MAX_TOLD)
    if (alert === null) throw new NotifyError('internal', `alert ${delivery.subject} is gone`)
    const findings = await findingsByIds(deps.db, alert.findingIds)
    await sendOne(deps, delivery, alertContent(alert, findings, deps.config.publicUrl), signal)
  }
  const done = await Promise.all(
    CHANNELS.map((channel) => deliverDue(deps.db, { kind: 'alert', channel }, deps.clock, send, stop)),
  )
  return { sent: done.flatMap(({ sent }) => sent), failed: done.flatMap(({ failed }) => failed) }
}

type Recipient = Pick<NewDelivery, 'channel' | 'recipient'>

async function planAlerts(
  deps: AlertDeps,
  recipients: readonly Recipient[],
  watchedSeverity: Severity | null,
  now: Date,
): Promise<void> {
  const installation = await installationId(deps.db)
  await deps.db.transaction().execute(async (trx) => {
    await lockAlerts(trx)
    const since = new Date(now.getTime() - NEWS_MS)
    const findings = await unalertedFindings(trx, ALERTED_SEVERITY, since, watchedSeverity ?? undefined)
    const last = await lastAlerts(trx, [...new Set(findings.map(groupKey))])
    for (const [key, group] of dueGroups(findings, last, now)) {
      const isForAll = group.some(({ severityRank: rank }) => rank <= severityRank(ALERTED_SEVERITY))
      const watchers = watchedSeverity === null ? [] : await watchersOfGroup(trx, group, deps)
      const addressed = [...(isForAll ? recipients : []), ...watchers]
      if (addressed.length === 0) continue
      const subject = String(await recordAlert(trx, key, group, now))
      const deliveries = addressed.map(
        ({ channel, recipient }): NewDelivery => ({
          kind: 'alert',
          subject,
          channel,
          recipient,
          messageId: messageIdOf(
            installation,
            `alert.${subject}`,
            recipient,
            deps.mailer?.from ?? 'mirrorwatch',
          ),
        }),
      )
      await planDeliveries(trx, deliveries, now)
    }
  })
}

/**
 * Returns the recipients of watch entries about findings of a group that are severe enough for them. A channel that is not
 * configured any more is none.
 */
async function watchersOfGroup(
  trx: Trx,
  group: readonly Unalerted[],
  { config, mailer }: AlertDeps,
): Promise<Recipient[]> {
  const watchers = await watchersOf(
    trx,
    group.map(({ id }) => id),
  )
  const entries = group.flatMap(({ id, severityRank: rank }) =>
    (watchers.get(id) ?? []).filter(({ minSeverity }) => rank <= severityRank(minSeverity)),
  )
  const addresses = entries.flatMap(({ mail }) => mail.map((address) => address.toLowerCase()))
  const names = entries.flatMap(({ channels }) => channels)
  return [
    ...[...new Set(mailer === null ? [] : addresses)].map((recipient) => ({
      channel: 'mail' as const,
      recipient,
    })),
    ...[...new Set(names)].flatMap((recipient) => {
      const channel = config.channels.get(recipient)?.kind
      return channel === undefined ? [] : [{ channel, recipient }]
    }),
  ]
}

/** Returns whom alerts go to. With webhooks that is the host: the rest of the address is a secret. */
export function recipientsOf({ config, mailer }: Pick<AlertDeps, 'config' | 'mailer'>): Recipient[] {
  const { alertTo, slackWebhookUrl, webhook } = config
  const mail = mailer === null ? [] : [...new Set(alertTo.map((address) => address.toLowerCase()))]
  return [
    ...mail.map((recipient) => ({ channel: 'mail' as const, recipient })),
    ...(slackWebhookUrl === null
      ? []
      : [{ channel: 'slack' as const, recipient: new URL(slackWebhookUrl).host }]),
    ...(webhook === null ? [] : [{ channel: 'webhook' as const, recipient: new URL(webhook.url).host }]),
  ]
}

/** Sends a message to one recipient. @throws NotifyError `upstream` */
export async function sendOne(
  { config, mailer, http, clock }: Omit<AlertDeps, 'db'>,
  { channel, recipient, messageId }: Pick<Delivery, 'channel' | 'recipient' | 'messageId'>,
  { subject, text, json, slack }: AlertContent,
  signal: AbortSignal,
): Promise<void> {
  const now = clock()
  if (channel === 'mail' && mailer !== null) {
    const from = { name: 'mirrorwatch', address: mailer.from }
    const headers = { 'Auto-Submitted': 'auto-generated' }
    const to = { name: '', address: recipient }
    return mailer.send({ from, to, subject, text, messageId, date: now, headers }, signal)
  }
  const named = config.channels.get(recipient)
  const slackUrl = named?.kind === 'slack' ? named.url : config.slackWebhookUrl
  if (channel === 'slack' && slackUrl !== null && isAt(slackUrl, recipient, named)) {
    return post(http, slackUrl, slack, {}, signal)
  }
  const webhook = named?.kind === 'webhook' ? named : config.webhook
  if (channel === 'webhook' && webhook !== null && isAt(webhook.url, recipient, named)) {
    const headers = {
      'x-mirrorwatch-id': messageId,
      'x-mirrorwatch-signature': signatureOf(webhook.secret, json, now),
    }
    return post(http, webhook.url, json, headers, signal)
  }
  throw new NotifyError('bad-config', `nothing is configured any more to reach ${recipient}`)
}

/** True where a delivery is meant for an address: by the channel's name, or by the host of the one that gets all alerts. */
function isAt(url: string, recipient: string, named: AlertChannel | undefined): boolean {
  return named !== undefined || new URL(url).host === recipient
}
