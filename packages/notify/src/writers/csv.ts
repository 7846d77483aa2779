export const CSV_COLUMNS = [
  'id',
  'module',
  'target',
  'severity',
  'status',
  'summary',
  'firstSeen',
  'lastSeen',
] as const

/** One line of CSV (RFC 4180), without its end. */
export function csvLine(fields: Record<string, unknown>): string {
  return CSV_COLUMNS.map((column) => csvField(fields[column])).join(',')
}

/** A field that a spreadsheet would take for a formula begins with an apostrophe. */
function csvField(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
