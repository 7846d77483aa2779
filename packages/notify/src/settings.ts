/** Where reports and alerts go, and how they look. Null and empty values switch a channel off. */
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
}
