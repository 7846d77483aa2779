import type { LastAlert, Unalerted } from '@mirrorwatch/store/tables/alerts'

/** A campaign goes on for hours: what joins it waits for one further alert, unless it is worse than what was alerted. */
const QUIET_MS = 24 * 3_600_000
/** The first findings of a group wait so long for the others. */
const SETTLE_MS = 2 * 60_000

/** What findings have in common: the campaign, else what is imitated, else the module. */
export function groupKey({ campaign, target, module }: Unalerted): string {
  if (campaign !== null) return `campaign:${campaign}`
  return target === null ? `module:${module}` : `target:${target}`
}

/** The groups to alert now; the others stay as they are until a later call. */
export function dueGroups(
  findings: readonly Unalerted[],
  last: ReadonlyMap<string, LastAlert>,
  now: Date,
): [key: string, findings: Unalerted[]][] {
  return [...Map.groupBy(findings, groupKey)].filter(([key, group]) => {
    const oldest = Math.min(...group.map(({ changedAt }) => Date.parse(changedAt)))
    if (now.getTime() - oldest < SETTLE_MS) return false
    const before = last.get(key)
    if (before === undefined || now.getTime() - Date.parse(before.createdAt) >= QUIET_MS) return true
    return group.some(({ severityRank }) => severityRank < before.severityRank)
  })
}
