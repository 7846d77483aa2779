import { type Campaign, type CampaignModule, findCampaigns } from '@mirrorwatch/detect/clone/campaigns'
import { CAMPAIGN_DEPENDENTS } from '@mirrorwatch/detect/dependents'
import type { CampaignFacts } from '@mirrorwatch/detect/judge/signals/facts'
import { ownerOf } from '@mirrorwatch/gomod/paths/owner'
import { splitModulePath } from '@mirrorwatch/gomod/paths/path-parts'
import type { Db } from '@mirrorwatch/store/database'
import {
  type Copy,
  comparisonsOf,
  copiesOf,
  type StoredComparison,
} from '@mirrorwatch/store/tables/comparisons'
import { relatedModules } from '@mirrorwatch/store/tables/fingerprints'
import type { Module } from '@mirrorwatch/store/tables/modules'

/** Lists the targets of which a module is nearly a copy. */
function copiedTargets(comparisons: readonly StoredComparison[]): string[] {
  const near = comparisons.filter(({ result }) => result?.comparison.nearCopy === true)
  return [...new Set(near.map(({ target }) => target))]
}

/** Limit on members that a finding names. */
const MOST_NAMED = 10

/**
 * Returns the campaign that a module belongs to: several owners that published nearly the same content, or the same repository
 * name in imitation of the same target, close in time.
 */
export async function campaignOf(db: Db, module: Pick<Module, 'id' | 'path'>): Promise<CampaignFacts | null> {
  const found = await findCampaign(db, module)
  if (found === null) return null
  const { id, kind, owners, modules } = found.campaign
  const others = modules.filter((path) => path !== module.path).slice(0, MOST_NAMED)
  return { id, kind, owners: owners.length, modules: modules.length, others }
}

/** Lists the members of the module's campaign. A new member changes the findings of all. */
export async function campaignMembers(db: Db, module: Pick<Module, 'id' | 'path'>): Promise<number[]> {
  return (await findCampaign(db, module))?.moduleIds ?? []
}

/**
 * Days searched on either side, far more than a campaign's window, so that every member sees the whole campaign and gives it
 * the same id.
 */
const LOOKED_AT_DAYS = 120

async function findCampaign(
  db: Db,
  module: Pick<Module, 'id' | 'path'>,
): Promise<{ campaign: Campaign; moduleIds: number[] } | null> {
  const copies = await copiesOf(db, copiedTargets(await comparisonsOf(db, module.id)))
  const related = await relatedModules(db, module.id, LOOKED_AT_DAYS)
  // A fork that declares another path cannot be imported, so it cannot be bait.
  const baits = related.filter(({ path, declaredPath }) => declaredPath === null || declaredPath === path)
  const members = new Map([...baits, ...copies].map((each) => [each.path, each]))
  const campaigns = findCampaigns([...members.values()].map(asMember), samePairs(copies))
  const campaign = campaigns.find(({ modules }) => modules.includes(module.path))
  if (campaign === undefined) return null
  const moduleIds = campaign.modules.flatMap((path) => members.get(path)?.moduleId ?? [])
  return { campaign, moduleIds }
}

function asMember({
  path,
  firstCachedAt,
  dependents,
}: Pick<Copy, 'path' | 'firstCachedAt' | 'dependents'>): CampaignModule {
  return {
    path,
    owner: ownerOf(path),
    repository: splitModulePath(path).folded.repository,
    firstCachedAt: new Date(firstCachedAt),
    suspect: dependents < CAMPAIGN_DEPENDENTS,
  }
}

/** Pairs neighbours in the list, which joins all copies of one original, because they are near-copies of each other. */
function samePairs(copies: readonly Copy[]): [string, string][] {
  const byTarget = Map.groupBy(copies, ({ target }) => target)
  return [...byTarget.values()].flatMap((group) =>
    group.slice(1).map((copy, i): [string, string] => [group[i]?.path ?? copy.path, copy.path]),
  )
}
