import { createHash } from 'node:crypto'
import { reasonText } from '@mirrorwatch/detect/finding'
import type { SendMailOptions } from 'nodemailer'
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import { visibleLine } from '../blocks/visible-text.ts'
import { MAX_NEW_FINDINGS } from '../sections/new-findings.ts'
import type { Layout } from '../sections/section.ts'
import { CSV_COLUMNS, csvLine } from '../writers/csv.ts'
import { documentHtml } from '../writers/html.ts'
import { plainText } from '../writers/plain-text.ts'
import { trendPicture } from '../writers/trend-picture.ts'
import { composeReport, subjectOf } from './compose.ts'
import type { ReportData } from './data.ts'
import { formatIsoWeek } from './iso-week.ts'

/** Gmail cuts at 102 KB, and what is cut is the health of the scan. */
const MAX_HTML_BYTES = 100_000

export interface Rendered {
  subject: string
  html: string
  text: string
  csv: string
  week: string
  /** The picture that the HTML part shows as `cid:`. */
  picture: { cid: string; png: Buffer }
}

/**
 * Renders the report with as many new findings in full as fit into a mail that is shown whole.
 *
 * @param publicUrl URL of the page, without a trailing slash; null if there is no page
 */
export function renderReport(data: ReportData, publicUrl: string | null): Rendered {
  const week = formatIsoWeek(data.week)
  const picture = { cid: `trend.${week}@mirrorwatch`, png: trendPicture(data.trend) }
  const link: Layout['link'] = (id) => (publicUrl === null ? null : `${publicUrl}/findings/${id}`)
  for (let maxFindings = MAX_NEW_FINDINGS; ; maxFindings = Math.floor(maxFindings * 0.7)) {
    const report = composeReport(data, { link, maxFindings })
    const html = documentHtml(report, `cid:${picture.cid}`)
    if (maxFindings > 0 && Buffer.byteLength(html) > MAX_HTML_BYTES) continue
    return {
      subject: subjectOf(data),
      html,
      text: plainText(report),
      csv: csvText(data),
      week,
      picture,
    }
  }
}

/** Returns the HTML part as a standalone file that contains the picture. */
export function standaloneHtml({ html, picture: { cid, png } }: Rendered): string {
  // No text from outside can hold a quote: they are escaped.
  return html.replace(`src="cid:${cid}"`, () => `src="data:image/png;base64,${png.toString('base64')}"`)
}

/** With a byte order mark, as spreadsheets take text without one for another encoding. */
function csvText({ rows }: ReportData): string {
  const lines = rows.map((row) =>
    csvLine({
      ...row,
      module: visibleLine(row.module),
      target: row.target === null ? null : visibleLine(row.target),
      summary: visibleLine(row.summary),
      versions: visibleLine(row.versions.join(' ')),
      because: row.because.map((reason) => visibleLine(reasonText(reason))).join('; '),
    }),
  )
  return `\uFEFF${[CSV_COLUMNS.join(','), ...lines].join('\r\n')}\r\n`
}

/** Returns the mail to one recipient. */
export function reportMail(
  { subject, html, text, csv, week, picture }: Rendered,
  { from, to, messageId, date }: { from: string; to: string; messageId: string; date: Date },
): SendMailOptions {
  return {
    from: { name: 'mirrorwatch', address: from },
    to: { name: '', address: to },
    subject,
    messageId,
    date,
    html,
    text,
    textEncoding: 'quoted-printable',
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Mirrorwatch-Week': week },
    attachments: [
      {
        filename: `trend-${week}.png`,
        content: picture.png,
        contentType: 'image/png',
        cid: picture.cid,
      },
      { filename: `mirrorwatch-${week}.csv`, content: csv, contentType: 'text/csv; charset=utf-8' },
    ],
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** Returns the whole message as a file, all of whose lines end as RFC 5322 asks. */
export function messageFile(mail: SendMailOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    new MailComposer({ ...mail, newline: 'windows' })
      .compile()
      .build((error, message) => (error ? reject(error) : resolve(message)))
  })
}

/** Returns the Message-ID of one message to one recipient. Every process and every attempt gets the same. */
export function messageIdOf(installation: string, what: string, recipient: string, from: string): string {
  const digest = createHash('sha256').update([installation, what, recipient].join('\0')).digest('hex')
  return `<${what}.${digest.slice(0, 24)}@${from.slice(from.lastIndexOf('@') + 1)}>`
}
