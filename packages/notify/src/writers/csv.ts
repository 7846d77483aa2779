import type { Exported, ExportFormat } from './export-format.ts'

/** The columns of the export and of the report's table. A report's rows have no signals, and leave the last ones empty. */
export const CSV_COLUMNS = [
  'id',
  'module',
  'target',
  'severity',
  'status',
  'summary',
  'versions',
  'because',
  'firstSeen',
  'lastSeen',
] as const

export const csvExport: ExportFormat = {
  name: 'csv',
  async write(findings, write) {
    await write(CSV_COLUMNS.join(','))
    for await (const each of findings) await write(csvLine(fieldsOf(each)))
  },
}

function fieldsOf({ finding, blocks }: Exported): CsvFields {
  return {
    ...finding,
    versions: blocks.versions.join(' '),
    because: blocks.why.map(({ text, row }) => `${text} [${row}]`).join('; '),
    firstSeen: finding.firstSeenAt,
    lastSeen: finding.lastSeenAt,
  }
}

export type CsvFields = Record<(typeof CSV_COLUMNS)[number], string | number | null>

/** Returns one line of CSV (RFC 4180), without its end. */
export function csvLine(fields: CsvFields): string {
  return CSV_COLUMNS.map((column) => csvField(fields[column])).join(',')
}

/** Puts an apostrophe in front of what a spreadsheet would take for a formula. */
function csvField(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
