import { writeFile } from 'node:fs/promises'
import { createMailer } from '@mirrorwatch/notify/delivery/mailer'
import { gatherReport } from '@mirrorwatch/notify/report/data'
import {
  addWeeks,
  formatIsoWeek,
  type IsoWeek,
  isoWeekAt,
  parseIsoWeek,
} from '@mirrorwatch/notify/report/iso-week'
import {
  messageFile,
  messageIdOf,
  type Rendered,
  renderReport,
  reportMail,
  standaloneHtml,
} from '@mirrorwatch/notify/report/message'
import { requireMailer, sendReport } from '@mirrorwatch/notify/report/send'
import { installationId } from '@mirrorwatch/store/connect/installation'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { CliError, EXIT, exitWith } from '../output/exit.ts'
import { note, printLine } from '../output/print.ts'
import { openForReading } from '../session/open-store.ts'

interface Options {
  week?: string
  out?: string
  send?: true
  dryRun?: true
}

const HELP = `
Without --out and --send it prints plain text. --send sends it to MIRRORWATCH_REPORT_TO, at most once to each recipient.

Examples:
  mirrorwatch report --week 2026-W47
  mirrorwatch report --week 2026-W47 --out report.html
  mirrorwatch report --send --dry-run`

export function reportCommand(): Command {
  return new Command('report')
    .option('--week <week>', 'an ISO week such as 2026-W47 (default: the last whole one)')
    .option('--out <file>', 'write it to a file: .html, .txt, .csv, or .eml for the whole mail')
    .option('--send', 'send it by e-mail')
    .option('--dry-run', 'with --send: name the recipients, and send nothing')
    .addHelpText('after', HELP)
    .action(report)
}

async function report(options: Options): Promise<void> {
  const config = configuration()
  const now = new Date()
  const { reportTimeZone, publicUrl, reportTo } = config
  const week = chosenWeek(options.week, now, reportTimeZone)
  await using store = await openForReading(config)
  const mailer = createMailer(config)
  if (options.send && options.dryRun !== true) {
    const { sent, failed } = await sendReport({ db: store.db, config, mailer, clock: () => new Date() }, week)
    for (const { recipient } of sent) note(`Sent ${formatIsoWeek(week)} to ${recipient}.`)
    for (const { recipient, lastError } of failed) note(`Not sent to ${recipient}: ${lastError ?? ''}`)
    if (sent.length + failed.length === 0)
      note('Nothing to send: every recipient has this report, or another process is sending it.')
    if (failed.length > 0) exitWith(EXIT.failed)
    return
  }
  const rendered = renderReport(await gatherReport(store.db, week, reportTimeZone, now), publicUrl)
  const from = mailer?.from ?? config.mailFrom ?? 'mirrorwatch@localhost'
  const to = reportTo[0] ?? from
  const messageId = messageIdOf(await installationId(store.db), `report.${rendered.week}`, to, from)
  if (options.send) {
    requireMailer({ mailer, config })
    note(`Would send "${rendered.subject}" to ${reportTo.join(', ')}.`)
  }
  if (options.out === undefined) await printLine(rendered.text)
  else
    await writeOut(options.out, await fileContent(options.out, rendered, { from, to, messageId, date: now }))
}

/** Returns the week to report on: by default the last that is over. */
function chosenWeek(given: string | undefined, now: Date, timeZone: string): IsoWeek {
  const current = isoWeekAt(now, timeZone)
  if (given === undefined) return addWeeks(current, -1)
  const week = parseIsoWeek(given)
  if (formatIsoWeek(week) <= formatIsoWeek(current)) return week
  throw new CliError(`--week ${given} has not begun`, {
    todo: `The current week is ${formatIsoWeek(current)}. Leave --week out for the last whole one.`,
  })
}

async function writeOut(file: string, content: string | Buffer): Promise<void> {
  try {
    await writeFile(file, content)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliError(`the report cannot be written to ${file}: ${why}`, {
      todo: 'Name a file in a folder that exists and can be written.',
    })
  }
}

async function fileContent(
  name: string,
  rendered: Rendered,
  envelope: Parameters<typeof reportMail>[1],
): Promise<string | Buffer> {
  if (name.endsWith('.html')) return standaloneHtml(rendered)
  if (name.endsWith('.txt')) return rendered.text
  if (name.endsWith('.csv')) return rendered.csv
  if (name.endsWith('.eml')) return messageFile(reportMail(rendered, envelope))
  throw new CliError(`--out ${name} has no known file type`, {
    todo: 'End the name with .html, .txt, .csv or .eml.',
  })
}
