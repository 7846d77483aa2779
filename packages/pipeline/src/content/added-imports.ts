import { usesBeyond } from '@mirrorwatch/detect/go/report/difference'
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
 * be as clean as its original, and have its payload in a module that it requires, or in one that this requires. Of a module that
 * the original imports too, only what its version does beyond the original's counts. Widely used
 * modules are left out. The zip is that of the version which the copy's own go.mod requires, of any size: padding is
 * cheap, and of a large zip the small files are read first. A module that is not cached or not required is not read. The report
 * says so where some were left out. Expects what `keptReport` gives, in which imports are few and short.
 */
export async function withImported(
  subject: Subject,
  added: CapabilityReport | null,
): Promise<CapabilityReport | null> {
  if (added === null) return null
  const base = baseOf(added)
  let imports = [...new Set([...added.imports, ...base.imports])]
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
      imported.push(await beyondBase(subject, each, found, base))
      imports.push(...found.imports)
      // What the copy's go.mod does not say, an older go.mod leaves to those of its requirements.
      addMissing(versions, found.requires)
    }
  }
  return seen.size === 0 ? added : { ...added, imported, truncated: added.truncated || leftOut }
}

/** Known imports of the original, and the versions that it requires. */
interface Base {
  imports: Set<string>
  versions: Map<string, string>
}

function baseOf({ imports, requirements = [] }: CapabilityReport): Base {
  const had = requirements.flatMap((each) => (each.was === null ? [] : [[each.path, each.was] as const]))
  const raised = requirements.flatMap((each) => each.imports).filter((path) => !imports.includes(path))
  return { imports: new Set(raised), versions: new Map(had) }
}

/** Leaves out what the module does in the original's version too, and adds to `base` what that version imports and requires. */
async function beyondBase(
  subject: Subject,
  each: Required,
  { module }: ReadModule,
  base: Base,
): Promise<ImportedModule> {
  const version = base.versions.get(each.path)
  if (version === undefined || !each.importPaths.every((path) => base.imports.has(path))) return module
  const before = await importedOnce(subject, { ...each, version })
  // A refused version is the mirror's verdict on all of it, so nothing is subtracted.
  if (before === null || module.refused === true || before.module.refused === true) return module
  for (const path of before.imports) base.imports.add(path)
  addMissing(base.versions, before.requires)
  return { ...module, uses: usesBeyond(before.module.uses, module.uses) }
}

function addMissing(versions: Map<string, string>, requires: Readonly<Record<string, string>>): void {
  for (const [path, version] of Object.entries(requires)) if (!versions.has(path)) versions.set(path, version)
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
