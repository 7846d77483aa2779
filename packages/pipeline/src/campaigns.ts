import type { CampaignFacts } from '@mirrorwatch/detect/assess-types'
import { type CampaignModule, findCampaigns } from '@mirrorwatch/detect/clone/campaigns'
import { splitModulePath } from '@mirrorwatch/gomod/path-parts'
import { type Copy, copiesOf, type StoredComparison } from '@mirrorwatch/store/comparisons'
import type { Db } from '@mirrorwatch/store/database'
import type { Comparison } from './compare-originals.ts'
import type { Compared } from './observed.ts'

/** From so many dependents on, a module is somebody's honest work rather than one of a crowd of throw-away copies. */
const ESTABLISHED_DEPENDENTS = 5

/** What a module is nearly a copy of. */
export function copiedTargets(comparisons: readonly StoredComparison[]): string[] {
  const near = comparisons.filter(({ result }) => (result as Compared).comparison.nearCopy)
  return [...new Set(near.map(({ target }) => target))]
}

/** The campaign that a copy of `targets` belongs to: several owners that copied the same, close in time. */
export async function campaignOf(
  db: Db,
  path: string,
  targets: readonly string[],
): Promise<CampaignFacts | null> {
  const copies = await copiesOf(db, targets)
  const modules = new Map(copies.map((copy) => [copy.path, asMember(copy)]))
  const campaign = findCampaigns([...modules.values()], samePairs(copies)).find((found) =>
    found.modules.includes(path),
  )
  if (campaign === undefined) return null
  return {
    id: campaign.id,
    kind: campaign.kind,
    owners: campaign.owners.length,
    modules: campaign.modules.length,
  }
}

/** Copies of the same originals: what is said of their campaign changes when one more is seen. */
export async function fellowCopies(db: Db, comparisons: readonly Comparison[]): Promise<number[]> {
  const near = comparisons.filter(({ result }) => result.comparison.nearCopy)
  const copies = await copiesOf(
    db,
    near.map(({ target }) => target),
  )
  return [...new Set(copies.map(({ moduleId }) => moduleId))]
}

function asMember({ path, firstCachedAt, dependents }: Copy): CampaignModule {
  const { host, owner, folded } = splitModulePath(path)
  return {
    path,
    owner: owner === '' ? host : `${host}/${folded.owner}`,
    repository: folded.repository,
    firstCachedAt: new Date(firstCachedAt),
    suspect: dependents < ESTABLISHED_DEPENDENTS,
  }
}

/** Copies of one original are near-copies of each other: neighbours in the list are enough to join them. */
function samePairs(copies: readonly Copy[]): [string, string][] {
  const byTarget = Map.groupBy(copies, ({ target }) => target)
  return [...byTarget.values()].flatMap((group) =>
    group.slice(1).map((copy, i): [string, string] => [group[i]?.path ?? copy.path, copy.path]),
  )
}
