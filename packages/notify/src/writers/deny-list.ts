import type { Finding } from '@mirrorwatch/store/queries/findings-list'
import { visibleLine } from '../blocks/visible-text.ts'
import type { Exported, ExportFormat } from './export-format.ts'

/** Module, or one version of it, that a proxy must not serve. */
interface Denied {
  module: string
  /** Null for every version. */
  version: string | null
}

/** Only what a person confirmed is denied, unless the command asks for others: a build stops at an entry. */
const CONFIRMED = { statuses: ['confirmed'] } as const

/**
 * Athens' download mode file (https://docs.gomods.io/configuration/download/). A pattern covers the module and what is below it.
 * Athens cannot deny single versions, so these become remarks.
 */
export const athensExport: ExportFormat = {
  name: 'athens',
  filter: { statuses: [...CONFIRMED.statuses] },
  async write(findings, write, at) {
    await write(`# mirrorwatch: denied modules, ${at.toISOString()}`)
    await write('mode = "sync"')
    for (const { module, version } of await deniedBy(findings)) {
      const name = visibleLine(version === null ? module : `${module} ${version}`)
      if (version !== null) await write(`# ${name}: a single version`)
      else if (isPlain(module)) await write(`download "${module}" {\n  mode = "none"\n}`)
      else await write(`# ${name}: not a path that Athens can match`)
    }
  },
}

/**
 * Artifactory's settings of a repository (`POST /api/repositories/KEY`), limited to the exclude patterns and the notes. They
 * replace the patterns that are there.
 */
export const artifactoryExport: ExportFormat = {
  name: 'artifactory',
  filter: { statuses: [...CONFIRMED.statuses] },
  async write(findings, write, at) {
    const patterns = (await deniedBy(findings))
      .filter(({ module, version }) => isPlain(module) && isPlain(version ?? ''))
      .map(({ module, version }) =>
        version === null ? `${escaped(module)}/**` : `${escaped(module)}/@v/${escaped(version)}.*`,
      )
    const notes = `mirrorwatch: denied modules, ${at.toISOString()}`
    await write(JSON.stringify({ excludesPattern: patterns.join(','), notes }))
  },
}

/** Returns what findings deny, each once, in order: a look-alike whole, of any other module the versions that signals name. */
async function deniedBy(findings: AsyncIterable<Exported>): Promise<Denied[]> {
  const denied = new Map<string, Denied>()
  for await (const { finding } of findings) {
    for (const one of deniedByFinding(finding)) denied.set(`${one.module} ${one.version ?? ''}`, one)
  }
  const isWhole = new Set(
    [...denied.values()].flatMap(({ module, version }) => (version === null ? [module] : [])),
  )
  return [...denied.values()]
    .filter(({ module, version }) => version === null || !isWhole.has(module))
    .toSorted((a, b) => compare(a.module, b.module) || compare(a.version ?? '', b.version ?? ''))
}

function deniedByFinding({ module, target, signals }: Finding): Denied[] {
  const versions = new Set(
    signals.flatMap(({ version, withdrawnAt }) =>
      version === null || withdrawnAt !== null ? [] : [version],
    ),
  )
  if (target !== null || versions.size === 0) return [{ module, version: null }]
  return Array.from(versions, (version) => ({ module, version }))
}

/** Returns true for text without characters that mean something in a pattern or end a word: Go allows no others in a path. */
function isPlain(text: string): boolean {
  return /^[\w./~+-]*$/.test(text)
}

/** The GOPROXY protocol's form of a path or version: `!` and the small letter for each capital. */
function escaped(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
