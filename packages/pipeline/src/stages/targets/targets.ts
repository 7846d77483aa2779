import type { NameIndex } from '@mirrorwatch/detect/names/name-index'
import type { Db, Trx } from '@mirrorwatch/store/database'
import { allModulePaths, modulesByPath } from '@mirrorwatch/store/tables/modules'
import { mostRequired } from '@mirrorwatch/store/tables/requirements'
import {
  allTargets,
  markMatchedBackwards,
  targetsToMatchBackwards,
  upsertTargets,
} from '@mirrorwatch/store/tables/targets'
import { askForGoMods } from '@mirrorwatch/store/work/due'
import { ROUTINE_AGAIN_PRIORITY } from '@mirrorwatch/store/work/priority'
import { hastenPopular, watchVersions } from '@mirrorwatch/store/work/schedule'
import { saveMatches } from '../../work/save-matches.ts'
import { ALL_MODULES, type Stage } from '../../work/stage.ts'

export interface TargetsDeps {
  db: Db
  /** Returns the index over the current targets. */
  nameIndex(): Promise<NameIndex>
  clock: () => Date
}

/** Limit on new targets in one transaction: bounds its size and the memory of the index. */
const MOST_TARGETS = 300_000
/** Number of targets matched with everything known in one pass over the modules. */
const BACKWARDS_BATCH = 20_000
const MODULES_AT_ONCE = 5_000

export const targetsStage: Stage<TargetsDeps> = {
  name: 'targets',
  does: 'turns counted requirements into targets, and matches new and grown targets with every module already known',
  concurrency: 1,
  async run(deps, _key, signal) {
    await deps.db.transaction().execute((trx) => countTargets(trx, deps.clock()))
    await matchBackwards(deps, signal)
  },
  async due({ db }) {
    const waiting = await targetsToMatchBackwards(db, 1)
    return waiting.length === 0 ? [] : [{ stage: 'targets', key: ALL_MODULES, priority: 1 }]
  },
}

/**
 * Makes every module that a crawled go.mod requires a target. Keeps a larger imported or built-in figure: a crawl of one day
 * has seen few of a module's dependents.
 */
async function countTargets(trx: Trx, now: Date): Promise<void> {
  const known = new Map((await allTargets(trx)).map((target) => [target.path, target]))
  const counted = await mostRequired(trx, 1, MOST_TARGETS)
  const better = counted.filter(({ path, dependents }) => {
    const target = known.get(path)
    return target === undefined || target.source === 'crawl' || target.dependents < dependents
  })
  await upsertTargets(trx, better, 'crawl', now)
  await hastenPopular(trx, better)
}

/**
 * Matches new targets with known modules. After a kill it starts again: it saves the same rows again, and sets the mark last.
 * It matches a target again when its dependents have doubled, because next to a barely used target any module with a few
 * dependents passed for an independent project.
 */
async function matchBackwards(deps: TargetsDeps, signal: AbortSignal): Promise<void> {
  for (;;) {
    const targets = await targetsToMatchBackwards(deps.db, BACKWARDS_BATCH)
    if (targets.length === 0) return
    const paths = targets.map(({ path }) => path)
    await matchAllWith(deps, paths, signal)
    const modules = await modulesByPath(deps.db, paths)
    await deps.db.transaction().execute(async (trx) => {
      await askForGoMods(trx, { paths }, deps.clock())
      await watchVersions(trx, modules.map(asWatched), deps.clock())
      await markMatchedBackwards(trx, targets, deps.clock())
    })
  }
}

/** The versions that were inspected before the module was a target were not compared with their repository's contents. */
function asWatched({ id }: { id: number }): { moduleId: number; priority: number } {
  return { moduleId: id, priority: ROUTINE_AGAIN_PRIORITY }
}

async function matchAllWith(deps: TargetsDeps, paths: readonly string[], signal: AbortSignal): Promise<void> {
  const index = (await deps.nameIndex()).only(paths)
  let batch: { id: number; path: string }[] = []
  const flush = async (): Promise<void> => {
    const modules = batch
    batch = []
    const matches = modules.map((module) => ({ moduleId: module.id, candidates: index.match(module.path) }))
    await deps.db.transaction().execute((trx) => saveMatches(trx, matches, deps.clock()))
  }
  for await (const module of allModulePaths(deps.db)) {
    signal.throwIfAborted()
    batch.push(module)
    if (batch.length >= MODULES_AT_ONCE) await flush()
  }
  await flush()
}
