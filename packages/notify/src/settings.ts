/** Chat or webhook with a name. Its address is a secret. */
export type AlertChannel = { kind: 'slack'; url: string } | { kind: 'webhook'; url: string; secret: string }

/** Recipients and layout of reports and alerts. Null and empty values disable a channel. */
export interface NotifySettings {
  smtpUrl: string | null
  reportTo: string[]
  reportCron: string
  /** IANA name. */
  reportTimeZone: string
  mailFrom: string | null
  dkim: { domain: string; selector: string; keyFile: string } | null
  /** Without a closing slash. */
  publicUrl: string | null
  alertTo: string[]
  slackWebhookUrl: string | null
  webhook: { url: string; secret: string } | null
  /** Recipients that entries of the watch list name, by name. */
  channels: ReadonlyMap<string, AlertChannel>
}
