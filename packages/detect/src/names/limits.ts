/** Bounds and lengths of the name rules, each with its reason. Lengths are letters without separators. */

/** Owners shorter than this are within one edit of a great many others: they need a repository name that is not generic. */
export const SHORT_OWNER = 5
/** One edit in a name of two letters leaves nothing to recognise. */
export const SHORTEST_OWNER = 3
/** Two edits are a coincidence in shorter owners; `pborman` → `bpoorman` is the shortest real case, with 7. */
export const TWO_EDITS_OWNER = 6
export const TWO_EDITS_OWNER_GENERIC = 7
/** An anagram of four letters is a coincidence. */
export const ANAGRAM_LENGTH = 5
/** An affix proves little next to `go` or `x`. */
export const AFFIX_STEM = 3
/** A word that is not a known affix proves less beside a repository name that many choose: `google-contrib`. */
export const WORD_AFFIX_STEM = 5
/** A repository next to an owner that is close as well: `uid` for `uuid`. */
export const CLOSE_REPOSITORY = 3
/** A repository typo under a foreign owner: shorter names are close to too many others. */
export const FOREIGN_REPOSITORY = 7
/** A repository beside an unknown place: `btreex` for `btree`. */
export const PLACE_REPOSITORY = 5
/** A repository name on gopkg.in, where the first who comes gets it. */
export const GOPKG_REPOSITORY = 4
/** Owner or repository names that stand for a project on their own when they change places. */
export const OWN_NAME = 4
/** Host names, dots and hyphens left out, that are compared by edits: `rsc.io` is one edit from too much. */
export const HOST_LENGTH = 7
/** The name of a host without its top level, for the same name under another one. */
export const HOST_STEM = 4
/** Letters of it from which its separators may differ too: `go-uber.dev` for `go.uber.org`. */
export const HOST_STEM_LETTERS = 6

/** Two modules that the index lists within this time are of one age: 30 days, in milliseconds. */
export const SAME_AGE_MS = 30 * 24 * 60 * 60 * 1000

/**
 * Targets that one repository name is compared with by content, the most depended on first. In a list of 50,000 targets
 * the commonest names belong to hundreds; a clone of the thirteenth is not worth the comparisons.
 */
export const TARGETS_PER_REPOSITORY_NAME = 12
/** The same for a name that projects choose independently (`GENERIC_REPOSITORIES`). */
export const TARGETS_PER_GENERIC_NAME = 8

/** Longer words (GitHub's longest owner has 39 letters) are compared for equality alone: nobody mistypes one into another. */
export const MOST_LETTERS = 64
