import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import type { StoredAlert } from '@mirrorwatch/store/tables/alerts'
import { findingBlocks } from '../blocks/finding.ts'
import { shown } from '../writers/defang.ts'
import { findingJson } from '../writers/json.ts'
import { findingLines } from '../writers/plain-text.ts'

/** Lines of code quoted of one finding. */
const MAX_CODE_LINES = 5
/** Findings told in full; the others are counted. */
export const MAX_TOLD = 10

export interface AlertContent {
  subject: string
  text: string
  /** Body of the generic webhook. */
  json: string
  /** Body of a Slack-compatible webhook. */
  slack: string
}

export function alertContent(
  alert: StoredAlert,
  findings: readonly Finding[],
  publicUrl: string | null,
): AlertContent {
  const severity = findings[0]?.severity ?? 'high'
  const about = shown(alert.key.slice(alert.key.indexOf(':') + 1), 120)
  const what = alert.key.startsWith('campaign:')
    ? `campaign ${about}`
    : alert.key.startsWith('target:')
      ? `imitating ${about}`
      : about
  const subject = `mirrorwatch: ${alert.count === 1 ? `a ${severity} finding` : `${alert.count} findings up to ${severity}`}, ${what}`
  const more = alert.count - findings.length
  const link = (id: number): string | null => (publicUrl === null ? null : `${publicUrl}/findings/${id}`)
  const lines = findings.flatMap((finding) => [
    ...findingLines(findingBlocks(finding), link(finding.id), MAX_CODE_LINES),
    '',
  ])
  const text = [subject, '', ...lines, ...(more > 0 ? [`… and ${more} more.`] : [])].join('\n')
  const json = JSON.stringify({
    type: 'alert',
    id: alert.id,
    createdAt: alert.createdAt,
    group: alert.key,
    severity,
    count: alert.count,
    findings: findings.map((finding) => ({ ...findingJson(finding), link: link(finding.id) })),
  })
  return { subject, text: `${text}\n`, json, slack: JSON.stringify({ text: slackText(text) }) }
}

/** Slack reads these three as mark-up; without them nothing can mention people or disguise a link. */
function slackText(text: string): string {
  return text.slice(0, 3_500).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
