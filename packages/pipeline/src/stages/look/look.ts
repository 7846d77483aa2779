import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { Db } from '@mirrorwatch/store/database'
import { vanishedTags } from '@mirrorwatch/store/repositories/events'
import {
  dueRepositories,
  failLook,
  postponeLook,
  type RepositoryToLook,
  repositoryToLook,
} from '@mirrorwatch/store/repositories/looks'
import { packTags, unpackTags } from '@mirrorwatch/store/repositories/tag-list'
import { whatNext } from '@mirrorwatch/upstream/sort-errors'
import { type Look, type LookDeps as LookClients, lookAt, reaches } from '@mirrorwatch/verify/look/look'
import { HOPELESS_AFTER, retryAt } from '../../work/retry.ts'
import type { Stage, StageKey } from '../../work/stage.ts'
import { compareTags, returnedTags } from './compare-tags.ts'
import { type Seen, saveSeen } from './save-seen.ts'

export interface LookDeps {
  db: Db
  verify: LookClients
  clock: () => Date
}

/** Its jobs' `moduleId` is a repository.id. */
export const lookStage: Stage<LookDeps> = {
  name: 'look',
  does: 'asks a repository which tags it has, and compares them with those of the look before',
  concurrency: 4,
  run: look,
  async due({ db, until, limit }) {
    const ids = await dueRepositories(db, until, limit)
    // One priority for all: the queue keeps the order, in which no pace can starve the others.
    return ids.map((id) => ({ stage: 'look', key: { moduleId: id, version: '' }, priority: 1 }))
  },
  async postpone({ db }, { moduleId }, { message, until }) {
    await db.transaction().execute((trx) => postponeLook(trx, moduleId, { message, dueAt: until }))
  },
}

async function look(deps: LookDeps, key: StageKey, signal: AbortSignal): Promise<void> {
  const before = await repositoryToLook(deps.db, key.moduleId, deps.clock())
  if (before?.dueAt == null || new Date(before.dueAt) > deps.clock()) return
  try {
    const now = await lookAt(deps.verify, before.url, signal)
    const seen = now.state === 'present' ? await compare(deps, before, now, signal) : now
    await saveSeen(deps.db, before, seen, deps.clock())
  } catch (error) {
    signal.throwIfAborted()
    if (!isGomodError(error)) throw error
    const now = deps.clock()
    const hopeless = whatNext(error) === 'never' ? HOPELESS_AFTER : before.attempts
    const failure = {
      message: error.message,
      dueAt: retryAt(hopeless, now, error.retryAfterMs),
      unreachable: hopeless >= HOPELESS_AFTER,
    }
    await deps.db.transaction().execute((trx) => failLook(trx, before.id, failure, now))
  }
}

/** Compares what a repository shows with what it showed before. */
async function compare(
  deps: LookDeps,
  before: RepositoryToLook,
  look: Extract<Look, { state: 'present' }>,
  signal: AbortSignal,
): Promise<Seen> {
  const packed = packTags(look.tags)
  const seen = { ...look, changes: [], packed: null, isReborn: false }
  if (before.packed === null) return { ...seen, packed }
  const isSame = before.packed.equals(packed)
  if (isSame && !hasChangedHands(before, look)) return seen
  const { changes, added, kept } = compareTags(unpackTags(before.packed), look.tags)
  const returned = returnedTags(added, look.tags, await vanishedTags(deps.db, before.id, added))
  const isReborn = kept === 0 && (await hasOtherHistory(deps, before, look, signal))
  return { ...seen, changes: [...changes, ...returned], packed: isSame ? null : packed, isReborn }
}

/** Returns true where a new owner may answer under the address: it was gone, or redirects elsewhere than before. */
function hasChangedHands({ state, movedTo }: RepositoryToLook, look: { movedTo: string | null }): boolean {
  return state === 'gone' || state === 'private' || movedTo !== look.movedTo
}

/**
 * Returns true where no branch or tag reaches what HEAD was before: the repository was created again, or its history rewritten. For
 * repositories none of whose tags is as it was.
 */
async function hasOtherHistory(
  { verify }: LookDeps,
  before: RepositoryToLook,
  look: Extract<Look, { state: 'present' }>,
  signal: AbortSignal,
): Promise<boolean> {
  const { head } = before
  if (head === null || head === look.head) return false
  if (before.tags === 0 && !hasChangedHands(before, look)) return false
  try {
    return !(await reaches(verify, look.movedTo ?? before.url, { commit: head, time: null }, signal))
  } catch (error) {
    // A history that is too large to fetch was not made in a hurry.
    if (isGomodError(error, 'too-large')) return false
    throw error
  }
}
