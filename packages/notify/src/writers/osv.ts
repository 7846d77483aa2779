import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { isSetAside } from '@mirrorwatch/store/status'
import type { FindingBlocks } from '../blocks/finding.ts'
import type { SignalBlock } from '../blocks/signal.ts'
import type { Exported, ExportFormat } from './export-format.ts'

/** The version of https://ossf.github.io/osv-schema/. */
const SCHEMA_VERSION = '1.7.4'

/**
 * Prefix of our ids. `x_` marks those of databases without a registered prefix; `MAL-` ids are given by
 * https://github.com/ossf/malicious-packages alone.
 */
const ID_PREFIX = 'x_mirrorwatch-'

/** Other databases act on these records: only what a person confirmed is exported, unless the person asks for others. */
export const osvExport: ExportFormat = {
  name: 'osv',
  filter: { statuses: ['confirmed'] },
  async write(findings, write) {
    for await (const each of findings) await write(JSON.stringify(osvRecord(each)))
  },
}

/** Returns a finding as an OSV record about a malicious package. A dismissed finding is a withdrawn record. */
export function osvRecord({ finding, blocks }: Exported): Record<string, unknown> {
  const withdrawn =
    isSetAside(finding.status) && finding.decidedAt !== null ? { withdrawn: finding.decidedAt } : {}
  return {
    schema_version: SCHEMA_VERSION,
    id: `${ID_PREFIX}${finding.id}`,
    modified: finding.changedAt,
    published: finding.firstSeenAt,
    ...withdrawn,
    summary: summaryOf(finding),
    details: detailsOf(finding, blocks),
    affected: [affected(finding, blocks.signals)],
    references: [
      { type: 'PACKAGE', url: `https://pkg.go.dev/${encodeURI(finding.module)}` },
      { type: 'WEB', url: `https://proxy.golang.org/${encodeURI(escapedPath(finding.module))}/@v/list` },
    ],
    database_specific: {
      severity: finding.severity,
      status: finding.status,
      signals: blocks.signals.map(({ rule, version }) => ({ rule, version })),
    },
  }
}

/** At most 120 characters, as the schema asks. */
function summaryOf({ module, target }: Finding): string {
  const text = target === null ? `Suspicious code in ${module}` : `${module} imitates ${target}`
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`
}

function detailsOf({ module, summary }: Finding, { signals }: FindingBlocks): string {
  const lines = signals.flatMap(({ title, meaning, version, lowers }) =>
    lowers ? [] : [`- ${title}${version === null ? '' : ` (${version})`}: ${meaning}`],
  )
  return [`\`${module}\`: ${summary}`, '', ...lines].join('\n')
}

/**
 * A look-alike is malicious in every version. Otherwise the versions that signals speak of; none spoken of means all. The
 * Go ecosystem's versions lack the leading `v`.
 */
function affected({ module, target }: Finding, signals: readonly SignalBlock[]): Record<string, unknown> {
  const of = { package: { ecosystem: 'Go', name: module, purl: packageUrl(module) } }
  const versions = new Set(
    signals.flatMap(({ version }) => (version === null ? [] : [version.replace(/^v/, '')])),
  )
  if (target === null && versions.size > 0) return { ...of, versions: [...versions].toSorted() }
  return { ...of, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] }
}

/** https://github.com/package-url/purl-spec: Go's are in lower case. */
function packageUrl(module: string): string {
  return `pkg:golang/${module.toLowerCase().split('/').map(encodeURIComponent).join('/')}`
}

/** The GOPROXY protocol's form of a path: `!` and the small letter for each capital. */
function escapedPath(module: string): string {
  return module.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)
}
