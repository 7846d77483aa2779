import { NEAR_COPY_RULE } from '@mirrorwatch/detect/clone/original'
import { isCopied } from '@mirrorwatch/detect/judge/signals/copy-signals'
import type { ComparisonRecord } from '@mirrorwatch/detect/records/comparison-record'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { Db, Trx } from '@mirrorwatch/store/database'
import { comparisonsOf, saveComparison } from '@mirrorwatch/store/tables/comparisons'
import { type Module, moduleById } from '@mirrorwatch/store/tables/modules'
import {
  askForAssessment,
  askForCopies,
  type DueRow,
  dueRow,
  finishDue,
  postponeDue,
} from '@mirrorwatch/store/work/due'
import type { VersionKey } from '@mirrorwatch/store/work/schedule'
import { CachedVersion } from '@mirrorwatch/verify/cached-version'
import { campaignMembers } from '../../content/campaigns.ts'
import { type Comparison, compareZips } from '../../content/compare-zips.ts'
import { fetchShared } from '../../content/fetch-shared.ts'
import { type CompareDeps, openSubject, type Subject } from '../../content/subject.ts'
import { isPipelineError, PipelineError } from '../../errors.ts'
import { retryAt } from '../../work/retry.ts'
import { saveMatches } from '../../work/save-matches.ts'
import { fromDueWork, type Stage, type StageKey } from '../../work/stage.ts'
import { relativesOf } from './likely-copies.ts'
import type { LikelyCopy } from './likely-copy.ts'

export interface CopiesDeps extends CompareDeps {
  db: Db
  clock: () => Date
}

/**
 * Asks of each version whose zip was listed what it is nearly a copy of, without any name. Apart from the inspection, because
 * the answer depends on what else has been listed: a scan asks when everything is, so that its result does not depend on the
 * order in which versions were inspected. A running service asks as soon as it can; where the original comes later, its
 * question passes that of the copy on (see docs/design.md).
 */
export const copiesStage: Stage<CopiesDeps> = {
  ...fromDueWork('copies', 3),
  does: 'finds what a zip is nearly a copy of, by content alone, and compares the two',
  concurrency: 2,
  run: findCopies,
}

async function findCopies(deps: CopiesDeps, key: StageKey, signal: AbortSignal): Promise<void> {
  const question = await dueRow(deps.db, 'copies', key)
  const module = await moduleById(deps.db, key.moduleId)
  if (module === null || question === null || new Date(question.dueAt) > deps.clock()) return
  const { version } = key
  const asked: Asked = { module, version, question }
  try {
    const { originals, copies } = await relativesOf(deps.db, module, version)
    const found = await compareInOrder(deps, asked, originals, signal)
    await deps.db.transaction().execute((trx) => saveAnswer(trx, asked, { found, copies }, deps.clock()))
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error) && !isPipelineError(error, 'too-much')) throw error
    const retryAfterMs = isGomodError(error) ? error.retryAfterMs : undefined
    const dueAt = retryAt(question.attempts, deps.clock(), retryAfterMs)
    const failure = { message: error.message, dueAt }
    await deps.db.transaction().execute((trx) => postponeDue(trx, 'copies', key, failure))
  }
}

interface Asked {
  module: Module
  version: string
  question: DueRow
}

interface Answer {
  /** The comparisons with originals; empty where the version is a copy of nothing known. */
  found: Comparison[]
  /** Versions that are likely to be copies of this one. */
  copies: VersionKey[]
}

/** Originals whose contents are fetched for one version: a directory that is like another's seldom lies… */
const MOST_ORIGINALS = 2
/** …and of what a version's code is made of, the largest parts. */
const MOST_BY_CODE = 4

/**
 * Compares with the likely originals, best established first, up to one that the version is nearly equal to. Of a version that
 * is made of several, each is found.
 */
