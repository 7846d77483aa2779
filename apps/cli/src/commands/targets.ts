import { importTargets } from '@mirrorwatch/pipeline/targets/import'
import { seedTargets } from '@mirrorwatch/pipeline/targets/seed-targets'
import { countTargets, listTargets } from '@mirrorwatch/store/tables/targets'
import { Command } from 'commander'
import { wholeNumber } from '../inputs/options.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'
import { startProgress } from '../output/progress.ts'
import { openForReading } from '../session/open-store.ts'
import { BACKWARDS, refreshCommand } from './targets-refresh.ts'

export function targetsCommand(): Command {
  return new Command('targets')
    .addHelpText('after', '\nExample: mirrorwatch targets list --search bolt')
    .addCommand(listCommand())
    .addCommand(importCommand())
    .addCommand(refreshCommand())
}

function listCommand(): Command {
  return new Command('list')
    .description('Lists targets, most dependents first.')
    .option('--limit <n>', 'print at most this many', wholeNumber(1), 100)
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
      if (targets.length > 0) return
      note(
        search === undefined
          ? 'No targets. The built-in list is put in by the first scan, crawl or up.'
          : `No target's path contains "${visible(search)}".`,
      )
    })
}

interface ImportOptions {
  source: string
  minDependents: number
  json?: true
}

const IMPORT_HELP = `
A line is a module path, or a module path and a figure in either order, with a comma or a tab between them. A header is
allowed; where it names both columns, other columns may stand beside them. All or nothing is imported.

Examples:
  mirrorwatch targets import dependents.csv
  mirrorwatch targets import importers-20241211.csv.gz --source vulndb --min-dependents 10`

function importCommand(): Command {
  return new Command('import')
    .description('Imports figures from a CSV or TSV file, gzipped or not. Known targets get the new figure.')
    .argument('<file>', 'the file')
    .option('--source <name>', 'where the figures come from', 'import')
    .option('--min-dependents <n>', 'leave out modules with fewer', wholeNumber(0), 1)
    .option('--json', 'the result as JSON')
    .addHelpText('after', IMPORT_HELP)
    .action(async (file: string, options: ImportOptions) => {
      await using store = await openForReading()
      await seedTargets(store.db, new Date())
      using progress = startProgress('importing', 'targets')
      const { source, minDependents } = options
      const onProgress = (rows: number): void => progress.set(rows, null)
      const summary = await importTargets(store.db, {
        file,
        source,
        minDependents,
        now: new Date(),
        onProgress,
      })
      progress.clear()
      const targets = await countTargets(store.db)
      const { rows, left, added } = summary
      if (options.json) await printJson({ rows, left, added, targets })
      const less = left === 0 ? '' : ` (${left} with fewer than ${minDependents} dependents left out)`
      note(`${rows} read${less}, ${added} new; ${targets} targets in all.`)
      if (added > 0) note(BACKWARDS)
    })
}
