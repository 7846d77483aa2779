import { type GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { isPseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import type { Db } from '@mirrorwatch/store/database'
import {
  type Baseline,
  dueBaselines,
  readBaseline,
  saveBaseline,
  type UncheckedVersion,
  uncheckedVersions,
} from '@mirrorwatch/store/repositories/baseline'
import { unpackTags } from '@mirrorwatch/store/repositories/tag-list'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import type { LookDeps as LookClients } from '@mirrorwatch/verify/look/look'
import { tagTimes } from '@mirrorwatch/verify/look/tag-times'
import { retryAt } from '../../work/retry.ts'
import type { Stage, StageKey } from '../../work/stage.ts'

export interface BaselineDeps {
  db: Db
  proxy: Pick<ProxyClient, 'info'>
  verify: LookClients
  /** Resolves when the proxy may be asked once more for this stage, which has a share of the proxy's pace. */
  baselineTurn: (signal: AbortSignal) => Promise<void>
  clock: () => Date
}

/** Versions whose record one job fetches; the next job goes on behind them. */
const BATCH = 200
/** Repositories that one sweep puts on the queue: more than are done until the next. */
const AT_ONCE = 100
/** Versions of one repository whose commit times are compared. */
const MAX_VERSIONS = 100_000
/** A clock that is wrong by less proves nothing. */
const MARGIN_MS = 3_600_000

/** Its jobs' `moduleId` is a repository.id. */
export const baselineStage: Stage<BaselineDeps> = {
  name: 'baseline',
  does: 'asks whether tags of old versions were rewritten before the first look at their repository',
  concurrency: 1,
  run,
  async due({ db, until, limit }) {
    const ids = await dueBaselines(db, until, Math.min(limit, AT_ONCE))
    return ids.map((id) => ({ stage: 'baseline', key: { moduleId: id, version: '' }, priority: 9 }))
  },
  async postpone({ db }, { moduleId }, { message, until }) {
    const step = { suspicious: [], cursor: null, done: false, failure: { message, retryAt: until } }
    await db.transaction().execute((trx) => saveBaseline(trx, moduleId, step, until))
  },
}

/** Checks the times of all tags first, which one fetch tells, then the mirror's record of each version. */
async function run(deps: BaselineDeps, key: StageKey, signal: AbortSignal): Promise<void> {
  const baseline = await readBaseline(deps.db, key.moduleId)
  if (baseline === null) return
  const tags = unpackTags(baseline.packed)
  const hasTag = ({ version, tag }: UncheckedVersion): boolean => !isPseudoVersion(version) && tags.has(tag)
  const now = deps.clock()
  const { suspicious, failure } =
    baseline.cursor === null
      ? await youngerCommits(deps, key.moduleId, baseline, hasTag, signal)
      : { suspicious: [], failure: null }
  const rows = await uncheckedVersions(deps.db, key.moduleId, baseline.cursor, BATCH)
  const found = [...suspicious]
  let cursor = baseline.cursor
  let failed = failure
  if (failed === null) {
    for (const row of rows) {
      try {
        if (hasTag(row) && (await namesOther(deps, row, tags.get(row.tag) ?? '', signal))) found.push(row)
      } catch (error) {
        signal.throwIfAborted()
        if (!isGomodError(error)) throw error
        failed = error
        break
      }
      cursor = row
    }
  }
  const step = {
    suspicious: found,
    cursor,
    done: failed === null && rows.length < BATCH,
    failure: failed && { message: failed.message, retryAt: retryAt(0, now, failed.retryAfterMs) },
  }
  await deps.db.transaction().execute((trx) => saveBaseline(trx, key.moduleId, step, now))
}

/** Finds versions whose tag's commit says that it is younger than the index's first entry of the version. */
async function youngerCommits(
  deps: BaselineDeps,
  repositoryId: number,
  { url, packed }: Baseline,
  hasTag: (version: UncheckedVersion) => boolean,
  signal: AbortSignal,
): Promise<{ suspicious: UncheckedVersion[]; failure: GomodError | null }> {
  const versions = (await uncheckedVersions(deps.db, repositoryId, null, MAX_VERSIONS)).filter(hasTag)
  if (versions.length === 0) return { suspicious: [], failure: null }
  try {
    const times = await tagTimes(deps.verify, url, packed[1] === 32 ? 'sha256' : 'sha1', signal)
    const suspicious = versions.filter(({ tag, listedAt }) => {
      const time = times.get(tag)
      return time !== undefined && listedAt !== null && time * 1000 > Date.parse(listedAt) + MARGIN_MS
    })
    return { suspicious, failure: null }
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error)) throw error
    // What cannot be fetched at all must not keep the other proof from being asked for.
    return {
      suspicious: [],
      failure: whatNext(error) === 'later' && error.code !== 'git-failed' ? error : null,
    }
  }
}

/** Returns true where the mirror's record names another commit than the tag does now. False where it records none. */
async function namesOther(
  { proxy, baselineTurn }: BaselineDeps,
  { path, version }: UncheckedVersion,
  commit: string,
  signal: AbortSignal,
): Promise<boolean> {
  await baselineTurn(signal)
  try {
    const hash = (await proxy.info(path, version, signal)).origin?.hash ?? null
    return hash !== null && hash !== commit
  } catch (error) {
    if (isGomodError(error) && whatNext(error) === 'never') return false
    throw error
  }
}
