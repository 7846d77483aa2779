import type { Config } from '@mirrorwatch/pipeline/config/config'
import { ratesOf } from '@mirrorwatch/pipeline/config/rates'
import { roundDays } from '@mirrorwatch/pipeline/health/round'
import type { Db } from '@mirrorwatch/store/database'
import { coverage } from '@mirrorwatch/store/queries/repositories'
import { type Check, ok } from './check.ts'

/** Says how long a round over all repositories takes, and how many were seen lately. */
export async function repositoryChecks(db: Db, config: Config): Promise<Check[]> {
  const seen = await coverage(db)
  const { repositories, seenLast5Days, largestHost } = seen
  const rateOf = ratesOf(config)
  const days = roundDays(seen, rateOf)
  if (repositories === 0 || largestHost === null || days === null) return []
  const perSecond = rateOf(largestHost)
  const pace = perSecond === null ? '' : ` at ${perSecond} requests a second to ${largestHost}`
  const share = ((100 * seenLast5Days) / repositories).toFixed(1)
  return [
    ok(
      'repositories',
      `${repositories}; one round takes ${days.toFixed(1)} days${pace}; ${share} % were seen in the last 5 days`,
    ),
    ok(
      'modules',
      `the repository of ${seen.locatedModules} of ${seen.modules} is known; ${seen.baselines} of ${repositories} repositories have had their old versions checked`,
    ),
  ]
}
