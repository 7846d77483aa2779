import { ownerPrefix } from '@mirrorwatch/gomod/paths/owner'
import { compareForSort } from '@mirrorwatch/gomod/paths/semver'
import type { Db } from '@mirrorwatch/store/database'
import type { Module, Version } from '@mirrorwatch/store/tables/modules'
import { ownerStats } from '@mirrorwatch/store/tables/owners'
import { READ_PRIORITY } from '@mirrorwatch/store/work/priority'

const DAY_MS = 86_400_000
/** Age up to which a module, an owner or a target's version is new. */
const NEW_MS = 30 * DAY_MS
/** Versions of a new module that are read. A burst of a thousand would use up the day's bytes. */
const FIRST_VERSIONS = 3
/** Modules up to which an owner is new. */
const FEW_MODULES = 3
/** Number of modules from which on an owner's new ones are read last, so that one account cannot use up the day's bytes. */
const MANY_MODULES = 100

/**
 * Returns the priority at which a version is read in full: one of the first of a new module, a new one of a target, the first of
 * an old module. New modules of an owner with very many come as late as old ones. Null for other versions: the latest of what
 * others require is read without being asked for.
 */
export async function priorityOfReading(
  { db, clock }: { db: Db; clock: () => Date },
  { module, version }: { module: Module; version: string },
  { versions, isTarget }: { versions: readonly Version[]; isTarget: boolean },
): Promise<number | null> {
  const since = clock().getTime() - NEW_MS
  const at = versions.findIndex((row) => row.version === version)
  const isNewModule = Date.parse(module.firstCachedAt) >= since
  if (isNewModule && at >= 0 && at < FIRST_VERSIONS) {
    const { modules } = await ownerStats(db, ownerPrefix(module.path), MANY_MODULES)
    if (modules <= FEW_MODULES) return READ_PRIORITY.newOwner
    return modules < MANY_MODULES ? READ_PRIORITY.newModule : READ_PRIORITY.oldModule
  }
  const isNew = Date.parse(versions[at]?.cachedAt ?? module.firstCachedAt) >= since
  if (isTarget && isNew) return READ_PRIORITY.target
  return at === 0 && !isNewModule ? READ_PRIORITY.oldModule : null
}

/** Returns the version before, in order of versions; null where it is the first. */
export function versionBefore(versions: readonly Pick<Version, 'version'>[], version: string): string | null {
  const lower = versions.map((row) => row.version).filter((each) => compareForSort(each, version) < 0)
  return lower.toSorted(compareForSort).at(-1) ?? null
}
