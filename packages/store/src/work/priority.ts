/**
 * Priorities of inspections, from 0 (first) to 9 (last). Inspections that find an attack rank above those of a backfill, so
 * that they need not wait for its millions of versions.
 */

/** First looks at a look-alike's versions, by the strength of its strongest name rule. */
export const LOOKALIKE_PRIORITY = { strong: 1, medium: 2, weak: 4, candidate: 4 } as const
/** First looks at the versions of a module that many depend on. */
export const POPULAR_TARGET_PRIORITY = 3
/** Later looks at look-alikes and targets: the repository changes after the cache does not. */
export const WATCHED_AGAIN_PRIORITY = 4
/** First looks at the versions of all other modules. */
export const NEW_VERSION_PRIORITY = 5
/** Later looks at these. */
export const ROUTINE_AGAIN_PRIORITY = 6
/** Looks at versions whose tag was seen to change: hardly any, and each may be an attack. */
export const CHANGED_TAG_PRIORITY = 1

/**
 * Priorities of full readings. A copy is most often one of the first versions of a new module, and nobody can be warned of a copy
 * of an original that was never read.
 */
export const READ_PRIORITY = { newOwner: 1, newModule: 2, target: 4, required: 6, oldModule: 7 } as const
/** First looks at versions that seem to have been rewritten before the first look at their repository. */
export const BASELINE_PRIORITY = 2
