import type { ModuleContent } from '@mirrorwatch/detect/clone/compare-modules'
import { compareModules } from '@mirrorwatch/detect/clone/compare-modules'
import { analyseGoFiles } from '@mirrorwatch/detect/go-source/analyse'
import { capabilityDifference } from '@mirrorwatch/detect/go-source/difference'
import type { CapabilityReport, SourceFile } from '@mirrorwatch/detect/go-source/types'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { latestVersion } from '@mirrorwatch/gomod/latest-version'
import { type ModuleZip, readModuleZip } from '@mirrorwatch/gomod/module-zip'
import type { ProxyClient } from '@mirrorwatch/gomod/proxy'
import { compareForSort } from '@mirrorwatch/gomod/semver'
import type { StoredCandidate } from '@mirrorwatch/store/candidates'
import type { Db } from '@mirrorwatch/store/database'
import { moduleByPath, versionsOf } from '@mirrorwatch/store/modules'
import { targetsByPath } from '@mirrorwatch/store/targets'
import type { Parser } from 'web-tree-sitter'
import type { CodeFacts } from './observe.ts'
import type { Compared } from './observed.ts'
import type { VerifiedVersion } from './verify/types.ts'

export interface CompareDeps {
  db: Db
  proxy: ProxyClient
  goParser: Parser
}

export interface Comparison {
  target: string
  targetVersion: string
  result: Compared
}

export interface ToCompare {
  module: string
  version: string
  /** The version's zip, where it was fetched. */
  zip: Buffer | null
  candidates: readonly StoredCandidate[]
  verified: VerifiedVersion
}

/** Originals that one version is held against: the likeliest; a name resembles few modules that matter. */
const MOST_ORIGINALS = 3
/** Content of one module that is read for a comparison; what is beyond is compared by name and size alone. */
const MAX_READ_BYTES = 64 * 1024 * 1024

/**
 * Reads what a look-alike's code does, and holds it against what its names resemble. Nothing is read for a module that
 * resembles nothing and whose zip is what the repository shows.
 */
export async function compareWithOriginals(
  deps: CompareDeps,
  what: ToCompare,
  signal: AbortSignal,
): Promise<{ comparisons: Comparison[]; code: CodeFacts }> {
  const { module, version, verified } = what
  const differs = verified.differing !== null && verified.differing.size > 0
  const bytes = what.zip ?? (differs ? await deps.proxy.zip(module, version, signal) : null)
  const own = bytes === null ? null : await readContent(bytes, module, version)
  if (own === null) return { comparisons: [], code: { added: null, whole: null } }
  const whole = analyse(deps, own)
  const code = {
    added: addedToRepository(deps, own, whole, verified),
    whole: what.candidates.length > 0 ? whole : null,
  }
  const comparisons: Comparison[] = []
  for (const target of await originals(deps.db, what.candidates)) {
    const original = await fetchOriginal(deps, target, what.version, signal)
    if (original === null) continue
    const comparison = compareModules(original, own)
    const added = comparison.nearCopy ? capabilityDifference(analyse(deps, original), whole) : null
    comparisons.push({ target, targetVersion: original.version, result: { comparison, added } })
  }
  return { comparisons, code }
}

function analyse({ goParser }: CompareDeps, content: ModuleContent): CapabilityReport {
  return analyseGoFiles(goParser, sources(content.files), content.path)
}

function sources(files: ReadonlyMap<string, Buffer>): SourceFile[] {
  return [...files].map(([path, content]) => ({ path, content: content.toString('utf8') }))
}

/** What the cached code has beyond the repository's: the zip's files, with the repository's in place of those that differ. */
function addedToRepository(
  { goParser }: CompareDeps,
  own: ModuleContent,
  whole: CapabilityReport,
  { differing }: VerifiedVersion,
): CapabilityReport | null {
  if (differing === null || differing.size === 0) return null
  const shown = new Map(own.files)
  for (const [path, content] of differing) {
    if (content === null) shown.delete(path)
    else shown.set(path, content)
  }
  return capabilityDifference(analyseGoFiles(goParser, sources(shown), own.path), whole)
}

/** Null for a zip that is not sound: that is the verification's to say. */
async function readContent(bytes: Buffer, module: string, version: string): Promise<ModuleContent | null> {
  try {
    return await contentOf(await readModuleZip(bytes, { module, version }), module, version)
  } catch (error) {
    if (isGomodError(error, 'malformed', 'too-large')) return null
    throw error
  }
}

async function contentOf(zip: ModuleZip, path: string, version: string): Promise<ModuleContent> {
  const files = new Map<string, Buffer>()
  let read = 0
  for (const { name, size } of zip.entries) {
    read += size
    if (read > MAX_READ_BYTES) break
    files.set(name, await zip.read(name))
  }
  return { path, version, files }
}

const STRENGTH_ORDER = ['strong', 'medium', 'weak', 'candidate']

/** The targets that the names resemble, strongest rule and most dependents first. */
async function originals(db: Db, candidates: readonly StoredCandidate[]): Promise<string[]> {
  const best = new Map<string, number>()
  for (const { target, strength } of candidates) {
    best.set(target, Math.min(best.get(target) ?? 9, STRENGTH_ORDER.indexOf(strength)))
  }
  const known = new Map(
    (await targetsByPath(db, [...best.keys()])).map((target) => [target.path, target.dependents]),
  )
  const rank = ([path, strength]: [string, number]): [number, number, string] => [
    strength,
    -(known.get(path) ?? 0),
    path,
  ]
  return [...best]
    .map(rank)
    .sort(([a, b, c], [x, y, z]) => a - x || b - y || (c < z ? -1 : 1))
    .slice(0, MOST_ORIGINALS)
    .map(([, , path]) => path)
}

/** The original's zip, in the version that is likeliest to have been copied; null where the mirror has none. */
async function fetchOriginal(
  deps: CompareDeps,
  target: string,
  version: string,
  signal: AbortSignal,
): Promise<ModuleContent | null> {
  try {
    const chosen = nearestVersion(await knownVersions(deps, target, signal), version)
    if (chosen === null) return null
    return await readContent(await deps.proxy.zip(target, chosen, signal), target, chosen)
  } catch (error) {
    // Not cached, refused, or not a sound zip: there is nothing to compare with. Anything else is tried again later.
    if (isGomodError(error) && error.code !== 'retry-later') return null
    throw error
  }
}

async function knownVersions(deps: CompareDeps, target: string, signal: AbortSignal): Promise<string[]> {
  const module = await moduleByPath(deps.db, target)
  const stored = module === null ? [] : (await versionsOf(deps.db, module.id)).map(({ version }) => version)
  return stored.length > 0 ? stored : deps.proxy.list(target, signal)
}

/** The same version, else the highest below it, else the latest: copies keep the original's number or come right after it. */
export function nearestVersion(versions: readonly string[], version: string): string | null {
  if (versions.includes(version)) return version
  const below = versions.filter((known) => compareForSort(known, version) < 0)
  return latestVersion(below) ?? latestVersion(versions)
}
