/** Limit on dependents. There are some 2.2 million modules, so a larger figure is a mistake or a lie. */
export const MOST_DEPENDENTS = 100_000_000
/** Limit on paths. The mirror's objects are named after them and end at 1,024 bytes; Postgres cannot index a text of 2,700. */
export const MAX_TARGET_PATH_CHARS = 1_000
/** A line of a targets file: a path, a figure, and a few columns that are not read. */
export const MAX_LINE_CHARS = 100_000
