import type { Coverage } from '@mirrorwatch/store/queries/repositories'

/** A repository is due again after three days: a round is never shorter. */
const SHORTEST_ROUND_DAYS = 3
const DAY_SECONDS = 86_400

/** Returns how many days one round over all repositories takes at the pace of the host that has the most; null without any. */
export function roundDays(
  { largestHost, largestHostRepositories }: Coverage,
  rateOf: (host: string) => number | null,
): number | null {
  if (largestHost === null) return null
  const perSecond = rateOf(largestHost)
  const days = perSecond === null ? 0 : largestHostRepositories / perSecond / DAY_SECONDS
  return Math.max(SHORTEST_ROUND_DAYS, days)
}
