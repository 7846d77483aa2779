import { readTargetsFile } from '@mirrorwatch/pipeline/targets/read-file'
import { countTargets, listTargets, upsertTargets } from '@mirrorwatch/store/targets'
import { Command } from 'commander'
import { note, printJson, printLine, wholeNumber } from '../cli.ts'
import { openForReading } from '../config.ts'

export function targetsCommand(): Command {
  return new Command('targets')
    .description('The modules that are worth imitating: list them, import figures.')
    .addHelpText('after', '\nExample: mirrorwatch targets list --search bolt')
    .addCommand(listCommand())
    .addCommand(importCommand())
}

function listCommand(): Command {
  return new Command('list')
    .description('Lists targets, most dependents first.')
    .option('--limit <n>', 'at most so many', wholeNumber(1), 100)
    .option('--search <text>', 'only paths that contain this text')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample: mirrorwatch targets list --search bolt')
    .action(async (options: { limit: number; search?: string; json?: true }) => {
      await using store = await openForReading()
      const { limit, search } = options
      const targets = await listTargets(store.db, { limit, ...(search === undefined ? {} : { search }) })
      for (const target of targets) {
        if (options.json) await printJson(target)
        else await printLine(`${String(target.dependents).padStart(9)}  ${target.path}  (${target.source})`)
      }
      if (targets.length === 0)
        note('No targets. The built-in list is put in by the first scan, crawl or up.')
    })
}

/** Rows in one statement: keeps parameters and locks small. */
const IMPORT_CHUNK = 10_000

function importCommand(): Command {
  return new Command('import')
    .description(
      'Imports "path,dependents" lines from a CSV or TSV file, gzipped or not. Known targets get the new figure.',
    )
    .argument('<file>', 'the file')
    .option('--source <name>', 'where the figures come from', 'import')
    .addHelpText('after', '\nExample: mirrorwatch targets import dependents.csv.gz --source ecosyste.ms')
    .action(async (file: string, options: { source: string }) => {
      // Whoever lists a module without a figure says that somebody depends on it.
      const rows = (await readTargetsFile(file)).map(({ path, dependents }) => ({
        path,
        dependents: dependents ?? 1,
      }))
      await using store = await openForReading()
      const added = await store.db.transaction().execute(async (trx) => {
        let count = 0
        for (let at = 0; at < rows.length; at += IMPORT_CHUNK) {
          const result = await upsertTargets(
            trx,
            rows.slice(at, at + IMPORT_CHUNK),
            options.source,
            new Date(),
          )
          count += result.added.length
        }
        return count
      })
      note(
        `${rows.length} lines read, ${added} new targets; ${await countTargets(store.db)} in all. New ones are matched with what is known by the next scan, or by a running service.`,
      )
    })
}
