import { changeText } from '@mirrorwatch/detect/judge/signals/change-signals'
import { minute } from '@mirrorwatch/detect/judge/signals/times'
import {
  type RepositoryEvent,
  type RepositoryFacts,
  repositoryEvents,
  repositoryState,
  tagsOf,
} from '@mirrorwatch/store/queries/repositories'
import { Command } from 'commander'
import { wholeNumber } from '../../inputs/options.ts'
import { EXIT, exitWith } from '../../output/exit.ts'
import { note, printJson, printLine, visible } from '../../output/print.ts'
import { openForReading } from '../../session/open-store.ts'

interface Options {
  tags?: true
  limit: number
  json?: true
}

const HELP = `
What the last look showed, and what happened to the repository and to the tags of known versions since the first one.

Examples:
  mirrorwatch repository https://github.com/boltdb/bolt
  mirrorwatch repository github.com/boltdb/bolt --tags --json

Exit codes: 0 printed, 1 no such repository is known, 2 the command failed.`

export function repositoryCommand(): Command {
  return new Command('repository')
    .description('Show what is known of a repository: its state, its modules, and what happened to its tags.')
    .argument('<url>', 'its address; https:// may be left out')
    .option('--tags', 'list its version tags with their commits too')
    .option('--limit <n>', 'print at most this many events', wholeNumber(1), 100)
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (url: string, options: Options) => {
      await using store = await openForReading()
      const facts = await repositoryState(store.db, url.includes('://') ? url : `https://${url}`)
      if (facts === null) {
        note(
          `No repository ${visible(url)} is known. Repositories are known by the modules that come from them.`,
        )
        return exitWith(EXIT.found)
      }
      const events = await repositoryEvents(store.db, facts.id, options.limit)
      const tags = options.tags ? await tagsOf(store.db, facts.id) : null
      if (options.json)
        await printJson({ ...facts, events, ...(tags && { tagCommits: Object.fromEntries(tags) }) })
      else for (const line of textOf(facts, events, tags)) await printLine(visible(line))
    })
}

const PACES = ['hourly', 'daily', 'every three days, within the rate limit']

function* textOf(
  facts: RepositoryFacts,
  events: readonly RepositoryEvent[],
  tags: ReadonlyMap<string, string> | null,
): Generator<string> {
  const { url, state, stateSince, movedTo, lookedAt, dueAt, pace, modules, moduleCount } = facts
  yield url
  yield `  state      ${state}${stateSince === null ? '' : `, since ${minute(stateSince)}`}${movedTo === null ? '' : `, to ${movedTo}`}`
  yield `  looked at  ${lookedAt === null ? 'never' : minute(lookedAt)}; next ${dueAt === null ? 'never' : minute(dueAt)} (${PACES[pace] ?? ''})`
  if (facts.lastError !== null) yield `  last error ${facts.lastError}`
  yield `  tags       ${facts.tags} that name versions${facts.tagsAt === null ? '' : `, as they are since ${minute(facts.tagsAt)}`}`
  yield `  modules    ${modules.slice(0, 10).join(', ')}${moduleCount > 10 ? `, … (${moduleCount} in all)` : ''}`
  yield events.length === 0 ? '  events     none' : '  events'
  for (const event of events.toReversed()) yield `    ${minute(event.firstSeenAt)}  ${changeText(event)}`
  if (tags !== null) for (const [tag, commit] of tags) yield `  ${commit}  ${tag}`
}
