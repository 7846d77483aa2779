/** New findings told in full; the rest is counted, and in the CSV. With more, the HTML would pass the 102 KB at which Gmail cuts. */
export const MAX_NEW_FINDINGS = 20
/** Lines quoted of one finding. */
export const MAX_CODE_LINES = 14
/** Of one quoted line. What stands far to the right is there to be overlooked, so it is moved instead of cut. */
export const MAX_LINE_CHARS = 160
/** Of a name or sentence that comes from outside. Module paths have no length of their own that fits a page. */
export const MAX_TEXT_CHARS = 300
export const MAX_CHANGES = 25
export const MAX_WAITING = 15
export const MAX_CAMPAIGNS = 10
export const MAX_TARGETS = 10
/** Weeks of the trend, the reported one included. */
export const TREND_WEEKS = 12
/** Rows of the attached CSV: some 5 MB, which every mail server takes. */
export const MAX_CSV_ROWS = 20_000
