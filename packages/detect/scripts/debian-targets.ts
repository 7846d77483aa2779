import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { modulePathFault } from '@mirrorwatch/gomod/paths/module-path'

/**
 * Makes `packages/detect/data/targets.tsv` from Debian's source index:
 *
 *     node packages/detect/scripts/debian-targets.ts SOURCES…
 *
 * SOURCES are unpacked `Sources` files, as apt keeps them (`/usr/lib/apt/apt-helper cat-file
 * /var/lib/apt/lists/*_source_Sources*`) once a `deb-src` line and `apt-get update` have brought them. Several releases
 * may be given: a path is in the result if any has it, with its highest figure.
 *
 * A source package says which module it holds (`Go-Import-Path`) and what it needs to build; the figure is the number of
 * source packages that build-depend on a binary package of the module. It says who is depended on, in order of size; it
 * is far below the ecosystem's own counts.
 */

const TARGETS_FILE = new URL('../data/targets.tsv', import.meta.url)
const FORGE_REPOSITORY =
  /^https?:\/\/(?:www\.)?((?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|gitea\.com)\/[\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/

interface SourcePackage {
  name: string
  binaries: string[]
  needs: Set<string>
  paths: string[]
  homepage: string
}

interface TargetRow {
  dependents: number
  repository: string
}

/** The stanzas of a Debian control file, field names in lower case, continuation lines joined with a space. */
async function* readStanzas(file: string): AsyncGenerator<Map<string, string>> {
  let stanza = new Map<string, string>()
  let field = ''
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line === '') {
      if (stanza.size > 0) yield stanza
      stanza = new Map()
    } else if (/^\s/.test(line)) {
      stanza.set(field, `${stanza.get(field) ?? ''} ${line.trim()}`)
    } else {
      const colon = line.indexOf(':')
      field = line.slice(0, colon).toLowerCase()
      stanza.set(field, line.slice(colon + 1).trim())
    }
  }
  if (stanza.size > 0) yield stanza
}

function toSourcePackage(stanza: Map<string, string>): SourcePackage {
  const needs = ['build-depends', 'build-depends-arch', 'build-depends-indep']
    .flatMap((name) => (stanza.get(name) ?? '').split(/[,|]/))
    .map((need) => /^[a-z0-9.+-]+/.exec(need.trim())?.[0] ?? '')
    .filter((name) => name !== '')
  return {
    name: stanza.get('package') ?? '',
    binaries: (stanza.get('binary') ?? '').split(/[,\s]+/).filter((name) => name !== ''),
    needs: new Set(needs),
    paths: (stanza.get('go-import-path') ?? '')
      .split(/[,\s]+/)
      .filter((path) => path !== '' && modulePathFault(path) === null),
    homepage: stanza.get('homepage') ?? '',
  }
}

/** Counts, for each module of one release, the other source packages that build-depend on one of its packages. */
function countDependents(packages: readonly SourcePackage[]): Map<string, TargetRow> {
  const rows = new Map<string, TargetRow>()
  const sourceOf = new Map<string, SourcePackage>()
  for (const source of packages) {
    for (const path of source.paths) rows.set(path, { dependents: 0, repository: repositoryOf(path, source) })
    // Go libraries were renamed in Debian; the old binary name, still asked for, is the source's with -dev.
    const binaries = source.paths.length > 0 ? [`${source.name}-dev`, ...source.binaries] : []
    for (const binary of binaries) sourceOf.set(binary, source)
  }
  const counted = new Set<string>()
  for (const source of packages) {
    for (const need of source.needs) {
      const needed = sourceOf.get(need)
      if (!needed || needed.name === source.name) continue
      for (const path of needed.paths) {
        // A release may hold several versions of one source package.
        const pair = `${path} ${source.name}`
        const row = rows.get(path)
        if (row && !counted.has(pair)) row.dependents++
        counted.add(pair)
      }
    }
  }
  return rows
}

/** The home page of a vanity path names its repository; that of a path on a code host may be another project's. */
function repositoryOf(path: string, source: SourcePackage): string {
  if (/^(?:github|gitlab|codeberg|bitbucket|gitea)\./.test(path)) return ''
  return FORGE_REPOSITORY.exec(source.homepage)?.[1] ?? ''
}

async function main(files: readonly string[]): Promise<void> {
  if (files.length === 0) throw new Error('give at least one unpacked Sources file')
  const merged = new Map<string, TargetRow>()
  for (const file of files) {
    const packages: SourcePackage[] = []
    for await (const stanza of readStanzas(file)) packages.push(toSourcePackage(stanza))
    for (const [path, row] of countDependents(packages)) {
      const known = merged.get(path)
      merged.set(path, {
        dependents: Math.max(row.dependents, known?.dependents ?? 0),
        repository: known?.repository || row.repository,
      })
    }
  }
  const rows = [...merged].sort(
    ([pathA, a], [pathB, b]) => b.dependents - a.dependents || (pathA < pathB ? -1 : 1),
  )
  const lines = rows.map(
    ([path, row]) => `${path}\t${row.dependents}${row.repository && `\t${row.repository}`}`,
  )
  await writeFile(
    TARGETS_FILE,
    `# Go modules packaged by Debian: path, source packages that build-depend on it, repository where the path does not say it.\n# Written by packages/detect/scripts/debian-targets.ts from Debian's source index.\n${lines.join('\n')}\n`,
  )
  console.error(`${rows.length} modules written`)
}

await main(process.argv.slice(2))
