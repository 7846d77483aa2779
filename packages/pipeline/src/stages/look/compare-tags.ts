import type { TagChange } from '@mirrorwatch/store/repositories/events'
import type { TagList } from '@mirrorwatch/store/repositories/tag-list'

export interface ComparedTags {
  /** Tags that name another commit, or vanished. */
  changes: TagChange[]
  /** Tags that were not there before. */
  added: string[]
  /** Tags that name the commit that they named before. */
  kept: number
}

/** Compares the tags of two looks. */
export function compareTags(before: TagList, now: TagList): ComparedTags {
  const changes: TagChange[] = []
  let kept = 0
  for (const [tag, from] of before) {
    const to = now.get(tag) ?? null
    if (to === from) kept++
    else changes.push({ kind: to === null ? 'tag-vanished' : 'tag-moved', tag, from, to })
  }
  return { changes, added: [...now.keys()].filter((tag) => !before.has(tag)), kept }
}

/** Returns the changes among added tags: those that came back. `vanished` has the commits that they named when they vanished. */
export function returnedTags(
  added: readonly string[],
  now: TagList,
  vanished: ReadonlyMap<string, string>,
): TagChange[] {
  return added.flatMap((tag): TagChange[] => {
    const from = vanished.get(tag)
    const to = now.get(tag)
    if (from === undefined || to === undefined) return []
    return [{ kind: from === to ? 'tag-returned' : 'tag-moved', tag, from, to }]
  })
}
