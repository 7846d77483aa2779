import type { PathParts } from '@mirrorwatch/gomod/paths/path-parts'
import type { Face } from './rules/face.ts'

/** A module that many others depend on, and so worth imitating. */
export interface NameIndexTarget {
  path: string
  /** Modules that require it; null or left out where nobody counted. */
  dependents?: number | null
  /** Another path, or `host/owner/repository`, of the same project: the repository behind a vanity path. */
  repository?: string | null
  /** When the module was first listed, in milliseconds since 1970; null or left out where unknown. */
  firstSeenMs?: number | null
  /**
   * Somebody has looked at it and takes it for what it is. Such a module imitates nobody, however little it is used;
   * without this, a look-alike that fooled a few would hide behind them.
   */
  reviewed?: boolean
}

export interface TargetPath {
  target: NameIndexTarget
  parts: PathParts
  /** Place in the list that it came with: of two without a figure the first is taken for the more used. */
  order: number
}

/** One project among the targets: all its modules (majors, sub-directories, vanity path) together. */
export interface Project {
  /** Of its first module. */
  order: number
  keys: string[]
  accounts: string[]
  faces: TargetFace[]
  paths: TargetPath[]
  /** The highest figure of its modules; null where none has one. */
  dependents: number | null
  firstSeenMs: number | null
  reviewed: boolean
}

export interface TargetFace extends Face {
  project: Project
}

/** Most depended on first, those without a figure after them in the order of the list. */
export function byDependents(a: Project, b: Project): number {
  return (b.dependents ?? -1) - (a.dependents ?? -1) || a.order - b.order
}

/**
 * Which of a project's modules a look-alike is named with: the one with its directory and its major version, else with
 * its directory, else the root's, else the one written in its letter case, else the most depended on.
 */
export function mostSimilarPath(project: Project, module: PathParts): string {
  return project.paths[mostSimilar(project, module)]?.target.path ?? ''
}

/** Its place in the project's list. */
export function mostSimilar({ paths }: Project, module: PathParts): number {
  if (paths.length === 1) return 0
  const lowerCase = isLowerCase(module.path)
  let best = 0
  let bestScore = -1
  for (const [at, { parts }] of paths.entries()) {
    let score = 0
    if (parts.folded.subdirectory === module.folded.subdirectory) score += 4
    else if (parts.subdirectory === '') score += 2
    if (parts.major === module.major) score += 1
    // A project is known by several spellings: the one in the imitator's letter case is the one that is imitated.
    if (isLowerCase(parts.path) === lowerCase) score += 0.5
    if (score > bestScore) {
      best = at
      bestScore = score
    }
  }
  return best
}

function isLowerCase(text: string): boolean {
  return text === text.toLowerCase()
}

/** The same for the modules of one project. */
export function byPreference(a: TargetPath, b: TargetPath): number {
  return (b.target.dependents ?? -1) - (a.target.dependents ?? -1) || a.order - b.order
}
