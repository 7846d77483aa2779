import { ownerOf } from '@mirrorwatch/gomod/paths/owner'
import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { findingJson } from '@mirrorwatch/notify/writers/json'
import { findingsTable, findingText } from '@mirrorwatch/notify/writers/terminal'
import type { FindingStatus } from '@mirrorwatch/store/database'
import { triage } from '@mirrorwatch/store/decisions/decide'
import {
  type Finding,
  findingById,
  findingHistory,
  listFindings,
} from '@mirrorwatch/store/queries/findings-list'
import { allow } from '@mirrorwatch/store/tables/allow'
import { Argument, Command, Option } from 'commander'
import { authorName } from '../inputs/author.ts'
import { type FilterOptions, filterOf, withFilters } from '../inputs/finding-filter.ts'
import { wholeNumber } from '../inputs/options.ts'
import { CliError, EXIT, exitWith } from '../output/exit.ts'
import { note, printJson, printLine, terminalStyle } from '../output/print.ts'
import { assessNow } from '../session/assess.ts'
import { openForReading } from '../session/open-store.ts'
import { exportCommand } from './findings-export.ts'

const STATUSES: readonly FindingStatus[] = ['open', 'confirmed', 'dismissed']

export function findingsCommand(): Command {
  return new Command('findings')
    .addHelpText('after', '\nExample: mirrorwatch findings list --severity high')
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
      await using store = await openForReading()
      const { findings, next } = await listFindings(store.db, filterOf(options), { limit: options.limit })
      if (options.json) for (const finding of findings) await printJson(findingJson(finding))
      else if (findings.length > 0) {
        const blocks = findings.map((finding) => findingBlocks(finding))
        for (const line of findingsTable(blocks, terminalStyle())) await printLine(line)
      }
      if (findings.length === 0) note('No findings.')
      if (next !== null) note(`There are more: --limit ${options.limit * 2} shows them.`)
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
      await using store = await openForReading()
      const finding = await findingById(store.db, id)
      if (finding === null)
        throw new CliError(`there is no finding ${id}`, { todo: 'mirrorwatch findings list shows them.' })
      const history = await findingHistory(store.db, id)
      if (options.json) await printJson({ ...findingJson(finding), history })
      else
        for (const line of findingText(findingBlocks(finding, history), terminalStyle()))
          await printLine(line)
    })
}

function triageCommand(): Command {
  return new Command('triage')
    .description('Records a decision. Later scans keep it and point out a rise in severity.')
    .argument('<id>', 'the number that the list shows', wholeNumber(1))
    .addArgument(new Argument('<status>', 'the decision').choices(STATUSES))
    .requiredOption('--reason <text>', 'why')
    .option('--author <name>', 'who decides (default: your user name)')
    .addOption(
      new Option('--allow <what>', 'with a dismissal: keep this quiet from now on').choices([
        'pair',
        'path',
        'owner',
      ]),
    )
    .addHelpText(
      'after',
      '\nExample: mirrorwatch findings triage 17 dismissed --reason "our own fork" --allow pair',
    )
    .action(async (id: number, status: FindingStatus, options: TriageOptions) => {
      await using store = await openForReading()
      const author = authorName(options.author)
      const now = new Date()
      const finding = await findingById(store.db, id)
      if (finding === null)
        throw new CliError(`there is no finding ${id}`, { todo: 'mirrorwatch findings list shows them.' })
      const allowed = options.allow === undefined ? null : allowRequest(finding, status, options.allow)
      const { changed, moduleIds } = await store.db.transaction().execute(async (trx) => {
        const { reason } = options
        const entry = allowed === null ? null : { ...allowed, reason, author, expiresAt: null }
        const allowance = entry === null ? { moduleIds: [] } : await allow(trx, entry, now)
        return { ...allowance, ...(await triage(trx, id, { status, author, reason }, now)) }
      })
      note(
        changed
          ? `#${id} is ${status} now.`
          : `#${id} was ${status} already, by the same person for the same reason.`,
      )
      if (moduleIds.length > 0) await assessNow(store.db, moduleIds)
    })
}

interface TriageOptions {
  reason: string
  author?: string
  allow?: 'pair' | 'path' | 'owner'
}

function allowRequest(
  finding: Finding,
  status: FindingStatus,
  kind: 'pair' | 'path' | 'owner',
): { kind: typeof kind; module: string; target: string | null } {
  if (status !== 'dismissed')
    throw new CliError('--allow goes with a dismissal', { todo: 'Leave --allow out, or dismiss.' })
  if (kind === 'owner') return { kind, module: ownerOf(finding.module), target: null }
  if (kind === 'path') return { kind, module: finding.module, target: null }
  if (finding.target === null) {
    throw new CliError(`finding ${finding.id} has no target to pair it with`, { todo: 'Use --allow path.' })
  }
  return { kind, module: finding.module, target: finding.target }
}
