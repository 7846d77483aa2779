import type { BurstFacts, ReadVersion, StrangerImport } from '@mirrorwatch/detect/judge/signals/facts'
import { NEW_OWNER_MODULES, NEW_OWNER_MS } from '@mirrorwatch/detect/judge/signals/limits'
import { ownersBegun, releasesOf } from '@mirrorwatch/detect/judge/signals/release-signals'
import type { Db } from '@mirrorwatch/store/database'
import type { Version } from '@mirrorwatch/store/tables/modules'
import { ownerStats } from '@mirrorwatch/store/tables/owners'

/** Owners that are looked up for one release, and releases of one module: the newest. */
const MOST_OWNERS = 50
const MOST_RELEASES = 10
/** Import paths that a finding names of one owner. */
const MOST_IMPORTS = 5

/** Finds the releases that begin to import an owner's modules who was new when the release appeared. */
export async function strangerImports(
  db: Db,
  read: readonly ReadVersion[],
  versions: readonly Version[],
): Promise<StrangerImport[]> {
  const found: StrangerImport[] = []
  const cachedAt = new Map(versions.map((row) => [row.version, Date.parse(row.cachedAt)]))
  for (const release of releasesOf(read).slice(-MOST_RELEASES)) {
    const { version } = release.after
    const appeared = cachedAt.get(version)
    if (appeared === undefined) continue
    for (const [owner, imports] of [...ownersBegun(release)].slice(0, MOST_OWNERS)) {
      const { modules, firstCachedAt } = await ownerStats(db, owner, NEW_OWNER_MODULES + 1)
      if (firstCachedAt === null || modules > NEW_OWNER_MODULES) continue
      if (appeared - Date.parse(firstCachedAt) > NEW_OWNER_MS) continue
      const firstSeenAt = new Date(firstCachedAt).toISOString()
      const since = release.before.version
      found.push({ version, since, owner, modules, firstSeenAt, imports: imports.slice(0, MOST_IMPORTS) })
    }
  }
  return found
}

/** More versions than people release: a disclosed campaign had 1,200 in half a year. Busy projects have some hundred. */
const BURST_VERSIONS = 1_000
const BURST_MS = 183 * 86_400_000

/** Finds the most versions that the feed listed within half a year; null where they are few. */
export function burstOf(versions: readonly Pick<Version, 'cachedAt'>[]): BurstFacts | null {
  const times = versions.map(({ cachedAt }) => Date.parse(cachedAt)).toSorted((a, b) => a - b)
  let burst: BurstFacts | null = null
  let first = 0
  for (const [last, until] of times.entries()) {
    while (until - (times[first] ?? until) > BURST_MS) first++
    const count = last - first + 1
    if (count < Math.max(BURST_VERSIONS, (burst?.versions ?? 0) + 1)) continue
    burst = {
      versions: count,
      from: new Date(times[first] ?? until).toISOString(),
      until: new Date(until).toISOString(),
    }
  }
  return burst
}
