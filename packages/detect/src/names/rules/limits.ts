/** Lengths and counts that several rules share. Lengths are letters without separators. */

/** Owners shorter than this are within one edit of a great many others: they need a repository name that is not generic. */
export const SHORT_OWNER = 5
/** One edit in a name of two letters leaves nothing to recognise. */
export const SHORTEST_OWNER = 3
/** Two edits are a coincidence in shorter owners; `pborman` → `bpoorman` is the shortest real case, with 7. */
export const TWO_EDITS_OWNER = 6
export const TWO_EDITS_OWNER_GENERIC = 7
/** A repository typo under an unrelated owner: shorter names are close to too many others. */
export const FOREIGN_REPOSITORY = 7
/** Owner or repository names that stand for a project on their own when they change places. */
export const OWN_NAME = 4

/**
 * Targets that one repository name is compared with by content, the most depended on first. In a list of 50,000 targets
 * the commonest names belong to hundreds; a clone of the thirteenth is not worth the comparisons.
 */
export const TARGETS_PER_REPOSITORY_NAME = 12
/**
 * The most depended-on projects, which people and language models know by name: an unknown account that is called after one
 * of them is worth an alert. Next to a less known project such a name is a coincidence.
 */
export const WELL_KNOWN_PROJECTS = 500
/** Limit for a name that projects choose independently: `go-log/log` imitates nothing, `go-jwt/jwt` may. */
export const WELL_KNOWN_GENERIC = 150
/** Limit for a name that projects choose independently (`GENERIC_REPOSITORIES`). */
export const TARGETS_PER_GENERIC_NAME = 8
