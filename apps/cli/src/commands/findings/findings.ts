import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { findingJson } from '@mirrorwatch/notify/writers/json'
import { findingsTable, findingText } from '@mirrorwatch/notify/writers/terminal'
import { FINDING_STATUSES, type FindingStatus } from '@mirrorwatch/store/status'
import { Argument, Command, Option } from 'commander'
import { openDesk } from '../../desk/open-desk.ts'
import { type FilterOptions, withFilters } from '../../inputs/finding-filter.ts'
import { wholeNumber } from '../../inputs/options.ts'
import { CliError, EXIT, exitWith } from '../../output/exit.ts'
import { note, printJson, printLine, terminalStyle } from '../../output/print.ts'
import { exportCommand } from './export.ts'

const SERVER_HELP = `
With MIRRORWATCH_SERVER and MIRRORWATCH_TOKEN, a server is asked instead of a database.`

export function findingsCommand(): Command {
  return new Command('findings')
    .addHelpText('after', `${SERVER_HELP}\n\nExample: mirrorwatch findings list --severity high`)
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(triageCommand())
    .addCommand(exportCommand())
}

function listCommand(): Command {
  return withFilters(new Command('list'))
    .description('Lists findings, most severe first. Exit code 1 if there are any.')
    .option('--limit <n>', 'print at most this many', wholeNumber(1), 100)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample: mirrorwatch findings list --severity high --status open')
    .action(async (options: FilterOptions & { limit: number; json?: true }) => {
      await using desk = await openDesk()
      const { findings, more } = await desk.list(options, options.limit)
      if (options.json) for (const finding of findings) await printJson(findingJson(finding))
      else if (findings.length > 0) {
        const blocks = findings.map((finding) => findingBlocks(finding))
        for (const line of findingsTable(blocks, terminalStyle())) await printLine(line)
      }
      if (findings.length === 0) note('No findings.')
      if (more) note(`There are more: --limit ${options.limit * 2} shows them.`)
      if (findings.length > 0) exitWith(EXIT.found)
    })
}

function showCommand(): Command {
  return new Command('show')
    .description(
      'Shows one finding: what is imitated, what differs, why the severity is what it is, what happened to it.',
    )
    .argument('<id>', 'the number that the list shows', wholeNumber(1))
    .option('--json', 'as one JSON object')
    .addHelpText('after', '\nExample: mirrorwatch findings show 17')
    .action(async (id: number, options: { json?: true }) => {
      await using desk = await openDesk()
      const shown = await desk.show(id)
      if (shown === null)
        throw new CliError(`there is no finding ${id}`, { todo: 'mirrorwatch findings list shows them.' })
      const { finding, timeline } = shown
      if (options.json) await printJson({ ...findingJson(finding), ...timeline })
      else
        for (const line of findingText(findingBlocks(finding, timeline), terminalStyle()))
          await printLine(line)
    })
}

function triageCommand(): Command {
  return new Command('triage')
    .description('Records a decision. Later scans keep it and point out a rise in severity.')
    .argument('<id>', 'the number that the list shows', wholeNumber(1))
    .addArgument(new Argument('<status>', 'the decision').choices(FINDING_STATUSES))
    .requiredOption('--reason <text>', 'why')
    .option('--author <name>', 'who decides (default: your user name)')
    .addOption(
      new Option('--allow <what>', 'with allowed: the names that are quiet from now on').choices([
        'pair',
        'path',
        'owner',
      ]),
    )
    .addHelpText(
      'after',
      '\nExample: mirrorwatch findings triage 17 allowed --reason "our own fork" --allow pair',
    )
    .action(decide)
}

interface TriageOptions {
  reason: string
  author?: string
  allow?: 'pair' | 'path' | 'owner'
}

async function decide(id: number, status: FindingStatus, options: TriageOptions): Promise<void> {
  const { reason, allow, author } = options
  if ((status === 'allowed') !== (allow !== undefined)) {
    throw new CliError('the status allowed and --allow go together', {
      todo: 'Write: findings triage ID allowed --allow pair --reason WHY.',
    })
  }
  await using desk = await openDesk(author)
  const { changed } = await desk.decide(id, { status, reason, ...(allow === undefined ? {} : { allow }) })
  note(
    changed
      ? `#${id} is ${status} now.`
      : `#${id} was ${status} already, by the same person for the same reason.`,
  )
}
