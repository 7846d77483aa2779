/** Files, uses and strings quoted per signal: enough to decide, small enough for a row and an e-mail. */
export const MAX_QUOTED = 5
/** Limit of differing files stored per version. People do not read more, and paths may be long. */
export const MAX_KEPT_DIFFERENCES = 1_000
/** Characters of a diff kept as evidence of one file. */
export const MAX_DIFF_CHARS = 4_000
/** An owner whose first module came at most this long before the module judged is new: 60 days. */
export const NEW_OWNER_MS = 60 * 24 * 60 * 60 * 1000
/** …and who has at most this many modules. Nine of ten owners of disclosed look-alikes had one to three. */
export const NEW_OWNER_MODULES = 3
/** Columns from which code is out of sight: the widest screens show about 400 of a small font. */
export const FAR_RIGHT_COLUMN = 300
