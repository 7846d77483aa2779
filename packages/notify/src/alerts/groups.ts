import type { LastAlert, Unalerted } from '@mirrorwatch/store/tables/alerts'

/** A campaign goes on for hours: findings that join it wait for one further alert, unless they are more severe. */
const QUIET_MS = 24 * 3_600_000
/** The first findings of a group wait this long for the others, counted from when they reached their severity. */
const SETTLE_MS = 2 * 60_000

/** Returns what findings have in common: the campaign, else the target, else the module. */
export function groupKey({ campaign, target, module }: Unalerted): string {
  if (campaign !== null) return `campaign:${campaign}`
  return target === null ? `module:${module}` : `target:${target}`
}

/** Returns the groups to alert now. The others wait for a later call. */
export function dueGroups(
  findings: readonly Unalerted[],
  last: ReadonlyMap<string, LastAlert>,
  now: Date,
): [key: string, findings: Unalerted[]][] {
  return [...Map.groupBy(findings, groupKey)].filter(([key, group]) => {
    const oldest = Math.min(...group.map(({ reachedAt }) => Date.parse(reachedAt)))
    if (now.getTime() - oldest < SETTLE_MS) return false
    const before = last.get(key)
    if (before === undefined || now.getTime() - Date.parse(before.createdAt) >= QUIET_MS) return true
    return group.some(({ severityRank }) => severityRank < before.severityRank)
  })
}
