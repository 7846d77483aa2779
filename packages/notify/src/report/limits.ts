/** New findings told in full; the rest is counted, and in the CSV. Fewer where the HTML would become too large. */
export const MAX_NEW_FINDINGS = 20
/** Gmail cuts at 102 KB, and what is cut is the health of the scan. */
export const MAX_HTML_BYTES = 100_000
/** Of the name of a file in front of a quoted line. */
export const MAX_FILE_CHARS = 60
/** Lines quoted of one finding. */
export const MAX_CODE_LINES = 14
/**
 * Of one quoted line. What stands far to the right is there to be overlooked, so blanks are counted instead of shown, and a
 * line that is still longer loses its middle.
 */
export const MAX_LINE_CHARS = 160
/** Of them, how many are kept of its end. */
export const LINE_END_CHARS = 60
/** Of a name or sentence that comes from outside. Module paths have no length of their own that fits a page. */
export const MAX_TEXT_CHARS = 300
export const MAX_CHANGES = 25
export const MAX_WAITING = 15
export const MAX_CAMPAIGNS = 8
/** Modules named of one campaign. */
export const MAX_CAMPAIGN_MODULES = 2
export const MAX_TARGETS = 8
/** Weeks of the trend, the reported one included. */
export const TREND_WEEKS = 12
/** Rows of the attached CSV: some 5 MB, which every mail server takes. */
export const MAX_CSV_ROWS = 20_000