async function compareInOrder(
  deps: CopiesDeps,
  { module, version }: Asked,
  originals: readonly LikelyCopy[],
  signal: AbortSignal,
): Promise<Comparison[]> {
  const likeliest = [
    ...originals.filter(({ by }) => by === 'files').slice(0, MOST_ORIGINALS),
    ...originals.filter(({ by }) => by === 'code').slice(0, MOST_BY_CODE),
  ]
  const [first] = likeliest
  if (first === undefined) return []
  const compared = await nearCopiesOf(deps.db, module.id, version)
  const known = compared.get(first.path)
  if (known !== undefined && isWhole([known])) return [known]
  const cached = new CachedVersion({
    module: module.path,
    version,
    proxy: deps.proxy,
    sumdb: null,
    mirrorNeeded: true,
    signal,
  })
  const subject = await openSubject(deps, cached, { module: module.path, version, signal })
  if (subject === null) return []
  const { reading } = subject
  if ((await reading.list(subject.zip)) === null && reading.stopped === null) return []
  const found: Comparison[] = []
  for (const { path, version: targetVersion } of likeliest) {
    const comparison = compared.get(path) ?? (await compareWith(subject, path, targetVersion))
    if (comparison === null || !isCopied(comparison.result)) continue
    found.push(comparison)
    if (isWhole(found)) return found
  }
  // Nothing says that it is no copy, so it is asked again, later and later.
  if (reading.stopped !== null && found.length === 0) throw new PipelineError('too-much', reading.stopped)
  return found
}

/** Share of a version from which nothing is left that could be another original's. */
const WHOLE = 0.85

function isWhole(found: readonly Comparison[]): boolean {
  return found.reduce((sum, { result }) => sum + shareTaken(result.comparison), 0) >= WHOLE
}

/** Share of the look-alike that is the original's, from what is stored: similarity = common / (original + look-alike - common). */
function shareTaken({ similarity, contained }: ComparisonRecord['comparison']): number {
  const lookalike = contained / similarity - 1 + contained
  return similarity > 0 && lookalike > 0 ? Math.min(1, contained / lookalike) : 0
}

async function compareWith(subject: Subject, path: string, version: string): Promise<Comparison | null> {
  const original = await fetchShared(subject.deps, path, version, subject.signal)
  return original === null ? null : compareZips(subject, original)
}

/** Returns what the version was found to be nearly a copy of already, by target. */
async function nearCopiesOf(db: Db, moduleId: number, of: string): Promise<Map<string, Comparison>> {
  const found = new Map<string, Comparison>()
  for (const { version, target, targetVersion, result } of await comparisonsOf(db, moduleId))
    if (version === of && result?.comparison.nearCopy === true)
      found.set(target, { target, targetVersion, result })
  return found
}

async function saveAnswer(trx: Trx, asked: Asked, { found, copies }: Answer, now: Date): Promise<void> {
  const { module, version, question } = asked
  const key = { moduleId: module.id, version }
  for (const { target, targetVersion, result } of found) {
    await saveComparison(trx, { ...key, target, targetVersion, result }, now)
    if (isWatched(result))
      await saveMatches(trx, [{ moduleId: module.id, candidates: [named(module, target)] }], now)
  }
  if (found.length > 0) await askForAssessment(trx, [module.id, ...(await campaignMembers(trx, module))], now)
  if (!question.passedOn) await askForCopies(trx, copies, question.dueAt, true)
  await finishDue(trx, 'copies', question)
}

/** A fork that keeps the original's path is used through `replace`: it is watched only where it has begun to act. */
function isWatched({ comparison, added }: ComparisonRecord): boolean {
  const keepsPath = comparison.declaredPath !== null && comparison.declaredPath !== comparison.lookalike
  return !keepsPath || (added?.uses ?? []).some(({ onImport }) => onImport)
}

/** Names no version: a candidate is one fact about two modules. */
function named(
  module: Module,
  target: string,
): Parameters<typeof saveMatches>[1][number]['candidates'][number] {
  return {
    module: module.path,
    target,
    rule: NEAR_COPY_RULE,
    distance: null,
    strength: 'candidate',
    reason: `much of its code is that of ${target}`,
  }
}
