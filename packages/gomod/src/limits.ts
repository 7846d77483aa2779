/** Bounds that several files or packages share, each with its reason. Sizes are bytes. */

const MIB = 1024 * 1024

/** Go refuses larger module zips, compressed and inflated alike (https://go.dev/ref/mod#zip-path-size-constraints). */
export const MAX_ZIP_BYTES = 500 * MIB
export const MAX_INFLATED_BYTES = 500 * MIB
/** Go refuses a larger go.mod or LICENSE in a module's root (same source). */
export const MAX_GO_MOD_BYTES = 16 * MIB
export const MAX_LICENSE_BYTES = 16 * MIB

/**
 * The mirror keeps a version under its path and version, in objects whose names end at 1,024 bytes: what is longer is none of
 * its, whoever names it: a feed, the checksum database, a go.mod. Postgres indexes no text of 2,700, so that one such row would
 * stop what reads it.
 */
export const MAX_NAME_CHARS = 1_024
