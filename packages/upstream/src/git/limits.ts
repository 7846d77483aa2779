/** Bounds on a module's content that several files share. Sizes are bytes. */

/** Unconverted content of a module, as Go: https://go.dev/ref/mod#zip-path-size-constraints. */
export const MAX_MODULE_BYTES = 500 * 1024 * 1024
/** Content of one file that is kept in memory to show how it differs. */
export const MAX_SHOWN_FILE_BYTES = 1024 * 1024
/** Content of all such files of one comparison. */
export const MAX_SHOWN_TOTAL_BYTES = 32 * 1024 * 1024
