import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { findingBlocks } from '../blocks/finding.ts'
import { csvExport } from './csv.ts'
import type { Exported, ExportFormat, WriteLine } from './export-format.ts'
import { jsonExport } from './json.ts'
import { osvExport } from './osv.ts'
import { sarifExport } from './sarif-findings.ts'

/** Every format of `findings export`; a new one is added here. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [jsonExport, csvExport, sarifExport, osvExport]

/** Writes findings in a format, rendering each once. */
export async function exportFindingsAs(
  format: ExportFormat,
  findings: AsyncIterable<Finding>,
  write: WriteLine,
): Promise<void> {
  await format.write(rendered(findings), write)
}

async function* rendered(findings: AsyncIterable<Finding>): AsyncGenerator<Exported> {
  for await (const finding of findings) yield { finding, blocks: findingBlocks(finding) }
}
