import type { PathParts } from '@mirrorwatch/gomod/paths/path-parts'
import { WELL_KNOWN_GENERIC, WELL_KNOWN_PROJECTS } from '../rules/limits.ts'
import type { Name } from '../rules/name.ts'
import { GENERIC_REPOSITORIES } from '../words/known-words.ts'

/** A module that many others depend on, and so worth imitating. */
export interface NameIndexTarget {
  path: string
  /** Modules that require it; null or left out where it was not counted. */
  dependents?: number | null
  /** Another path, or `host/owner/repository`, of the same project: the repository behind a vanity path. */
  repository?: string | null
  /**
   * A person has looked at it and found it honest. Such a module imitates nobody, however little it is used; without this, a
   * look-alike that fooled a few would hide behind them.
   */
  reviewed?: boolean
}

/** One project among the targets: all its modules (majors, directories, vanity path) together. */
export interface Project {
  /** Position of its first module in the list of targets. */
  position: number
  names: TargetName[]
  /** Its modules, the most depended on first. */
  paths: TargetPath[]
  /** The highest figure of its modules; null where none has one. */
  dependents: number | null
  reviewed: boolean
  /** Position among all projects, the most depended-on first, from 0. */
  rank: number
}

export interface TargetName extends Name {
  project: Project
}

/** One module of a project, with what tells which of them a look-alike is closest to. */
export interface TargetPath {
  path: string
  subdirectory: string
  major: string
  isLowerCase: boolean
}

export function toTargetPath({ path, major, folded }: PathParts): TargetPath {
  return { path, subdirectory: folded.subdirectory, major, isLowerCase: isLowerCase(path) }
}

type Ranked = Pick<Project, 'dependents' | 'position'>

/** Orders the most depended on first; of two without a figure, the first in the list of targets. */
export function byDependents(a: Ranked, b: Ranked): number {
  return (b.dependents ?? -1) - (a.dependents ?? -1) || a.position - b.position
}

/** Reports whether the target is one of those that rules about well-known projects are limited to. */
export function isWellKnown({ project, repository }: TargetName): boolean {
  const most = GENERIC_REPOSITORIES.has(repository.letters) ? WELL_KNOWN_GENERIC : WELL_KNOWN_PROJECTS
  return project.rank < most
}

/**
 * Returns the position of the project's module that a look-alike is named with: the one with its directory and its major
 * version, else with its directory, else the root's, else the one in its letter case, else the most depended on.
 */
export function mostSimilarPath({ paths }: Project, module: PathParts): number {
  if (paths.length === 1) return 0
  const lowerCase = isLowerCase(module.path)
  let best = 0
  let bestScore = -1
  for (const [position, path] of paths.entries()) {
    let score = 0
    if (path.subdirectory === module.folded.subdirectory) score += 4
    else if (path.subdirectory === '') score += 2
    if (path.major === module.major) score += 1
    if (path.isLowerCase === lowerCase) score += 0.5
    if (score > bestScore) {
      best = position
      bestScore = score
    }
  }
  return best
}

function isLowerCase(text: string): boolean {
  return text === text.toLowerCase()
}
