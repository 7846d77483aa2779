import { HashTable } from './hash-table.ts'
import type { Label } from './label.ts'
import type { LetterRows } from './letter-rows.ts'
import { letterRows } from './letter-rows.ts'
import { MOST_LETTERS, TARGETS_PER_GENERIC_NAME, TARGETS_PER_REPOSITORY_NAME } from './limits.ts'
import type { Project, TargetFace } from './project.ts'
import { byDependents } from './project.ts'
import type { Relation } from './relation.ts'
import { relationOf } from './relation.ts'
import { MOST_SIGNATURES, signaturesOf } from './signatures.ts'
import { GENERIC_REPOSITORIES } from './words.ts'

/** All targets with one repository name, separators apart. */
export interface RepositoryGroup {
  key: string
  /** The spellings, usually one. */
  labels: Label[]
  faces: TargetFace[]
  /** Their owners, ready to be looked through; null until asked for. */
  owners: LetterRows | null
  /** What rules without an owner are asked for; null until counted. */
  kept: KeptFaces | null
  /** The last look-up that came by. */
  seen: number
}

/** The most depended-on projects of a repository name, most depended on first. */
export interface KeptFaces {
  /** All their faces with the name. */
  faces: readonly TargetFace[]
  /** Of each project the first one. */
  projects: readonly TargetFace[]
  /** Hashes of the accounts of all projects with the name, kept or not: one look tells that none is the module's. */
  accounts: Int32Array
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

/** Targets' names whose groups are remembered: a power of two. Each has one place, and the last one takes it. */
const REMEMBERED = 1 << 15

interface Remembered {
  text: string
  near: readonly NearGroup[]
}

/** Finds the repository names among the targets that resemble a given one. */
export class RepositoryGroups {
  readonly #groups: RepositoryGroup[] = []
  readonly #byKey = new Map<string, RepositoryGroup>()
  readonly #signatures = new HashTable()
  readonly #scratch = new Int32Array(MOST_SIGNATURES)
  #remembered: (Remembered | undefined)[] = []
  #lookup = 0

  add(face: TargetFace): void {
    const { key } = face.repository
    let group = this.#byKey.get(key)
    if (group === undefined) {
      group = { key, labels: [], faces: [], owners: null, kept: null, seen: 0 }
      const id = this.#groups.push(group) - 1
      this.#byKey.set(key, group)
      const count = signaturesOf(face.repository, this.#scratch)
      for (let i = 0; i < count; i++) this.#signatures.add(this.#scratch[i] ?? 0, id)
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
    if (group !== undefined) group.kept = null
  }

  #changed(group: RepositoryGroup): void {
    group.owners = null
    group.kept = null
    if (this.#remembered.length > 0) this.#remembered = []
  }

  get(key: string): RepositoryGroup | undefined {
    return this.#byKey.get(key)
  }

  /** The groups whose name is `label` or resembles it. */
  near(label: Label): readonly NearGroup[] {
    const place = label.keyHash & (REMEMBERED - 1)
    const remembered = this.#remembered[place]
    if (remembered !== undefined && remembered.text === label.text) return remembered.near
    const near = this.#find(label)
    // Other names hardly ever come again; remembering them would only make old garbage.
    if (!near.some(({ relation }) => relation === null)) return near
    if (this.#remembered.length === 0) this.#remembered = Array.from({ length: REMEMBERED })
    this.#remembered[place] = { text: label.text, near }
    return near
  }

  #find(label: Label): readonly NearGroup[] {
    if (label.key === '') return NOTHING
    const found: NearGroup[] = []
    const lookup = ++this.#lookup
    // A longer name has no signatures.
    const same = label.key.length > MOST_LETTERS ? this.#byKey.get(label.key) : undefined
    if (same !== undefined && same.faces.length > 0) found.push({ group: same, relation: null })
    const count = signaturesOf(label, this.#scratch)
    for (let i = 0; i < count; i++) {
      const signature = this.#scratch[i] ?? 0
      for (let at = this.#signatures.first(signature); at !== -1; at = this.#signatures.next(at)) {
        const group = this.#groups[this.#signatures.value(at)]
        if (group === undefined || group.seen === lookup) continue
        group.seen = lookup
        if (group.faces.length === 0) continue
        const relation = group.key === label.key ? null : closestRelation(label, group)
        if (relation !== null || group.key === label.key) found.push({ group, relation })
      }
    }
    return found.length === 0 ? NOTHING : found
  }

  /** Names that more projects have than are compared by content, and how many. */
  cut(): CutName[] {
    return this.#groups
      .map((group) => ({
        repository: group.labels[0]?.text ?? group.key,
        projects: new Set(group.faces.map(({ project }) => project)).size,
        kept: keptFaces(group).projects.length,
      }))
      .filter(({ projects, kept }) => projects > kept)
      .sort((a, b) => b.projects - a.projects)
  }

  get bytes(): number {
    return this.#signatures.bytes
  }
}

const NOTHING: readonly NearGroup[] = []

/** The spellings of a group have the same letters, so they differ at most in the order of words. */
function closestRelation(label: Label, group: RepositoryGroup): Relation | null {
  for (const known of group.labels) {
    const relation = relationOf(label, known)
    if (relation !== null && NEAR.has(relation)) return relation
  }
  return null
}

/** The projects of the group that rules without an owner are asked for. */
export function keptFaces(group: RepositoryGroup): KeptFaces {
  group.kept ??= keepFaces(group)
  return group.kept
}

function keepFaces(group: RepositoryGroup): KeptFaces {
  const firsts = new Map<Project, TargetFace>()
  for (const face of group.faces) {
    const first = firsts.get(face.project)
    if (first === undefined || face.index < first.index) firsts.set(face.project, face)
  }
  const most = GENERIC_REPOSITORIES.has(group.key) ? TARGETS_PER_GENERIC_NAME : TARGETS_PER_REPOSITORY_NAME
  const sorted = [...firsts.values()].sort((a, b) => byDependents(a.project, b.project))
  const projects = sorted.slice(0, most)
  const kept = new Set(projects.map(({ project }) => project))
  return {
    faces: kept.size === firsts.size ? group.faces : group.faces.filter(({ project }) => kept.has(project)),
    projects,
    accounts: accountsOf(firsts.keys()),
  }
}

function accountsOf(projects: Iterable<Project>): Int32Array {
  const hashes = new Set<number>()
  for (const { faces } of projects) for (const { accountHash } of faces) hashes.add(accountHash)
  return Int32Array.from(hashes)
}

export function ownersOf(group: RepositoryGroup): LetterRows {
  group.owners ??= letterRows(group.faces.map(({ owner }) => owner))
  return group.owners
}
