import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'
import { ownerFault, parseOwner } from '@mirrorwatch/gomod/paths/owner'
import type { AllowEntry } from '@mirrorwatch/store/tables/allow'
import { Argument, Command, Option } from 'commander'
import type { AllowedName } from '../desk/desk.ts'
import { openDesk } from '../desk/open-desk.ts'
import { modulePath, pointInTime, wholeNumber } from '../inputs/options.ts'
import { CliError } from '../output/exit.ts'
import { note, printJson, printLine, visible } from '../output/print.ts'

type Kind = AllowEntry['kind']

const KINDS: readonly Kind[] = ['path', 'owner', 'pair']

export function allowCommand(): Command {
  return new Command('allow')
    .addHelpText(
      'after',
      '\nExample:\n  mirrorwatch allow add owner go.uber.org --reason "one of our vendors"',
    )
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
}

function listCommand(): Command {
  return new Command('list')
    .description('List the entries, expired ones included.')
    .option('--json', 'print one JSON object per entry')
    .addHelpText('after', '\nExample:\n  mirrorwatch allow list')
    .action(list)
}

async function list(options: { json?: true }): Promise<void> {
  await using desk = await openDesk()
  const entries = await desk.allowed()
  for (const entry of entries) {
    if (options.json) await printJson(entry)
    else await printLine(visible(entryText(entry, new Date())))
  }
  if (entries.length === 0) note('The allow list is empty. mirrorwatch allow add puts names on it.')
}

function entryText(entry: AllowedName, now: Date): string {
  const { id, author, createdAt, expiresAt, reason, hits } = entry
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= now.getTime()
  const end = expiresAt === null ? '' : `, ${isOver ? 'expired' : 'expires'} ${day(expiresAt)}`
  const count = hits === 0 ? 'never matched' : hits === 1 ? '1 finding' : `${hits} findings`
  return `${id}  ${scopeText(entry)}  (${author}, ${day(createdAt)}${end}, ${count}): ${reason}`
}

function scopeText({ kind, module, target }: Pick<AllowEntry, 'kind' | 'module' | 'target'>): string {
  return [kind, module, target].filter((part) => part !== null).join(' ')
}

function day(time: string): string {
  return time.slice(0, 10)
}

const ADD_HELP = `
Kinds:
  path    one module: github.com/acme/cli
  owner   every module of an account, of a GitLab group with its subgroups, or of a vanity host's domain:
          github.com/acme, gitlab.com/acme/tools, go.uber.org
  pair    one module beside one target: github.com/acme/cli github.com/urfave/cli

A name that is allowed lowers findings to info, and a removed or expired entry raises them again. What a module does on import
still counts. Adding the same name again replaces reason, author and expiry.

Examples:
  mirrorwatch allow add pair github.com/acme/cli github.com/urfave/cli --reason "our own fork"
  mirrorwatch allow add owner go.uber.org --reason "one of our vendors" --expires 2027-06-30`

interface AddOptions {
  reason: string
  author?: string
  expires?: string
}

function addCommand(): Command {
  return new Command('add')
    .description('Put a name on the list, and assess the modules it is about again.')
    .addArgument(new Argument('<kind>', 'what to allow').choices(KINDS))
    .argument('<name>', 'module path, or owner')
    .argument('[target]', 'for a pair: the module that the first one may resemble', modulePath)
    .requiredOption('--reason <text>', 'why the name is honest')
    .option('--author <name>', 'who says so (default: your user name)')
    .addOption(new Option('--expires <time>', 'when the entry ends (default: never)').argParser(pointInTime))
    .addHelpText('after', ADD_HELP)
    .action(add)
}

async function add(kind: Kind, name: string, target: string | undefined, options: AddOptions): Promise<void> {
  if ((kind === 'pair') !== (target !== undefined)) {
    throw new CliError(
      kind === 'pair' ? 'a pair needs a target' : `${kind} takes one name, and two were given`,
      {
        todo: 'Write: allow add pair MODULE TARGET, allow add path MODULE, or allow add owner OWNER.',
      },
    )
  }
  const entry = {
    kind,
    module: kind === 'owner' ? ownerName(name) : pathName(name),
    target: target ?? null,
    reason: options.reason,
    expiresAt: expiry(options.expires),
  }
  await using desk = await openDesk(options.author)
  const id = await desk.allow(entry)
  note(`Entry ${id} allows ${scopeText(entry)}.`)
}

function pathName(text: string): string {
  const fault = modulePathFault(text)
  if (fault === null) return text
  throw new CliError(`"${text}" is not a module path: ${fault}`, { todo: 'Write it as in go.mod.' })
}

/** Reads an owner. A code host alone would allow everybody's modules there. */
function ownerName(text: string): string {
  const fault = ownerFault(text)
  if (fault === null) return parseOwner(text)
  throw new CliError(`"${text}" is not an owner: ${fault}`, {
    todo: 'Give an account, such as github.com/acme.',
  })
}

function expiry(text: string | undefined): string | null {
  if (text === undefined || Date.parse(text) > Date.now()) return text ?? null
  throw new CliError(`--expires ${text} is in the past`, {
    todo: 'Give a later time, or leave --expires out.',
  })
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Take an entry off the list, and assess the modules it was about again.')
    .argument('<id>', 'the number that the list shows', wholeNumber(1))
    .addHelpText('after', '\nExample:\n  mirrorwatch allow remove 3')
    .action(remove)
}

async function remove(id: number): Promise<void> {
  await using desk = await openDesk()
  await desk.disallow(id)
  note(`Entry ${id} is removed.`)
}
