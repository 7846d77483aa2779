import type { Config } from '@mirrorwatch/pipeline/config/config'
import { ratesOf } from '@mirrorwatch/pipeline/service/rates'
import type { Db } from '@mirrorwatch/store/database'
import { coverage } from '@mirrorwatch/store/queries/repositories'
import { type Check, ok } from './check.ts'

/** A repository is due again after three days: a round is never shorter. */
const SHORTEST_ROUND_DAYS = 3
const DAY_SECONDS = 86_400

/** Says how long a round over all repositories takes, and how many were seen lately. */
export async function repositoryChecks(db: Db, config: Config): Promise<Check[]> {
  const seen = await coverage(db)
  const { repositories, seenLast5Days, largestHost, largestHostRepositories } = seen
  if (repositories === 0 || largestHost === null) return []
  const perSecond = ratesOf(config)(largestHost)
  const days = perSecond === null ? 0 : largestHostRepositories / perSecond / DAY_SECONDS
  const pace = perSecond === null ? '' : ` at ${perSecond} requests a second to ${largestHost}`
  const share = ((100 * seenLast5Days) / repositories).toFixed(1)
  return [
    ok(
      'repositories',
      `${repositories}; one round takes ${Math.max(SHORTEST_ROUND_DAYS, days).toFixed(1)} days${pace}; ${share} % were seen in the last 5 days`,
    ),
    ok(
      'modules',
      `the repository of ${seen.locatedModules} of ${seen.modules} is known; ${seen.baselines} of ${repositories} repositories have had their old versions checked`,
    ),
  ]
}
