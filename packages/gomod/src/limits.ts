/** Every bound on what this package reads from others, in one place, each with its reason. Sizes are bytes, times milliseconds. */

const KIB = 1024
const MIB = 1024 * KIB

/** Go refuses larger module zips, compressed and inflated alike (https://go.dev/ref/mod#zip-path-size-constraints). */
export const MAX_ZIP_BYTES = 500 * MIB
export const MAX_INFLATED_BYTES = 500 * MIB
/** Go refuses a larger go.mod or LICENSE in a module's root (same source). */
export const MAX_GO_MOD_BYTES = 16 * MIB
export const MAX_LICENSE_BYTES = 16 * MIB
/** The largest honest modules have some 60,000 files; an entry costs about 1 KiB of memory here, so 200 MiB at the most. */
export const MAX_ZIP_ENTRIES = 200_000
/** All names and extra fields of a central directory together, for {@link MAX_ZIP_ENTRIES} long paths. */
export const MAX_ZIP_DIRECTORY_BYTES = 64 * MIB
/** Longest entry name. File systems end at 4096 with the prefix; a longer one could not be unpacked by Go. */
export const MAX_ZIP_NAME_BYTES = 4096
/** Contents up to this are inflated in one go, some 5 ms of work; larger ones are streamed. */
export const INFLATE_AT_ONCE_BYTES = MIB
/** First request of a directory-only read: the largest possible end record with its comment, and a small directory. */
export const ZIP_TAIL_BYTES = 72 * KIB

/** A go.mod's line count: the largest known have some 2,000 requirements. */
export const MAX_GO_MOD_LINES = 100_000
/** go.sum files of the largest monorepos reach some 2 MiB. */
export const MAX_GO_SUM_BYTES = 64 * MIB

/** `.info`, `@latest`: a few hundred bytes in practice. */
export const MAX_INFO_BYTES = 64 * KIB
/** `@v/list`: 10,000 versions of 30 bytes are 300 KiB; some modules release by every commit. */
export const MAX_LIST_BYTES = 8 * MIB

/** Rows that the index hands out at the most in one page (https://index.golang.org). */
export const FEED_PAGE_SIZE = 2000
/** From this many rows on a page counts as full: the index's maximum was once said to be 1000. */
export const FULL_FEED_PAGE = 1000
/**
 * The mirror keeps a version under its path and version, in objects whose names end at 1,024 bytes: what is longer is none of
 * its, whoever names it: a feed, the checksum database, a go.mod. Postgres indexes no text of 2,700, so that one such row would
 * stop what reads it.
 */
export const MAX_NAME_CHARS = 1_024
/** A row averages 120 bytes, so a page 240 KiB; paths may be long. */
export const MAX_FEED_PAGE_BYTES = 8 * MIB

/** A tree head note is 200 bytes; witnesses may add signatures. */
export const MAX_NOTE_BYTES = 64 * KIB
/** More signatures than this in one note are refused, as Go does. */
export const MAX_NOTE_SIGNATURES = 100
/** Records and hashes in one tile of height 8. */
export const TILE_WIDTH = 256
/** A hash tile is 256 × 32 bytes. */
export const HASH_TILE_BYTES = TILE_WIDTH * 32
/** 256 records of two lines; Go's own client caps a record at about 1 KiB in practice, paths may be long. */
export const MAX_DATA_TILE_BYTES = 4 * MIB
/** Hash tiles kept in memory by one tree reader: 256 × 8 KiB = 2 MiB. */
export const MAX_CACHED_TILES = 256

/** Text of an upstream's error answer that is kept for a message. */
export const MAX_ERROR_TEXT_CHARS = 300
/** Whole exchange, redirects included, unless the caller says otherwise. */
export const DEFAULT_TIMEOUT_MS = 60_000
/** Attempts after the first one. */
export const DEFAULT_RETRIES = 3
/** Back-off: 0.5 s, 1 s, 2 s …, each with full jitter, never above the cap. */
export const RETRY_BASE_MS = 500
export const RETRY_CAP_MS = 30_000
/** A Retry-After above this is not waited for here: it goes to the caller, who has a queue. */
export const MAX_RETRY_AFTER_WAIT_MS = 60_000
/** A Retry-After above a day is taken for a day. */
export const MAX_RETRY_AFTER_MS = 86_400_000
/** As many redirects as Go follows, whatever the caller allows. */
export const MAX_REDIRECTS = 10
/** Sockets to one origin at the same time; the rate limiter decides how often, this how many. */
export const MAX_CONNECTIONS_PER_ORIGIN = 16
