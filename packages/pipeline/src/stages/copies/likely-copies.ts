import { decodeFingerprint, type FingerprintFile, featuresOf } from '@mirrorwatch/detect/clone/fingerprint'
import { compareOriginality, type Twin } from '@mirrorwatch/detect/clone/original'
import { estimateSimilarity } from '@mirrorwatch/detect/clone/similarity'
import { sameOwner } from '@mirrorwatch/gomod/paths/owner'
import type { Db } from '@mirrorwatch/store/database'
import { projectDependents } from '@mirrorwatch/store/tables/dependents'
import {
  fingerprintOf,
  fingerprintsNear,
  modulesSharing,
  type SharedModule,
} from '@mirrorwatch/store/tables/fingerprints'
import { provenRepositories } from '@mirrorwatch/store/tables/inspections'
import { type Module, modulesByPath } from '@mirrorwatch/store/tables/modules'
import type { VersionKey } from '@mirrorwatch/store/work/schedule'
import { repositoryKey } from '../../content/repository-key.ts'
import { codeCopies } from './code-copies.ts'
import type { LikelyCopy } from './likely-copy.ts'

/** A module as its zip's central directory shows it. */
export interface ListedFiles {
  moduleId: number
  path: string
  version: string
  files: readonly FingerprintFile[]
}

/** Modules that the index names: as many as a large campaign has copies. */
const MOST_SHARING = 100
/** Modules whose listings are compared: those with most files in common… */
const MOST_ALIKE = 6
/** …and, as copies of one original are nearer to each other than to it, the best established of the others. */
const MOST_ESTABLISHED = 4
/** Versions of one module whose listings are compared, nearest in size first. */
const MOST_VERSIONS = 4

/**
 * Finds the listed modules that are nearly the same as this one, nearest first; names do not count. The estimate picks whose
 * contents are compared.
 */
export async function likelyCopies(db: Db, listed: Omit<ListedFiles, 'version'>): Promise<LikelyCopy[]> {
  const features = featuresOf(listed.files)
  const shared = await modulesSharing(db, {
    features,
    moduleId: listed.moduleId,
    minShared: sharedNeeded(features.length),
    limit: MOST_SHARING,
  })
  const bytes = bytesOf(listed.files)
  const copies: LikelyCopy[] = []
  for (const { moduleId, path } of worthComparing(shared)) {
    let nearest: LikelyCopy | null = null
    const versions: string[] = []
    for (const { version, listing } of await fingerprintsNear(db, moduleId, {
      bytes,
      limit: MOST_VERSIONS,
    })) {
      const estimate = estimateSimilarity({ path, files: decodeFingerprint(listing) }, listed)
      if (!estimate.nearCopy) continue
      versions.push(version)
      if (estimate.similarity <= (nearest?.similarity ?? 0)) continue
      nearest = { moduleId, path, by: 'files', version, versions, similarity: estimate.similarity }
    }
    if (nearest !== null) copies.push(nearest)
  }
  return copies.toSorted((a, b) => b.similarity - a.similarity)
}

/**
 * What one version is likely to be a copy of, best established first, and what is likely to be a copy of it. Modules of one
 * owner, or of one repository, are one project and neither.
 */
export async function relativesOf(
  db: Db,
  module: Module,
  version: string,
): Promise<{ originals: LikelyCopy[]; copies: VersionKey[] }> {
  const likely = await likelyByFilesOrCode(db, module, version)
  const others = await otherProjects(db, module, version, likely)
  const twins = await twinsOf(db, [module.path, ...others.map(({ path }) => path)])
  const order = (a: string, b: string): number => {
    const [first, second] = [twins.get(a), twins.get(b)]
    return first === undefined || second === undefined ? 0 : compareOriginality(first, second)
  }
  const originals = others
    .filter(({ path }) => order(path, module.path) < 0)
    .toSorted((a, b) => order(a.path, b.path))
  const copies = others
    .filter(({ path }) => order(path, module.path) > 0)
    .flatMap(({ moduleId, versions }) => versions.map((each) => ({ moduleId, version: each })))
  return { originals, copies }
}

/** Finds likely copies by equal files, which is cheap, and then by code, which does not depend on them. */
async function likelyByFilesOrCode(db: Db, module: Module, version: string): Promise<LikelyCopy[]> {
  const own = await fingerprintOf(db, module.id, version)
  const files = own === null ? [] : decodeFingerprint(own.listing)
  const byFiles = await likelyCopies(db, { moduleId: module.id, path: module.path, files })
  const known = new Set(byFiles.map(({ moduleId }) => moduleId))
  const byCode = await codeCopies(db, module.id, version)
  return [...byFiles, ...byCode.filter(({ moduleId }) => !known.has(moduleId))]
}

/** Leaves out modules of the same owner, and those from the repository that this very version was found to come from. */
async function otherProjects(
  db: Db,
  module: Module,
  version: string,
  likely: readonly LikelyCopy[],
): Promise<LikelyCopy[]> {
  if (likely.length === 0) return []
  const [proven] = await provenRepositories(db, [module.id], version)
  const own = new Set(proven?.urls.map(repositoryKey))
  const others = await provenRepositories(
    db,
    likely.map(({ moduleId }) => moduleId),
  )
  const sameProject = new Set(
    others
      .filter(({ urls }) => urls.some((url) => own.has(repositoryKey(url))))
      .map(({ moduleId }) => moduleId),
  )
  return likely.filter(({ moduleId, path }) => !sameOwner(path, module.path) && !sameProject.has(moduleId))
}

async function twinsOf(db: Db, paths: readonly string[]): Promise<Map<string, Twin>> {
  const dependents = await projectDependents(db, paths)
  const modules = await modulesByPath(db, paths)
  return new Map(
    modules.map(({ path, declaredPath, firstCachedAt }) => [
      path,
      { path, declaredPath, dependents: dependents.get(path) ?? 0, firstCachedAt: new Date(firstCachedAt) },
    ]),
  )
}

/** `shared` has most in common first; ids are given in the order in which modules were first seen. */
function worthComparing(shared: readonly SharedModule[]): SharedModule[] {
  const established = shared
    .slice(MOST_ALIKE)
    .toSorted((a, b) => b.dependents - a.dependents || a.moduleId - b.moduleId)
  return [...shared.slice(0, MOST_ALIKE), ...established.slice(0, MOST_ESTABLISHED)]
}

function bytesOf(files: readonly FingerprintFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}

/**
 * A quarter of what there is, at most three: one shared file of a small module is a copy, of a large one an accident. Not more,
 * since in a renamed copy only files that do not mention the module's path stay equal: an application has one in five.
 */
export function sharedNeeded(features: number): number {
  return Math.max(1, Math.min(3, Math.ceil(features / 4)))
}
