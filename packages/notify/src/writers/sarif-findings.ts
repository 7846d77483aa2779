import type { Reason } from '@mirrorwatch/detect/finding'
import { signalOf } from '@mirrorwatch/detect/finding'
import { LOWERING_ROWS, SEVERITY_ROWS } from '@mirrorwatch/detect/judge/severity-table'
import type { Severity } from '@mirrorwatch/detect/severity'
import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { isSetAside } from '@mirrorwatch/store/status'
import type { Exported, ExportFormat } from './export-format.ts'
import { rulesBySeverity, type SarifResult, type SarifRule, writeSarif } from './sarif.ts'

/**
 * The rules that findings are reported under: the row of docs/severity.md that set the severity, as each row sets one. Others are
 * for rows of another release.
 */
export const FINDING_RULES: readonly SarifRule[] = [
  ...SEVERITY_ROWS.map(({ id, severity, says }) => rowRule(id, severity, says)),
  ...LOWERING_ROWS.map(({ id, atMost, says }) => rowRule(id, atMost, says)),
  ...rulesBySeverity('finding', {
    title: 'Finding',
    meaning: 'A finding whose severity no row of this release explains.',
    help: 'Look at it with `mirrorwatch findings show`.',
  }),
]

function rowRule(id: string, severity: Severity, says: string): SarifRule {
  const help = `Look at the finding with \`mirrorwatch findings show ID\`, then decide with \`mirrorwatch findings triage ID\`. The row \`${id}\` of docs/severity.md says which signals lead to this severity.`
  return { id, title: `${says.charAt(0).toUpperCase()}${says.slice(1)}`, meaning: says, severity, help }
}

export const sarifExport: ExportFormat = {
  name: 'sarif',
  async write(findings, write) {
    await writeSarif(FINDING_RULES, results(findings), write)
  },
}

async function* results(findings: AsyncIterable<Exported>): AsyncGenerator<SarifResult> {
  for await (const each of findings) yield findingResult(each)
}

/** Returns a finding of the store as a result. No file of the reader's is known to name it. */
export function findingResult({ finding, blocks }: Exported): SarifResult {
  const { id, module, target, severity, status, summary, because, firstSeenAt } = finding
  return {
    rule: ruleOf(severity, because),
    severity,
    message: summary.startsWith(module) ? summary : `${module}: ${summary}`,
    module,
    place: null,
    fingerprint: `${module}>${target ?? ''}`,
    suppressed: suppressionOf(finding),
    properties: {
      id,
      status,
      target,
      firstSeen: firstSeenAt,
      signals: blocks.signals.map(({ rule, version }) => (version === null ? rule : `${rule}@${version}`)),
    },
  }
}

/** The row that set the severity: the last honest explanation that lowered it, else the row that decided. */
function ruleOf(severity: Severity, because: readonly Reason[]): string {
  const row = because.findLast(({ kind }) => kind === 'lowered')?.row ?? because[0]?.row
  const known = FINDING_RULES.find((rule) => rule.id === row && rule.severity === severity)
  return known?.id ?? `finding-${severity}`
}

function suppressionOf({ status, decidedBy, decisionReason, because, signals }: Finding): string | null {
  if (isSetAside(status)) return `${status} by ${decidedBy ?? ''}: ${decisionReason ?? ''}`
  if (!because.some(({ kind, row }) => kind === 'lowered' && row === 'allowed')) return null
  const holding = signals.filter((signal) => signal.withdrawnAt === null)
  const entry = signalOf(holding, 'honest-allowed')?.evidence
  return entry === undefined ? 'on the allow list' : `allowed by ${entry.who}: ${entry.why}`
}
