import { pathToFileURL } from 'node:url'
import { cutText } from '@mirrorwatch/detect/diff/cut-text'
import { SEVERITIES, type Severity } from '@mirrorwatch/detect/severity'
import { visibleLine } from '../blocks/visible-text.ts'
import { MostSevere, SARIF_LIMITS } from './sarif-limits.ts'
import { withoutCommands } from './workflow-commands.ts'

/** SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, limited to the parts that code scanning pages read. */

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** A rule has one severity: code hosts read it from the rule, not from the result. */
export interface SarifRule {
  id: string
  title: string
  meaning: string
  severity: Severity
  /** Markdown: what to do, and where to read more. */
  help: string
}

/** One result. */
export interface SarifResult {
  rule: string
  severity: Severity
  message: string
  module: string
  /** A file (relative to the checkout, or absolute) and a line of it; null where no file names the module. */
  place: { file: string; line: number } | null
  /** Stays the same while the result means the same, so that a dismissed alert stays dismissed. */
  fingerprint: string
  /** Reason to ignore the result, from a person or an allow entry; null if there is no reason. */
  suppressed: string | null
  properties: Record<string, unknown>
}

/**
 * `score` is what code hosts sort by as `security-severity`: 9 and more is shown as critical, 7 as high, 4 as medium.
 */
const LEVELS: Record<Severity, { level: 'error' | 'warning' | 'note'; score: string }> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '2.5' },
  info: { level: 'note', score: '0.5' },
}

/** Code hosts reject a result without a file. Where no file is known, every Go module has this one. */
const NO_FILE = { file: 'go.mod', line: 1 }

/**
 * Writes a document of any number of results; of more than code scanning takes, the most severe. A notification in the document
 * says how many are left out. Together the lines are one JSON value.
 */
export async function writeSarif(
  rules: readonly SarifRule[],
  results: AsyncIterable<SarifResult> | Iterable<SarifResult>,
  write: (line: string) => Promise<void>,
): Promise<void> {
  const head = `{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[{"tool":${tool(rules)},"results":[`
  const kept = new MostSevere()
  for await (const result of results)
    kept.add(result.severity, result.suppressed !== null, JSON.stringify(sarifResult(result)))
  const lines = await kept.results(head)
  await write(head)
  for (const [i, line] of lines.entries()) await write(i < lines.length - 1 ? `${line},` : line)
  await write(`]${invocations(kept.came - lines.length)}}]}`)
}

/** Says in the document that it is not whole. */
function invocations(leftOut: number): string {
  if (leftOut === 0) return ''
  const text = `${leftOut} results of the lowest severity are left out: code scanning takes ${SARIF_LIMITS.results} and 10 MB.`
  const toolExecutionNotifications = [{ level: 'warning', message: { text } }]
  return `,"invocations":${JSON.stringify([{ executionSuccessful: true, toolExecutionNotifications }])}`
}

function tool(rules: readonly SarifRule[]): string {
  const driver = {
    name: 'mirrorwatch',
    version: '0.1.0',
    rules: rules.map(({ id, title, meaning, severity, help }) => ({
      id,
      name: cutText(id, SARIF_LIMITS.nameChars),
      shortDescription: { text: limited(title) },
      fullDescription: { text: limited(meaning) },
      help: { text: help.replaceAll('`', ''), markdown: help },
      defaultConfiguration: { level: LEVELS[severity].level },
      properties: { tags: ['security', 'supply-chain'], 'security-severity': LEVELS[severity].score },
    })),
  }
  return JSON.stringify({ driver })
}

function sarifResult(result: SarifResult): Record<string, unknown> {
  const { file, line } = result.place ?? NO_FILE
  return {
    ruleId: result.rule,
    level: LEVELS[result.severity].level,
    message: { text: limited(safeText(result.message)) },
    locations: [
      {
        physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } },
        logicalLocations: [{ fullyQualifiedName: safeText(result.module), kind: 'module' }],
      },
    ],
    partialFingerprints: { 'mirrorwatch/v1': safeText(result.fingerprint) },
    ...(result.suppressed === null ? {} : { suppressions: [suppression(result.suppressed)] }),
    properties: { ...result.properties, severity: result.severity },
  }
}

function suppression(why: string): Record<string, unknown> {
  return { kind: 'external', status: 'accepted', justification: limited(safeText(why)) }
}

/** A document is often printed in a CI job, whose log takes some texts for commands. */
function safeText(text: string): string {
  return withoutCommands(visibleLine(text))
}

function limited(text: string): string {
  const { textChars } = SARIF_LIMITS
  return text.length > textChars ? `${cutText(text, textChars - 1)}…` : text
}

/** Names a file of the checkout relative to its root, any other by its URL. */
function artifact(file: string): Record<string, unknown> {
  const parts = file.split(/[/\\]/)
  if (file.startsWith('/') || parts[0] === '..') return { uri: pathToFileURL(file).href }
  return { uri: parts.map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' }
}

/** Returns one rule for each severity, for results that have no rule of a fixed severity. */
export function rulesBySeverity(id: string, rule: Omit<SarifRule, 'id' | 'severity'>): SarifRule[] {
  return SEVERITIES.map((severity) => ({ ...rule, id: `${id}-${severity}`, severity }))
}
