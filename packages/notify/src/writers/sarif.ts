import type { Severity } from '@mirrorwatch/detect/severity'

/** SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, as far as code scanning pages read it. */

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

export interface SarifRule {
  id: string
  title: string
  meaning: string
}

/** One result. `place` is a file (relative, with `/`) and line; null where no file of the reader's is concerned. */
export interface SarifResult {
  rule: string
  severity: Severity
  message: string
  module: string
  place: { file: string; line: number } | null
  /** Stays the same while the result means the same, so that a dismissed alert stays dismissed. */
  fingerprint: string
  properties: Record<string, unknown>
}

/** `security-severity` is what code hosts sort by: 9 and more is shown as critical, 7 as high, 4 as medium. */
const LEVELS: Record<Severity, { level: 'error' | 'warning' | 'note'; score: string }> = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.5' },
  low: { level: 'note', score: '2.5' },
  info: { level: 'note', score: '0.5' },
}

/** A document in pieces, so that any number of results can be streamed. Pieces are lines; together they are one JSON value. */
export async function writeSarif(
  rules: readonly SarifRule[],
  results: AsyncIterable<SarifResult> | Iterable<SarifResult>,
  write: (line: string) => Promise<void>,
): Promise<void> {
  await write(
    `{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[{"tool":${tool(rules)},"results":[`,
  )
  let before: string | null = null
  for await (const result of results) {
    if (before !== null) await write(`${before},`)
    before = JSON.stringify(sarifResult(result))
  }
  if (before !== null) await write(before)
  await write(']}]}')
}

function tool(rules: readonly SarifRule[]): string {
  const driver = {
    name: 'mirrorwatch',
    version: '0.1.0',
    rules: rules.map(({ id, title, meaning }) => ({
      id,
      name: id,
      shortDescription: { text: title },
      fullDescription: { text: meaning },
      properties: { tags: ['security', 'supply-chain'] },
    })),
  }
  return JSON.stringify({ driver })
}

function sarifResult(result: SarifResult): Record<string, unknown> {
  const { level, score } = LEVELS[result.severity]
  const physical =
    result.place === null
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: uriReference(result.place.file), uriBaseId: '%SRCROOT%' },
            region: { startLine: result.place.line },
          },
        }
  return {
    ruleId: result.rule,
    level,
    message: { text: result.message },
    locations: [{ ...physical, logicalLocations: [{ fullyQualifiedName: result.module, kind: 'module' }] }],
    partialFingerprints: { 'mirrorwatch/v1': result.fingerprint },
    properties: { ...result.properties, severity: result.severity, 'security-severity': score },
  }
}

/** A relative file name as a URI reference. */
function uriReference(file: string): string {
  return file.split(/[/\\]/).map(encodeURIComponent).join('/')
}
