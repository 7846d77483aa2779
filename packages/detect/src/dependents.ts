/**
 * What a number of direct dependents says about a module: every threshold in one place. Publishing modules is free, so an
 * attacker can forge the number; being established therefore never lowers code that was added and does something.
 */

/** A module is established from this many dependents on… */
export const ESTABLISHED_DEPENDENTS = 25
/** …and, if it resembles a target, with at least this share of the target's dependents. */
export const ESTABLISHED_SHARE = 0.1

/** The original is the module with at least this many dependents, and this many times those of the other. */
export const ORIGINAL_DEPENDENTS = 10
export const ORIGINAL_TIMES_MORE = 10

/** A copy with fewer dependents may be one of a crowd of throw-away copies. */
export const CAMPAIGN_DEPENDENTS = 5

/** A target is popular from this many dependents on: its new versions are inspected first. */
export const POPULAR_DEPENDENTS = 100

/** Returns true for a module that is an established project. `target` is null if the module is assessed alone. */
export function isEstablished(dependents: number, target: { dependents: number } | null): boolean {
  if (dependents < ESTABLISHED_DEPENDENTS) return false
  return target === null || dependents >= target.dependents * ESTABLISHED_SHARE
}
