import type { SarifResult } from '@mirrorwatch/notify/writers/sarif'
import { checkResults } from './check-sarif.ts'
import type { Checked } from './checked.ts'
import type { CheckInputs } from './inputs/check-inputs.ts'
import { visible } from './output/print.ts'

/** GitHub shows ten annotations of a kind for a step; the log has the others. */
const LEVELS = { critical: 'error', high: 'error', medium: 'warning', low: 'notice', info: 'notice' } as const

/**
 * Writes what alerts as workflow commands, which GitHub shows next to the lines of a pull request.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export async function writeCheckAnnotations(
  files: CheckInputs['files'],
  alerting: readonly Checked[],
  write: (line: string) => Promise<void>,
): Promise<void> {
  for (const result of checkResults(files, alerting)) {
    if (result.suppressed === null) await write(annotation(result))
  }
}

function annotation({ severity, message, place, rule }: SarifResult): string {
  const properties = {
    ...(place === null ? {} : { file: place.file, line: String(place.line) }),
    title: `mirrorwatch: ${rule}`,
  }
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escaped(value, /[%:,\r\n]/g)}`)
  return `::${LEVELS[severity]} ${list.join(',')}::${escaped(visible(message), /[%\r\n]/g)}`
}

function escaped(text: string, characters: RegExp): string {
  return text.replaceAll(
    characters,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
