import type { CapabilityReport, ImportedModule } from '@mirrorwatch/detect/go/types'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { parseGoMod } from '@mirrorwatch/gomod/mod/go-mod'
import type { Db } from '@mirrorwatch/store/database'
import { modulesByPath } from '@mirrorwatch/store/tables/modules'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import { orNothing } from '@mirrorwatch/verify/cached-version'
import type { ReadModule, Subject } from './subject.ts'

/** Modules that are read for one version. Those with the fewest dependents come first: a payload's module has none. */
const MOST_IMPORTED = 10
/** Steps from the copy: what it imports, and what that imports. */
const STEPS = 2
/** Dependents from which a module is left out: more go.mod files than any known attack has published. */
const WIDELY_USED = 1_000

/**
 * Completes a report with what the modules do on import that the added code imports, or whose requirement was raised: a copy may
 * be as clean as its original, and have its payload in a module that it requires, or in one that this requires. Widely used
 * modules are left out. The zip is that of the version which the copy's own go.mod requires, whatever its size: padding is
 * cheap, and of a large zip the small files are read first. A module that is not cached or not required is not read. The report
 * says so where some were left out. Expects what `keptReport` gives, in which imports are few and short.
 */
export async function withImported(
  subject: Subject,
  added: CapabilityReport | null,
): Promise<CapabilityReport | null> {
  if (added === null) return null
  const raised = (added.requirements ?? []).flatMap(({ imports }) => imports)
  let imports = [...new Set([...added.imports, ...raised])]
  if (imports.length === 0) return added
  const imported: ImportedModule[] = []
  const seen = new Set<string>()
  const versions = new Map(requirements((await subject.cached.mod())?.toString('utf8') ?? ''))
  let leftOut = false
  for (let step = 0; step < STEPS && imports.length > 0; step++) {
    const required = (await littleUsed(subject.deps.db, requiredBy(versions, imports))).filter(
      ({ path }) => !seen.has(path),
    )
    const room = MOST_IMPORTED - seen.size
    leftOut ||= required.length > room
    imports = []
    for (const each of required.slice(0, room)) {
      seen.add(each.path)
      const found = await importedOnce(subject, each)
      if (found === null) continue
      imported.push(found.module)
      imports.push(...found.imports)
      // What the copy's go.mod does not say, an older go.mod leaves to those of its requirements.
      for (const [path, version] of Object.entries(found.requires))
        if (!versions.has(path)) versions.set(path, version)
    }
  }
  return seen.size === 0 ? added : { ...added, imported, truncated: added.truncated || leftOut }
}

/** Several comparisons of one version ask for the same modules. */
function importedOnce(subject: Subject, each: Required): Promise<ReadModule | null> {
  const key = `${each.path}@${each.version}: ${each.importPaths.join(' ')}`
  const reading = subject.imported.get(key) ?? readImported(subject, each)
  subject.imported.set(key, reading)
  return reading
}

/** Reads one imported module. Null where it is not to be had, or was not read. */
async function readImported(
  { deps, reading, signal }: Subject,
  { path, version, importPaths }: Required,
): Promise<ReadModule | null> {
  const bytes = await orNothing(orRefused(deps.proxy.zip(path, version, signal)))
  if (bytes === 'refused')
    return { module: { path, version, uses: [], refused: true }, imports: [], requires: {} }
  if (bytes === null) return null
  const found = await reading.onImport(await deps.sources.share(path, version, bytes), importPaths)
  return found && { ...found, module: { path, version, uses: found.uses } }
}

/** The mirror's refusal is its verdict on the module that is asked for. */
async function orRefused<T>(asked: Promise<T>): Promise<T | 'refused'> {
  try {
    return await asked
  } catch (error) {
    if (isGomodError(error, 'blocked')) return 'refused'
    throw error
  }
}

interface Required {
  path: string
  version: string
  importPaths: string[]
}

/** Finds the modules that are required for these import paths: of several, the one with the longest path. */
function requiredBy(versions: ReadonlyMap<string, string>, imports: readonly string[]): Required[] {
  const required = new Map<string, Required>()
  for (const importPath of imports) {
    let path = importPath
    while (path !== '' && !versions.has(path)) path = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    const needed = versions.get(path)
    if (needed === undefined) continue
    const known = required.get(path) ?? { path, version: needed, importPaths: [] }
    known.importPaths.push(importPath)
    required.set(path, known)
  }
  return [...required.values()]
}

function requirements(untrustedText: string): [path: string, version: string][] {
  try {
    return parseGoMod(untrustedText).requires.map(({ path, version }) => [path, version])
  } catch (error) {
    if (isGomodError(error, 'malformed')) return []
    throw error
  }
}

/** Leaves out what many depend on; the rest in order of dependents, fewest first. */
async function littleUsed(db: Db, required: readonly Required[]): Promise<Required[]> {
  const paths = required.map(({ path }) => path)
  const known = [...(await modulesByPath(db, paths)), ...(await targetsByPath(db, paths))]
  const dependents = new Map<string, number>()
  for (const each of known)
    dependents.set(each.path, Math.max(dependents.get(each.path) ?? 0, each.dependents))
  const of = ({ path }: Required): number => dependents.get(path) ?? 0
  return required.filter((each) => of(each) < WIDELY_USED).toSorted((a, b) => of(a) - of(b))
}
