import { TARGETS_PER_GENERIC_NAME, TARGETS_PER_REPOSITORY_NAME } from '../limits.ts'
import type { Project, TargetFace } from '../project.ts'
import { byDependents } from '../project.ts'
import { GENERIC_REPOSITORIES } from '../rules/words.ts'
import type { LineRests } from './candidate-lines.ts'

/** The most depended-on projects of a repository name, most depended on first. */
export interface KeptFaces {
  /** All their faces with the name. */
  faces: readonly TargetFace[]
  /** Of each project the first one. */
  projects: readonly TargetFace[]
  /** Hashes of the accounts of all projects with the name, kept or not: one look tells that none is the module's. */
  accounts: Int32Array
  /** A bit for each of them, which answers most of the questions. */
  accountBits: number
  /** What is written of them; null until it is. */
  lines: LineRests | null
}

/** Of all faces with a name. */
export function keepFaces(key: string, all: readonly TargetFace[]): KeptFaces {
  const firsts = new Map<Project, TargetFace>()
  for (const face of all) {
    const first = firsts.get(face.project)
    if (first === undefined || face.index < first.index) firsts.set(face.project, face)
  }
  const most = GENERIC_REPOSITORIES.has(key) ? TARGETS_PER_GENERIC_NAME : TARGETS_PER_REPOSITORY_NAME
  const sorted = [...firsts.values()].sort((a, b) => byDependents(a.project, b.project))
  const projects = sorted.slice(0, most)
  const kept = new Set(projects.map(({ project }) => project))
  const accounts = accountsOf(firsts.keys())
  return {
    faces: kept.size === firsts.size ? all : all.filter(({ project }) => kept.has(project)),
    projects,
    accounts,
    accountBits: accounts.reduce((bits, hash) => bits | (1 << hash), 0),
    lines: null,
  }
}

function accountsOf(projects: Iterable<Project>): Int32Array {
  const hashes = new Set<number>()
  for (const { faces } of projects) for (const { accountHash } of faces) hashes.add(accountHash)
  return Int32Array.from(hashes)
}
