/** Facts about one module that decide whether it belongs to a campaign. */
export interface CampaignModule {
  path: string
  /** Publisher: an account at a code host, or a domain. */
  owner: string
  /** Repository name, folded. */
  repository: string
  firstCachedAt: Date
  /** False for modules that others depend on, and for originals: they are no part of a campaign. */
  suspect: boolean
}

export interface Campaign {
  /** Stable while its first module is known: kind and that module's path. */
  id: string
  kind: 'content' | 'repository-name'
  owners: string[]
  modules: string[]
  firstAt: Date
  lastAt: Date
}

export interface CampaignRules {
  /** Longest pause between two members, in milliseconds. */
  windowMs: number
  /** Owners needed where contents are alike, and where only repository names are. */
  ownersByContent: number
  ownersByName: number
  /** Repository names that everybody uses. */
  genericNames: ReadonlySet<string>
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Nine owners published one original within weeks; three of a rare name within two weeks are no accident. */
const CAMPAIGN_RULES: CampaignRules = {
  windowMs: 14 * DAY_MS,
  ownersByContent: 2,
  ownersByName: 3,
  genericNames: new Set(
    [
      'app',
      'api',
      'backend',
      'cli',
      'client',
      'common',
      'config',
      'cron',
      'backoff',
      'core',
      'demo',
      'errors',
      'example',
    ]
      .concat([
        'examples',
        'go',
        'golang',
        'hello',
        'kit',
        'lib',
        'log',
        'logger',
        'module',
        'pkg',
        'project',
        'proto',
      ])
      .concat([
        'sdk',
        'server',
        'service',
        'shared',
        'test',
        'tools',
        'tutorial',
        'util',
        'utils',
        'web',
        'gomod',
      ]),
  ),
}

/**
 * Several owners that published nearly the same content (`similar`: pairs of module paths that are near-copies), or the same
 * rare repository name, each within the window of another: each such group is one campaign. Content comes first; a module
 * is in at most one campaign. The order of the input does not matter.
 */
export function findCampaigns(
  modules: readonly CampaignModule[],
  similar: readonly (readonly [string, string])[],
  rules: CampaignRules = CAMPAIGN_RULES,
): Campaign[] {
  const suspects = modules.filter((module) => module.suspect)
  const byContent = contentGroups(suspects, similar).flatMap((group) =>
    campaignsIn(group, 'content', rules.ownersByContent, rules),
  )
  const taken = new Set(byContent.flatMap((campaign) => campaign.modules))
  const byName = nameGroups(suspects, rules).flatMap((group) =>
    campaignsIn(
      group.filter(({ path }) => !taken.has(path)),
      'repository-name',
      rules.ownersByName,
      rules,
    ),
  )
  return [...byContent, ...byName].toSorted((a, b) => a.firstAt.getTime() - b.firstAt.getTime())
}

function contentGroups(
  modules: readonly CampaignModule[],
  similar: readonly (readonly [string, string])[],
): CampaignModule[][] {
  const parent = new Map(modules.map(({ path }) => [path, path]))
  const rootOf = (path: string): string => {
    let at = path
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) {
      parent.set(at, parent.get(up) ?? up)
      at = up
    }
    return at
  }
  for (const [a, b] of similar) if (parent.has(a) && parent.has(b)) parent.set(rootOf(a), rootOf(b))
  return groupBy(modules, ({ path }) => rootOf(path))
}

function nameGroups(modules: readonly CampaignModule[], rules: CampaignRules): CampaignModule[][] {
  const rare = modules.filter(
    ({ repository }) => repository.length > 2 && !rules.genericNames.has(repository),
  )
  return groupBy(rare, ({ repository }) => repository)
}

function groupBy(
  modules: readonly CampaignModule[],
  keyOf: (module: CampaignModule) => string,
): CampaignModule[][] {
  const groups = new Map<string, CampaignModule[]>()
  for (const module of modules) {
    const group = groups.get(keyOf(module))
    if (group === undefined) groups.set(keyOf(module), [module])
    else group.push(module)
  }
  return [...groups.values()]
}

/** Splits a group wherever the pause is longer than the window, and keeps what has owners enough. */
function campaignsIn(
  group: readonly CampaignModule[],
  kind: Campaign['kind'],
  owners: number,
  rules: CampaignRules,
): Campaign[] {
  const sorted = group.toSorted(
    (a, b) => a.firstCachedAt.getTime() - b.firstCachedAt.getTime() || (a.path < b.path ? -1 : 1),
  )
  const runs: CampaignModule[][] = []
  for (const module of sorted) {
    const last = runs.at(-1)?.at(-1)
    const pause =
      last === undefined ? Infinity : module.firstCachedAt.getTime() - last.firstCachedAt.getTime()
    if (pause > rules.windowMs) runs.push([module])
    else runs.at(-1)?.push(module)
  }
  return runs.flatMap((run) => {
    const [first] = run
    const names = [...new Set(run.map(({ owner }) => owner))].toSorted()
    if (first === undefined || names.length < owners) return []
    return [
      {
        id: `${kind}:${first.path}`,
        kind,
        owners: names,
        modules: run.map(({ path }) => path),
        firstAt: first.firstCachedAt,
        lastAt: run.at(-1)?.firstCachedAt ?? first.firstCachedAt,
      },
    ]
  })
}
