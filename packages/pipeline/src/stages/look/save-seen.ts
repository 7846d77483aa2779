import type { Db, Trx } from '@mirrorwatch/store/database'
import {
  lastSeenBefore,
  saveRepositoryEvent,
  saveTagChanges,
  type TagChange,
} from '@mirrorwatch/store/repositories/events'
import {
  type LookRow,
  type RepositoryToLook,
  saveLook,
  touchRepository,
} from '@mirrorwatch/store/repositories/looks'
import { nextLook, nextLookAtGone, paceOf } from './next-look.ts'

/** Result of a look, compared with the one before. */
export type Seen =
  | {
      state: 'present'
      tags: ReadonlyMap<string, string>
      /** The tags to keep; null where they are as they were. */
      packed: Buffer | null
      changes: TagChange[]
      head: string | null
      movedTo: string | null
      /** True where its history is another one than before. */
      isReborn: boolean
    }
  | { state: 'gone' | 'private'; reason: string }

/** Saves what a look found, plans the next one, and has changed versions inspected. */
export async function saveSeen(db: Db, before: RepositoryToLook, seen: Seen, now: Date): Promise<void> {
  if (seen.state !== 'present') await db.transaction().execute((trx) => saveMissing(trx, before, seen, now))
  else if (isAsBefore(before, seen)) await touchRepository(db, before, presentRow(before, seen, now), now)
  else await db.transaction().execute((trx) => savePresent(trx, before, seen, now))
}

type Present = Extract<Seen, { state: 'present' }>
type Missing = Exclude<Seen, Present>

/** Returns true for nearly every look, which therefore has to cost little. */
function isAsBefore(before: RepositoryToLook, { packed, movedTo, changes, isReborn }: Present): boolean {
  return (
    packed === null && movedTo === before.movedTo && changes.length === 0 && !isReborn && !isMissing(before)
  )
}

function isMissing({ state }: RepositoryToLook): boolean {
  return state === 'gone' || state === 'private'
}

function presentRow(before: RepositoryToLook, { movedTo, head, packed, tags }: Present, now: Date): LookRow {
  const pace = paceOf(before, now)
  return {
    state: movedTo === null ? 'present' : 'moved',
    movedTo,
    head,
    dueAt: nextLook(pace, now),
    pace,
    dependents: before.dependents,
    tags: packed === null ? null : { packed, count: tags.size },
  }
}

async function saveMissing(trx: Trx, before: RepositoryToLook, seen: Missing, now: Date): Promise<void> {
  const { movedTo, dependents, tagsAt } = before
  const dueAt = nextLookAtGone(isMissing(before) ? before.stateSince : null, now)
  const pace = paceOf(before, now)
  const row = { state: seen.state, movedTo, head: null, dueAt, pace, dependents, tags: null }
  if (!(await saveLook(trx, before, row, now)) || tagsAt === null || isMissing(before)) return
  const { between, event } = eventOf(before, now)
  await saveRepositoryEvent(trx, { ...event, kind: 'gone', to: seen.reason }, between)
}

async function savePresent(trx: Trx, before: RepositoryToLook, seen: Present, now: Date): Promise<void> {
  if (!(await saveLook(trx, before, presentRow(before, seen, now), now))) return
  const { movedTo } = seen
  const { between, event } = eventOf(before, now)
  const to = movedTo ?? before.url
  if (seen.isReborn) await saveRepositoryEvent(trx, { ...event, kind: 'reborn', to }, between)
  else if (isMissing(before)) await saveRepositoryEvent(trx, { ...event, kind: 'returned', to }, between)
  if (before.tagsAt !== null && movedTo !== before.movedTo)
    await saveRepositoryEvent(trx, { ...event, kind: movedTo === null ? 'moved-back' : 'moved', to }, between)
  // The look that found the repository missing did not see its tags.
  const lastSeenAt = isMissing(before) ? await lastSeenBefore(trx, before.id) : before.lookedAt
  await saveTagChanges(trx, before.id, seen.changes, { ...between, lastSeenAt })
}

function eventOf(before: RepositoryToLook, now: Date) {
  return {
    between: { lastSeenAt: before.lookedAt, firstSeenAt: now },
    event: { repositoryId: before.id, from: before.movedTo ?? before.url },
  }
}
