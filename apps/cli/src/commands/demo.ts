import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findingBlocks } from '@mirrorwatch/notify/blocks/finding'
import { findingsTable, findingText } from '@mirrorwatch/notify/writers/terminal'
import { feedWindow } from '@mirrorwatch/pipeline/crawl/feed-window'
import type { Runtime } from '@mirrorwatch/pipeline/service/runtime'
import { scan } from '@mirrorwatch/pipeline/service/scan'
import { untilAborted } from '@mirrorwatch/pipeline/service/service'
import { type FindingTimeline, findingTimeline } from '@mirrorwatch/store/queries/finding-timeline'
import { type Finding, listFindings } from '@mirrorwatch/store/queries/findings-list'
import { storeStats } from '@mirrorwatch/store/queries/stats'
import { startWorld } from '@mirrorwatch/world/world'
import { Command } from 'commander'
import { configuration } from '../inputs/configuration.ts'
import { note, printLine, terminalStyle } from '../output/print.ts'
import { interruptSignal } from '../session/interrupt.ts'
import { openForWork } from '../session/open-runtime.ts'
import { summaryText, withProgress } from './scan.ts'

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
        await runDemo({ ...world.env, MIRRORWATCH_DATA_DIR: dataDir }, options.serve === true)
      } finally {
        if (options.keep === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
      }
      note(`\nDone in ${((performance.now() - started) / 1000).toFixed(0)} s.`)
    })
}

async function runDemo(env: Record<string, string>, isServing: boolean): Promise<void> {
  const config = configuration(env)
  await using runtime = await openForWork(config)
  const interrupt = interruptSignal('Nothing is kept of a demo.')
  const window = feedWindow({
    feedUrl: config.feedName,
    isPublic: false,
    sinceMicros: null,
    untilMicros: null,
    nowMicros: 0n,
  })
  note('Scanning it: feed, go.mod files, names, zips against repositories, copies against originals…')
  const summary = await withProgress(runtime, (events) =>
    scan(runtime, window, { ...events, signal: interrupt.signal }),
  )
  interrupt.dispose()
  const { db } = runtime.store
  const stats = await storeStats(db)
  const { findings } = await listFindings(db, {}, { limit: 1000 })
  await printLine(
    `${stats.modules.count} modules, ${stats.versions.count} versions. ${summaryText(summary)}\n`,
  )
  const blocks = findings.map((finding) => findingBlocks(finding))
  for (const line of findingsTable(blocks, terminalStyle())) await printLine(line)
  const attack = findings.find((finding) => finding.module === 'github.com/boltdb-go/bolt') ?? findings[0]
  if (attack !== undefined) await printAttack(attack, await findingTimeline(db, attack))
  if (isServing) await servePage(runtime)
  else note('\nTo look at this on the page: npm run demo -- --serve')
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

async function printAttack(attack: Finding, timeline: FindingTimeline): Promise<void> {
  await printLine('\nOne of them, as `mirrorwatch findings show` has it:\n')
  for (const line of findingText(findingBlocks(attack, timeline), terminalStyle())) await printLine(line)
}
