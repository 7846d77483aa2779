/** Bounds that several files or packages share, each with its reason. Sizes are bytes. */

const MIB = 1024 * 1024

/** Limit on module zips in Go, compressed and uncompressed (https://go.dev/ref/mod#zip-path-size-constraints). */
export const MAX_ZIP_BYTES = 500 * MIB
export const MAX_INFLATED_BYTES = 500 * MIB
/** Limit on go.mod and on LICENSE in a module's root in Go (same source). */
export const MAX_GO_MOD_BYTES = 16 * MIB
export const MAX_LICENSE_BYTES = 16 * MIB

/**
 * Longest module path or version. The mirror stores a version in objects named after its path and version, and their names
 * end at 1,024 bytes. It therefore cannot hold a longer name, even if a feed, the checksum database or a go.mod has one.
 * Postgres cannot index a text of 2,700 bytes, so one such row would stop its reader.
 */
export const MAX_NAME_CHARS = 1_024
