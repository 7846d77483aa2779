import type { Label } from './label.ts'
import type { LetterRows } from './letter-rows.ts'
import { letterRows } from './letter-rows.ts'
import { MOST_LETTERS, TARGETS_PER_GENERIC_NAME, TARGETS_PER_REPOSITORY_NAME } from './limits.ts'
import type { Project, TargetFace } from './project.ts'
import { byDependents } from './project.ts'
import type { Relation } from './relation.ts'
import { relationOf } from './relation.ts'
import { SignatureTable } from './signature-table.ts'
import { forEachSignature } from './signatures.ts'
import { GENERIC_REPOSITORIES } from './words.ts'

/** All targets with one repository name, separators apart. */
export interface RepositoryGroup {
  key: string
  /** The spellings, usually one. */
  labels: Label[]
  faces: TargetFace[]
  /** Their owners, ready to be looked through; null until asked for. */
  owners: LetterRows | null
  /** The projects that rules without an owner are asked for; null until counted. */
  kept: Set<Project> | null
  keptFaces: TargetFace[] | null
}

/** A name that was cut: so many projects have it that only the most depended on are compared by content. */
export interface CutName {
  repository: string
  projects: number
  kept: number
}

export interface NearGroup {
  group: RepositoryGroup
  /** Null for the same name. */
  relation: Relation | null
}

/** A rule that is about the repository asks for these at the most; see `rules-repository.ts`, `rules-project.ts`. */
const NEAR: ReadonlySet<Relation> = new Set([
  'separators',
  'look-alike',
  'swap',
  'plural',
  'keyboard',
  'edit',
  'words-reordered',
  'anagram',
  'affix-added',
  'affix-removed',
])

const MOST_REMEMBERED = 50_000

/** Finds the repository names among the targets that resemble a given one. */
export class RepositoryGroups {
  readonly #groups: RepositoryGroup[] = []
  readonly #byKey = new Map<string, RepositoryGroup>()
  readonly #signatures = new SignatureTable()
  readonly #near = new Map<string, NearGroup[]>()
  readonly #seen: number[] = []
  #lookup = 0

  add(face: TargetFace): void {
    const { key } = face.repository
    let group = this.#byKey.get(key)
    if (group === undefined) {
      group = { key, labels: [], faces: [], owners: null, kept: null, keptFaces: null }
      const id = this.#groups.push(group) - 1
      this.#byKey.set(key, group)
      if (key.length <= MOST_LETTERS) forEachSignature(key, (hash) => this.#signatures.add(hash, id))
    }
    if (!group.labels.some(({ text }) => text === face.repository.text)) group.labels.push(face.repository)
    group.faces.push(face)
    this.#changed(group)
  }

  remove(face: TargetFace): void {
    const group = this.#byKey.get(face.repository.key)
    if (group === undefined) return
    group.faces.splice(group.faces.indexOf(face), 1)
    group.labels = [...new Map(group.faces.map(({ repository }) => [repository.text, repository])).values()]
    this.#changed(group)
  }

  /** The figures of the face's project changed. */
  recount(face: TargetFace): void {
    const group = this.#byKey.get(face.repository.key)
    if (group === undefined) return
    group.kept = null
    group.keptFaces = null
  }

  #changed(group: RepositoryGroup): void {
    group.owners = null
    group.kept = null
    group.keptFaces = null
    if (this.#near.size > 0) this.#near.clear()
  }

  get(key: string): RepositoryGroup | undefined {
    return this.#byKey.get(key)
  }

  /** The groups whose name is `label` or resembles it. */
  near(label: Label): readonly NearGroup[] {
    const remembered = this.#near.get(label.text)
    if (remembered !== undefined) return remembered
    const found = this.#find(label)
    if (this.#near.size >= MOST_REMEMBERED) this.#near.clear()
    this.#near.set(label.text, found)
    return found
  }

  #find(label: Label): NearGroup[] {
    const found: NearGroup[] = []
    const lookup = ++this.#lookup
    if (label.key === '') return found
    if (label.key.length > MOST_LETTERS) {
      const group = this.#byKey.get(label.key)
      return group === undefined ? found : [{ group, relation: null }]
    }
    const visit = (id: number): void => {
      if (this.#seen[id] === lookup) return
      this.#seen[id] = lookup
      const group = this.#groups[id]
      if (group === undefined || group.faces.length === 0) return
      if (group.key === label.key) found.push({ group, relation: null })
      else {
        const relation = closestRelation(label, group)
        if (relation !== null) found.push({ group, relation })
      }
    }
    forEachSignature(label.key, (hash) => this.#signatures.visit(hash, visit))
    return found
  }

  /** Names that more projects have than are compared by content, and how many. */
  cut(): CutName[] {
    return this.#groups
      .map((group) => ({
        repository: group.labels[0]?.text ?? group.key,
        projects: new Set(group.faces.map(({ project }) => project)).size,
        kept: keptProjects(group).size,
      }))
      .filter(({ projects, kept }) => projects > kept)
      .sort((a, b) => b.projects - a.projects)
  }

  get bytes(): number {
    return this.#signatures.bytes
  }
}

/** The spellings of a group have the same letters, so they differ at most in the order of words. */
function closestRelation(label: Label, group: RepositoryGroup): Relation | null {
  for (const known of group.labels) {
    const relation = relationOf(label, known)
    if (relation !== null && NEAR.has(relation)) return relation
  }
  return null
}

export function keptProjects(group: RepositoryGroup): ReadonlySet<Project> {
  if (group.kept === null) {
    const projects = [...new Set(group.faces.map(({ project }) => project))]
    const most = GENERIC_REPOSITORIES.has(group.key) ? TARGETS_PER_GENERIC_NAME : TARGETS_PER_REPOSITORY_NAME
    group.kept = new Set(projects.length <= most ? projects : projects.sort(byDependents).slice(0, most))
  }
  return group.kept
}

/** The faces of the kept projects with this repository name. */
export function keptFaces(group: RepositoryGroup): readonly TargetFace[] {
  if (group.keptFaces === null) {
    const kept = keptProjects(group)
    group.keptFaces = group.faces.filter(({ project }) => kept.has(project))
  }
  return group.keptFaces
}

export function ownersOf(group: RepositoryGroup): LetterRows {
  group.owners ??= letterRows(group.faces.map(({ owner }) => owner))
  return group.owners
}
