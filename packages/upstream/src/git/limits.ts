/** Every bound on what git and git servers may cost us. Sizes are bytes, times milliseconds, each with its reason. */

const KIB = 1024
const MIB = 1024 * KIB

/** One file that git writes, so one pack: Go itself refuses a module of more than 500 MiB. */
export const MAX_PACK_BYTES = 512 * MIB
/** Everything in one job's folder: a pack, its index, and a second pack for contents asked for later. */
export const MAX_JOB_BYTES = 1280 * MIB
/** How often a job's folder is measured. A server would need 200 MiB/s to pass the limit by much in between. */
export const DISK_WATCH_MS = 500
/**
 * Address space of one git process. Git inflates trees and commits whole, whatever their size, and a file twice where it
 * converts it; packs are mapped in windows of 16 MiB.
 */
export const MAX_GIT_MEMORY_BYTES = 1536 * MIB
/** CPU seconds of one git process: a depth-1 fetch of the largest repositories takes a few. */
export const MAX_GIT_CPU_SECONDS = 120
/** Wall time of a command that talks to a server. */
export const GIT_NETWORK_TIMEOUT_MS = 300_000
/** Wall time of a command that does not. */
export const GIT_LOCAL_TIMEOUT_MS = 120_000
/** A server slower than this for {@link LOW_SPEED_SECONDS} is given up. */
export const LOW_SPEED_BYTES_PER_SECOND = 1000
export const LOW_SPEED_SECONDS = 30
/** Standard output of a command that answers in a line or a few. */
export const MAX_SMALL_OUTPUT_BYTES = 4 * MIB
/** What git says on standard error: kept for messages, the rest dropped. */
export const MAX_STDERR_BYTES = 16 * KIB

/**
 * Files in one commit. A 136 KiB repository of nested identical trees lists 23 million files in 5 seconds; the largest honest
 * Go repositories (monorepos of cloud SDKs) have some 250,000.
 */
export const MAX_TREE_ENTRIES = 500_000
/** The same list in bytes, at some 130 a file. */
export const MAX_TREE_BYTES = 96 * MIB
/** One line of that list, so nearly one path. File systems end at 4096 bytes; a tree 100,000 directories deep does not. */
export const MAX_TREE_LINE_BYTES = 8 * KIB
/** One commit object; honest ones are a few hundred bytes, merge messages a few KiB. */
export const MAX_COMMIT_BYTES = 1 * MIB

/** Answer of one `ls-refs` request. A tag's prefix matches a handful of refs; 100,000 refs are some 8 MiB. */
export const MAX_LS_REFS_BYTES = 8 * MIB
/** All refs of a repository, for servers that cannot filter: the largest have some 200,000. */
export const MAX_ALL_REFS_BYTES = 32 * MIB
/** Refs kept of one answer. */
export const MAX_REFS = 300_000
/** Redirects of a git address that are followed by us (a rename, a missing `.git`, a canonical host). */
export const MAX_GIT_REDIRECTS = 5

/** Unconverted content of a module, as Go: https://go.dev/ref/mod#zip-path-size-constraints. */
export const MAX_MODULE_BYTES = 500 * MIB
/** Content of one file that is kept in memory to show how it differs. */
export const MAX_SHOWN_FILE_BYTES = 1 * MIB
/** Content of all such files of one comparison. */
export const MAX_SHOWN_TOTAL_BYTES = 32 * MIB
/** Longest path in the archive stream that git writes for us. */
export const MAX_ARCHIVE_PATH_BYTES = 16 * KIB

/** Job folders older than this were left by a process that was killed: no job lasts that long. */
export const STALE_JOB_MS = 2 * 3600 * 1000
