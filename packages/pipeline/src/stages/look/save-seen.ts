import type { Trx } from '@mirrorwatch/store/database'
import { saveRepositoryEvent, saveTagChanges, type TagChange } from '@mirrorwatch/store/repositories/events'
import { type RepositoryToLook, saveLook } from '@mirrorwatch/store/repositories/looks'
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
export async function saveSeen(trx: Trx, before: RepositoryToLook, seen: Seen, now: Date): Promise<void> {
  const pace = paceOf(before, now)
  const { dependents } = before
  const between = { lastSeenAt: before.lookedAt, firstSeenAt: now }
  const event = { repositoryId: before.id, from: before.movedTo ?? before.url }
  const wasGone = before.state === 'gone' || before.state === 'private'
  const wasSeen = before.tagsAt !== null
  if (seen.state !== 'present') {
    const dueAt = nextLookAtGone(wasGone ? before.stateSince : null, now)
    const row = {
      state: seen.state,
      movedTo: before.movedTo,
      head: null,
      dueAt,
      pace,
      dependents,
      tags: null,
    }
    if ((await saveLook(trx, before, row, now)) && wasSeen && !wasGone)
      await saveRepositoryEvent(trx, { ...event, kind: 'gone', to: seen.reason }, between)
    return
  }
  const { movedTo, head, packed, changes } = seen
  const state = movedTo === null ? 'present' : 'moved'
  const tags = packed === null ? null : { packed, count: seen.tags.size }
  const row = { state, movedTo, head, dueAt: nextLook(pace, now), pace, dependents, tags } as const
  if (!(await saveLook(trx, before, row, now))) return
  await saveTagChanges(trx, before.id, changes, between)
  const to = movedTo ?? before.url
  if (seen.isReborn) await saveRepositoryEvent(trx, { ...event, kind: 'reborn', to }, between)
  else if (wasGone) await saveRepositoryEvent(trx, { ...event, kind: 'returned', to }, between)
  if (wasSeen && movedTo !== before.movedTo)
    await saveRepositoryEvent(trx, { ...event, kind: movedTo === null ? 'moved-back' : 'moved', to }, between)
}
