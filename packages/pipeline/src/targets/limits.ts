/** No module has more dependents than there are modules: some 2.2 million. A larger figure is a mistake, or a lie. */
export const MOST_DEPENDENTS = 100_000_000
/** The mirror stores modules under their path, in objects whose names end at 1,024 bytes. Postgres indexes no text of 2,700. */
export const MAX_TARGET_PATH_CHARS = 1_000
/** A line of a targets file: a path, a figure, and a few columns that are not read. */
export const MAX_LINE_CHARS = 100_000
