import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { findingsTable, findingText } from '@mirrorwatch/notify/writers/terminal'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import type { Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { runUntilIdle, scan } from '@mirrorwatch/pipeline/service/scan'
import { untilAborted } from '@mirrorwatch/pipeline/service/service'
import { assessStage } from '@mirrorwatch/pipeline/stages/assess/assess'
import { inspectStage } from '@mirrorwatch/pipeline/stages/inspect/inspect'
import { lookStage } from '@mirrorwatch/pipeline/stages/look/look'
import { findingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import { listFindings } from '@mirrorwatch/store/queries/findings-list'
import { storeStats } from '@mirrorwatch/store/queries/stats'
import { repositoryByUrl } from '@mirrorwatch/store/repositories/repositories'
import { CHANGED_TAG_PRIORITY } from '@mirrorwatch/store/work/priority'
import { CHANGING, DEMO_LATER } from '@mirrorwatch/world/scenes/demo-later'
import { startWorld, type World } from '@mirrorwatch/world/world'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { note, printLine, terminalStyle } from '../output/print.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open-runtime.ts'
import { summaryText, withProgress } from './scan.ts'

const DAY_MS = 86_400_000

export function demoCommand(): Command {
  return new Command('demo')
    .option('--serve', 'keep the page open on what was found, until Ctrl-C')
    .option('--keep <folder>', 'keep the store in this folder, to look around in it afterwards')
    .addHelpText(
      'after',
      `
It plays a harmless re-enactment of github.com/boltdb-go/bolt and other attacks, among honest look-alikes.

Example: mirrorwatch demo --keep /tmp/demo && MIRRORWATCH_DATA_DIR=/tmp/demo mirrorwatch findings list`,
    )
    .action(async (options: { keep?: string; serve?: true }) => {
      const started = performance.now()
      note('Building a small Go ecosystem on loopback…')
      await using world = await startWorld('demo')
      const dataDir =
        options.keep === undefined
          ? await mkdtemp(path.join(tmpdir(), 'mirrorwatch-demo-'))
          : path.resolve(options.keep)
      try {
        await runDemo(world, dataDir, options.serve === true)
      } finally {
        if (options.keep === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
      }
      note(`\nDone in ${((performance.now() - started) / 1000).toFixed(0)} s.`)
    })
}

/** Modules whose finding is shown in full: what each shows. */
const SHOWN = [
  ['github.com/boltdb-go/bolt', 'A look-alike, whose tag was rewritten after the mirror had cached it'],
  ['github.com/harrowgate/envfile', 'A repository that another one has replaced'],
  [
    'github.com/lanternworks/toolbox/log',
    'A tag that was moved and put back before anyone looked at the content',
  ],
  ['github.com/copperleaf/ratelane', 'A commit that is on no branch or tag'],
] as const

async function runDemo(world: World, dataDir: string, isServing: boolean): Promise<void> {
  const config = configuration({ ...world.env, MIRRORWATCH_DATA_DIR: dataDir })
  let daysLater = 0
  const clock = (): Date => new Date(Date.now() + daysLater * DAY_MS)
  await using runtime = await openForWork(config, { clock })
  const interrupt = interruptSignal('Nothing is kept of a demo.')
  const { signal } = interrupt
  const window = feedWindow({
    feedUrl: config.feedName,
    isPublic: false,
    sinceMicros: null,
    untilMicros: null,
    nowMicros: 0n,
  })
  note('Scanning it: feed, go.mod files, names, zips against repositories, copies against originals…')
  const summary = await withProgress(runtime, (events) => scan(runtime, window, { ...events, signal }))
  const lookAgain = await lookAtChanging(runtime)
  for (const { day, says, happen } of DEMO_LATER) {
    note(says)
    await happen(world.changes)
    daysLater = day
    await runUntilIdle(runtime, [lookAgain], signal, () => undefined)
  }
  for (const stage of [inspectChanged, assessStage])
    await runUntilIdle(runtime, [stage], signal, () => undefined)
  interrupt.dispose()
  await printFindings(runtime, summaryText(summary))
  if (isServing) await servePage(runtime)
  else note('\nTo look at this on the page: npm run demo -- --serve')
}

/** Returns the stage look for the repositories that change: the others would be due too, and show what they showed before. */
async function lookAtChanging({ db }: Runtime): Promise<typeof lookStage> {
  const known = await Promise.all(CHANGING.map((path) => repositoryByUrl(db, `https://${path}`)))
  const ids = new Set(known.map((repository) => repository?.id))
  return {
    ...lookStage,
    due: async (query) => (await lookStage.due(query)).filter(({ key }) => ids.has(key.moduleId)),
  }
}

/** Likewise the stage inspect for versions whose tag changed. */
const inspectChanged: typeof inspectStage = {
  ...inspectStage,
  async due(query) {
    const due = await inspectStage.due(query)
    return due.filter(({ priority }) => priority <= CHANGED_TAG_PRIORITY)
  },
}

async function printFindings({ store: { db } }: Runtime, summary: string): Promise<void> {
  const stats = await storeStats(db)
  const { findings } = await listFindings(db, {}, { limit: 1000 })
  await printLine(`${stats.modules.count} modules, ${stats.versions.count} versions. ${summary}\n`)
  const blocks = findings.map((finding) => findingBlocks(finding))
  for (const line of findingsTable(blocks, terminalStyle())) await printLine(line)
  await printLine('\nFour of them, as `mirrorwatch findings show` has them:')
  for (const [module, title] of SHOWN) {
    const finding = findings.find((each) => each.module === module)
    if (finding === undefined) continue
    await printLine(`\n=== ${title}\n`)
    const shown = findingBlocks(finding, await findingTimeline(db, finding))
    for (const line of findingText(shown, terminalStyle())) await printLine(line)
  }
}

/** Keeps the page open until Ctrl-C. */
async function servePage(runtime: Runtime): Promise<void> {
  const { serveWeb } = await import('@mirrorwatch/web/server/serve')
  const interrupt = interruptSignal('Nothing is kept of a demo.')
  await using page = await serveWeb({
    ...runtime,
    onLink: (url) => note(`\nThe page on this world, until Ctrl-C: ${url}`),
  })
  if (page === null) note('\nMIRRORWATCH_WEB_LISTEN is off.')
  else await untilAborted(interrupt.signal)
  interrupt.dispose()
}
