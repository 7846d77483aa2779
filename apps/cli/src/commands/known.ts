import type { ParsedEntry } from '@mirrorwatch/pipeline/known/parse'
import { readOsvEntries } from '@mirrorwatch/pipeline/known/read-files'
import { listMaliciousEntries, saveMaliciousEntries } from '@mirrorwatch/store/tables/malicious'
import { Command } from 'commander'
import { wholeNumber } from '../inputs/options.ts'
import { CliError } from '../output/exit.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'
import { openForReading } from '../session/open-store.ts'

export function knownCommand(): Command {
  return new Command('known')
    .addHelpText('after', '\nExample: mirrorwatch known import malicious-packages/osv/malicious/go')
    .addCommand(importCommand())
    .addCommand(listCommand())
}

/** Rows in one statement. */
const CHUNK = 1_000

function importCommand(): Command {
  return new Command('import')
    .description(
      'Imports entries in OSV format: one file, or every .json, .jsonl and .ndjson below a folder, with one entry a file or one a line. An entry that was imported before is replaced; a withdrawn one no longer counts. Entries about vulnerabilities or other ecosystems are left out.',
    )
    .argument('<path>', 'an entry, or a folder of them')
    .option('--source <name>', 'name of the database', 'ossf/malicious-packages')
    .addHelpText(
      'after',
      `
Entries with an id or alias MAL-…, GitHub's malware advisories (CWE-506), and confirmed findings of another mirrorwatch
(findings export --format osv) count as malicious. An entry that cannot be read is named and left out.

Example: mirrorwatch known import malicious-packages/osv/malicious/go`,
    )
    .action(async (path: string, options: { source: string }) => {
      const counts: Record<ParsedEntry['kind'], number> = {
        malicious: 0,
        withdrawn: 0,
        vulnerability: 0,
        'other-ecosystem': 0,
        unconfirmed: 0,
      }
      let skipped = 0
      const rows: ParsedEntry['rows'] = []
      for await (const read of readOsvEntries(path)) {
        if ('fault' in read) {
          skipped++
          note(visible(`Left out: ${read.fault.message}.`))
          continue
        }
        counts[read.entry.kind]++
        rows.push(...read.entry.rows)
      }
      if (skipped > 0 && Object.values(counts).every((count) => count === 0)) {
        throw new CliError(`no entry of ${path} can be used`, {
          todo: 'See https://ossf.github.io/osv-schema/.',
        })
      }
      await using store = await openForReading()
      const now = new Date()
      await store.db.transaction().execute(async (trx) => {
        for (let at = 0; at < rows.length; at += CHUNK) {
          const chunk = rows.slice(at, at + CHUNK).map((row) => ({ ...row, source: options.source }))
          await saveMaliciousEntries(trx, chunk, now)
        }
      })
      note(importedText(counts, skipped))
    })
}

function importedText(counts: Record<ParsedEntry['kind'], number>, skipped: number): string {
  const leftOut = [
    `${counts.vulnerability} about vulnerabilities`,
    `${counts['other-ecosystem']} about other ecosystems`,
    ...(counts.unconfirmed > 0 ? [`${counts.unconfirmed} unconfirmed findings`] : []),
    ...(skipped > 0 ? [`${skipped} that cannot be read (named above)`] : []),
  ]
  return `${counts.malicious} entries imported, ${counts.withdrawn} withdrawn ones noted; left out: ${leftOut.join(', ')}. The next scan, or a running service, works out the findings again.`
}

function listCommand(): Command {
  return new Command('list')
    .description('Lists imported entries, by module.')
    .option('--limit <n>', 'print at most this many', wholeNumber(1), 100)
    .option('--search <text>', 'only modules that contain this text', '')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample: mirrorwatch known list --search boltdb')
    .action(async (options: { limit: number; search: string; json?: true }) => {
      await using store = await openForReading()
      const entries = await listMaliciousEntries(store.db, options)
      for (const entry of entries) {
        if (options.json) await printJson(entry)
        else {
          const withdrawn = entry.withdrawnAt === null ? '' : ' (withdrawn)'
          await printLine(visible(`${entry.module}  ${entry.id}${withdrawn}  ${entry.summary}`))
        }
      }
      if (entries.length === 0) note('No entries. mirrorwatch known import FOLDER brings some.')
    })
}
