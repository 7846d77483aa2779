import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import { type HitEntry, MAX_HITS } from '@mirrorwatch/store/watch/entries'
import { Command, InvalidArgumentError, Option } from 'commander'
import { openDesk } from '../desk/open-desk.ts'
import { readCheckArguments } from '../inputs/check-inputs.ts'
import { wholeNumber } from '../inputs/options.ts'
import { CliError } from '../output/exit.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'

const HELP = `
A watched path stands for the module of that path, everything below it, and everything that imitates it. Findings about it are
marked; --mail and --channel send alerts about it to recipients of its own.

Examples:
  mirrorwatch watch add github.com/our-company --reason ours --mail security@example.com --channel payments
  mirrorwatch watch add go.mod sbom.json --reason "what the shop depends on"`

export function watchCommand(): Command {
  return new Command('watch')
    .addHelpText('after', HELP)
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
}

function listCommand(): Command {
  return new Command('list')
    .description('List what is watched, by path.')
    .option('--json', 'print one JSON object per entry')
    .addHelpText('after', '\nExample:\n  mirrorwatch watch list')
    .action(async (options: { json?: true }) => {
      await using desk = await openDesk()
      let count = 0
      for await (const entry of desk.watched()) {
        count++
        if (options.json) await printJson(entry)
        else await printLine(visible(entryText(entry)))
      }
      if (count === 0) note('Nothing is watched. mirrorwatch watch add puts paths on the list.')
    })
}

function entryText(entry: HitEntry): string {
  const { id, path, source, mail, channels, minSeverity, author, reason, hits } = entry
  const told = [...mail, ...channels]
  const from = source === null ? '' : `, from ${source}`
  const to = told.length === 0 ? '' : `, ${minSeverity} and above to ${told.join(', ')}`
  const count = hits > MAX_HITS ? `${MAX_HITS}+ findings` : hits === 1 ? '1 finding' : `${hits} findings`
  return `${id}  ${path}  (${author}${from}${to}, ${hits === 0 ? 'never matched' : count}): ${reason}`
}

interface AddOptions {
  reason: string
  author?: string
  mail: string[]
  channel: string[]
  minSeverity: Severity
}

function addCommand(): Command {
  return new Command('add')
    .description('Watch module paths, paths above modules, or all modules that files list.')
    .argument('<what...>', 'paths, go.mod, go.sum, go.work, vendor/modules.txt, or bills of materials')
    .requiredOption('--reason <text>', 'why')
    .option('--author <name>', 'who adds it (default: your user name)')
    .option('--mail <address>', 'gets alerts about it; may be repeated', address, [])
    .option(
      '--channel <name>',
      'a channel of MIRRORWATCH_ALERT_CHANNELS that gets them; may be repeated',
      collect,
      [],
    )
    .addOption(
      new Option('--min-severity <severity>', 'severity from which they are sent')
        .choices(SEVERITIES)
        .default('high'),
    )
    .addHelpText('after', HELP)
    .action(add)
}

function collect(text: string, before: string[]): string[] {
  return [...before, text]
}

function address(text: string, before: string[]): string[] {
  if (/^[^\s@,<>]+@[^\s@,<>]+$/.test(text)) return [...before, text]
  throw new InvalidArgumentError(`"${text}" is not an e-mail address.`)
}

/** A path above modules, such as github.com/owner or example.com. */
const PREFIX = /^[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+(\/[A-Za-z0-9._~-]+)?$/

async function add(
  what: string[],
  { reason, author, mail, channel, minSeverity }: AddOptions,
): Promise<void> {
  const prefixes = what.filter(
    (name) => PREFIX.test(name) && !/\.(mod|sum|work|json|xml|spdx|txt)$/.test(name),
  )
  const others = what.filter((name) => !prefixes.includes(name))
  const { modules, files, faults } = await readCheckArguments(others)
  const [fault] = faults
  if (fault !== undefined) throw fault
  const paths = [...new Set([...prefixes, ...modules])]
  if (paths.length === 0) throw new CliError('the files list no modules', { todo: 'Give other files.' })
  const source = files.length === 0 ? null : files.map(({ name }) => name).join(', ')
  await using desk = await openDesk(author)
  await desk.watch({ paths, source, mail, channels: channel, minSeverity, reason })
  note(paths.length === 1 ? `${paths[0] ?? ''} is watched.` : `${paths.length} paths are watched.`)
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Stop watching a path.')
    .argument('<id>', 'the number that the list shows', wholeNumber(1))
    .option('--author <name>', 'who removes it (default: your user name)')
    .addHelpText('after', '\nExample:\n  mirrorwatch watch remove 3')
    .action(async (id: number, options: { author?: string }) => {
      await using desk = await openDesk(options.author)
      await desk.unwatch(id)
      note(`Entry ${id} is removed.`)
    })
}
