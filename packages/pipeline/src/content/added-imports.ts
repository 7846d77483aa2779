import type { CapabilityReport, ImportedModule } from '@mirrorwatch/detect/go/types'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { parseGoMod } from '@mirrorwatch/gomod/mod/go-mod'
import type { Db } from '@mirrorwatch/store/database'
import { modulesByPath } from '@mirrorwatch/store/tables/modules'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import { orNothing } from '@mirrorwatch/verify/cached-version'
import type { Subject } from './subject.ts'

/** Modules that are read for one version. Those with the fewest dependents come first: a payload's module has none. */
const MOST_IMPORTED = 10
/** Dependents from which a module is left out: more go.mod files than any known attack has published. */
const WIDELY_USED = 1_000

/**
 * Completes a report with what the modules do on import that the added code imports: a copy may be as clean as its original, and
 * have its payload in a module that it requires. Widely used modules are left out. The zip is that of the version which the
 * copy's own go.mod requires, whatever its size: padding is cheap, and of a large zip the small files are read first. A module
 * that is not cached or not required is not read. The report says so where some were left out. Expects what
 * `keptReport` gives, in which imports are few and short.
 */
export async function withImported(
  subject: Subject,
  added: CapabilityReport | null,
): Promise<CapabilityReport | null> {
  if (added === null || added.imports.length === 0) return added
  const required = await littleUsed(subject.deps.db, await requiredBy(subject, added.imports))
  const imported: ImportedModule[] = []
  for (const each of required.slice(0, MOST_IMPORTED)) {
    const key = `${each.path}@${each.version}: ${each.importPaths.join(' ')}`
    const reading = subject.imported.get(key) ?? readImported(subject, each)
    subject.imported.set(key, reading)
    const module = await reading
    if (module !== null) imported.push(module)
  }
  return { ...added, imported, truncated: added.truncated || required.length > MOST_IMPORTED }
}

/** Reads one imported module. Null where it is not to be had, or was not read. */
async function readImported(
  { deps, reading, signal }: Subject,
  { path, version, importPaths }: Required,
): Promise<ImportedModule | null> {
  const bytes = await orNothing(orRefused(deps.proxy.zip(path, version, signal)))
  if (bytes === 'refused') return { path, version, uses: [], refused: true }
  if (bytes === null) return null
  const uses = await reading.onImport(await deps.sources.share(path, version, bytes), importPaths)
  return uses && { path, version, uses }
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

/** Finds the modules that the go.mod requires for these import paths: of several, the one with the longest path. */
async function requiredBy({ cached }: Subject, imports: readonly string[]): Promise<Required[]> {
  const untrustedText = await cached.mod()
  const versions = new Map(requirements(untrustedText?.toString('utf8') ?? ''))
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
