import { sendTestMessages } from '@mirrorwatch/notify/alerts/test-message'
import { createMailer, type Mailer } from '@mirrorwatch/notify/delivery/mailer'
import { NotifyError } from '@mirrorwatch/notify/errors'
import type { Config } from '@mirrorwatch/pipeline/config/config'
import { causes } from '@mirrorwatch/pipeline/errors'
import { createListClient } from '@mirrorwatch/pipeline/service/clients'
import { visible } from '../output/print.ts'
import { type Check, missing, note, ok } from './check.ts'

const MAIL_TODO = 'Correct MIRRORWATCH_SMTP_URL, or check the mail server and the network.'

/** Checks how reports and alerts go out: signs in at the mail server; with `sendTest`, sends a test message everywhere. */
export async function deliveryChecks(config: Config, sendTest: boolean): Promise<Check[]> {
  let mailer: Mailer | null
  try {
    mailer = createMailer(config)
  } catch (error) {
    if (!(error instanceof NotifyError)) throw error
    return [missing('mail', error.message, error.todo ?? MAIL_TODO)]
  }
  return [
    ...(await mailChecks(config, mailer)),
    ...webhookChecks(config),
    ...(sendTest ? await testChecks(config, mailer) : []),
  ]
}

async function mailChecks({ reportTo, alertTo }: Config, mailer: Mailer | null): Promise<Check[]> {
  const recipients = [
    ...(reportTo.length === 0 ? [] : [`reports to ${reportTo.join(', ')}`]),
    ...(alertTo.length === 0 ? [] : [`alerts to ${alertTo.join(', ')}`]),
  ].join('; ')
  if (mailer === null) {
    if (recipients === '') return [note('mail', 'not configured: neither reports nor alerts are mailed')]
    return [missing('mail', `no mail server for ${recipients}`, 'Set MIRRORWATCH_SMTP_URL.')]
  }
  if (recipients === '') {
    const todo = 'Set MIRRORWATCH_REPORT_TO or MIRRORWATCH_ALERT_TO.'
    return [missing('mail', 'a mail server is set, but no recipient', todo)]
  }
  try {
    await mailer.check()
    return [ok('mail', `the mail server answers; ${recipients}, from ${mailer.from}`)]
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return [missing('mail', `the mail server cannot be used: ${visible(causes(error))}`, MAIL_TODO)]
  }
}

function webhookChecks({ slackWebhookUrl, webhook }: Config): Check[] {
  const set: [string, string | null][] = [
    ['Slack', slackWebhookUrl],
    ['webhook', webhook?.url ?? null],
  ]
  return set.map(([name, url]) => {
    if (url === null) return note(name, 'not configured')
    return ok(name, `alerts go to ${new URL(url).host}; --send-test shows whether they arrive`)
  })
}

async function testChecks(config: Config, mailer: Mailer | null): Promise<Check[]> {
  await using http = createListClient(config)
  const results = await sendTestMessages({ config, mailer, http, clock: () => new Date() })
  if (results.length === 0) {
    return [missing('test message', 'there is no recipient', 'Set MIRRORWATCH_ALERT_TO, for example.')]
  }
  return results.map(({ channel, recipient, fault }) => {
    const name = `test message, ${channel}`
    if (fault === null) return ok(name, `taken for ${recipient}; see whether it arrives`)
    return missing(
      name,
      `not taken for ${recipient}: ${visible(fault)}`,
      'Correct the address or the server.',
    )
  })
}
