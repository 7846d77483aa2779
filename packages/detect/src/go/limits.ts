/** UTF-16 units of one source file. Generated tables reach 3 MB (golang.org/x/text); hand-written Go stays far below. */
export const MAX_FILE_CHARS = 16 * 1024 * 1024
/** Files from this size on, and lists of literals from this length on, are taken for tables: see long-lists.ts. */
export const MIN_BLANKED_CHARS = 256 * 1024
export const LONG_LIST = 1_000
/** Nodes of one file's syntax tree: twice what the largest known has (golang.org/x/text, 3 MB of tables). */
export const MAX_FILE_NODES = 1_000_000
/** Nodes of all files of one analysis: some 400 MB of memory at the most. */
export const MAX_TOTAL_NODES = 4_000_000
/** Nesting of a syntax tree. The Go compiler gives up at 10,000; a concatenation nests once for each piece. */
export const MAX_TREE_DEPTH = 10_000
/**
 * Calls of the parser's progress callback, one per 100 parse steps. The largest known file takes 25,000, a second and a
 * half. Once something did not parse, recovering costs ten times as much a step, and such files are small.
 */
export const MAX_PARSE_CALLBACKS = 60_000
export const MAX_RECOVERY_CALLBACKS = 6_000
/** Steps of constant folding in one function that runs on import: loops over arrays of some thousand elements. */
export const MAX_IMPORT_STEPS = 200_000
/** The same for the other functions, of which there are many, and in all. */
export const MAX_FUNCTION_STEPS = 20_000
export const MAX_TOTAL_STEPS = 2_000_000
/** Nesting of expressions, statements and calls while folding; each level costs a few stack frames. */
export const MAX_FOLD_DEPTH = 200
export const MAX_CALL_DEPTH = 8
/** Characters of a folded string or elements of a folded list. A dropper's script is a few kilobytes. */
export const MAX_FOLDED_LENGTH = 64 * 1024
/** Characters shown of a folded string, and of a quoted line. */
export const MAX_SHOWN_FOLDED = 500
export const MAX_QUOTE = 200
/** Entries of each list of a report. High, since a list cut short cannot be subtracted from another. */
export const MAX_USES = 20_000
export const MAX_STRINGS = 5_000
export const MAX_PLACES = 5_000
/** What is kept of a report once nothing is subtracted from it any more: evidence, of which a handful is shown. */
export const MAX_KEPT_USES = 500
export const MAX_KEPT = 200
export const MAX_KEPT_IMPORTS = 1_000
/** Characters of a name or an import path in it: twice the longest in use. */
export const MAX_KEPT_NAME = 300
/** Known bytes in a row from which a folded string is worth showing, and where it was built by concatenation alone. */
export const MIN_SHOWN_LENGTH = 4
export const MIN_SHOWN_CONCATENATION = 8
