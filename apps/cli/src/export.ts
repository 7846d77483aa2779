import { CSV_COLUMNS, csvLine } from '@mirrorwatch/notify/writers/csv'
import { exported } from '@mirrorwatch/notify/writers/fields'
import { osvRecord } from '@mirrorwatch/notify/writers/osv'
import { FINDING_RULES, findingResult, writeSarif } from '@mirrorwatch/notify/writers/sarif'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'

export { exported }

export type ExportFormat = 'json' | 'csv' | 'sarif' | 'osv'
export type Write = (line: string) => Promise<void>

/** Writers of each format: findings in, lines out. `osv` is one record a line, `sarif` one document. */
export const exportFormats: Record<
  ExportFormat,
  (findings: AsyncIterable<Finding>, write: Write) => Promise<void>
> = {
  async json(findings, write) {
    for await (const finding of findings) await write(JSON.stringify(exported(finding)))
  },
  async csv(findings, write) {
    await write(CSV_COLUMNS.join(','))
    for await (const finding of findings) await write(csvLine(exported(finding)))
  },
  async sarif(findings, write) {
    await writeSarif(FINDING_RULES, results(findings), write)
  },
  async osv(findings, write) {
    for await (const finding of findings) await write(JSON.stringify(osvRecord(finding)))
  },
}

async function* results(findings: AsyncIterable<Finding>): AsyncGenerator<ReturnType<typeof findingResult>> {
  for await (const finding of findings) yield findingResult(finding)
}
