import { FOREIGN_REPOSITORY, MOST_LETTERS } from '../limits.ts'
import type { TargetFace } from '../project.ts'
import type { Label } from '../rules/label.ts'
import type { LetterRows } from '../rules/letter-rows.ts'
import { letterRows } from '../rules/letter-rows.ts'
import type { Relation } from '../rules/relation.ts'
import { relationOf } from '../rules/relation.ts'
import { GENERIC_REPOSITORIES } from '../rules/words.ts'
import { HashTable } from './hash-table.ts'
import type { KeptFaces } from './kept-faces.ts'
import { keepFaces } from './kept-faces.ts'
import { MOST_SIGNATURES, signaturesOf } from './signatures.ts'

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
}

/** A name that was cut: so many projects have it that only the most depended on are compared by content. */
export interface CutName {
  repository: string
  projects: number
  kept: number
}

/** What a repository name is, or resembles. */
export interface Near {
  /** The name, where it is remembered. */
  text: string | null
  /** The targets of this very name, separators apart. */
  same: RepositoryGroup | null
  /** What is kept of them; null until asked for. */
  kept: KeptFaces | null
  /** Names that resemble it. */
  others: readonly RepositoryGroup[]
  /** Those of them that can be taken for it whoever the owner is. */
  foreign: readonly RepositoryGroup[]
  /** All faces of the same name and then those of the others, and their owners: in one piece, to be looked through. */
  faces: readonly TargetFace[]
  owners: LetterRows
  /** How many of them have the same name. */
  sameFaces: number
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

/** Of how many names the groups are remembered: a power of two. Each has one place, and the last one takes it. */
const PLACES_PER_NAME = 4

function placesFor(names: number): number {
  return 1 << (32 - Math.clz32(PLACES_PER_NAME * names))
}

/** Finds the repository names among the targets that resemble a given one. */
export class RepositoryGroups {
  readonly #groups: RepositoryGroup[] = []
  readonly #byKey = new Map<string, RepositoryGroup>()
  readonly #signatures = new HashTable()
  readonly #scratch = new Int32Array(MOST_SIGNATURES)
  /** The last look-up that came by, for each group. */
  #seen = new Int32Array(1024)
  #remembered: (Near | undefined)[] = []
  /** Hashes of other names that came by: most never come again, and those that do are remembered from then on. */
  #cameBy = new Int32Array(0)
  #lookup = 0
  /** Of no use but that it is written: what nobody needs, the engine does not read. */
  #read = 0

  add(face: TargetFace): void {
    const { key } = face.repository
    let group = this.#byKey.get(key)
    if (group === undefined) {
      group = { key, labels: [face.repository], faces: [face], owners: null, kept: null }
      const id = this.#groups.push(group) - 1
      if (id >= this.#seen.length) this.#seen = new Int32Array(2 * this.#seen.length)
      this.#byKey.set(key, group)
      const count = signaturesOf(face.repository, this.#scratch)
      for (let i = 0; i < count; i++) this.#signatures.add(this.#scratch[i] ?? 0, id)
      this.#changed(group)
      return
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
    if (group !== undefined) this.#changed(group)
  }

  #changed(group: RepositoryGroup): void {
    group.owners = null
    group.kept = null
    if (this.#remembered.length > 0) this.#remembered = []
  }

  get(key: string): RepositoryGroup | undefined {
    return this.#byKey.get(key)
  }

  /**
   * Reads a little of all that {@link near} and its callers are about to read for these names: one kind of thing for all of
   * them before the next, so that the waits for main memory overlap. One name after the other, each waits for each.
   */
  prefetch(names: readonly Label[]): void {
    const nears: Near[] = []
    for (const { keyHash } of names) {
      const near = this.#remembered[keyHash & (this.#remembered.length - 1)]
      if (near !== undefined) nears.push(near)
    }
    let read = this.#read
    for (const { sameFaces } of nears) read ^= sameFaces
    for (const { owners, kept } of nears) read ^= owners.length ^ (kept?.accountBits ?? 0)
    for (const { owners, kept } of nears) read ^= (owners[0] ?? 0) ^ (kept?.lines?.bytes.length ?? 0)
    for (const { kept } of nears) read ^= (kept?.lines?.bytes[0] ?? 0) ^ (kept?.projects.length ?? 0)
    this.#read = read
  }

  /** The groups whose name is `label` or resembles it. */
  near(label: Label): Near {
    const place = label.keyHash & (this.#remembered.length - 1)
    const remembered = this.#remembered[place]
    if (remembered !== undefined && remembered.text === label.text) return remembered
    const near = this.#find(label)
    if (this.#remembered.length === 0) {
      const places = placesFor(this.#groups.length)
      this.#remembered = Array.from({ length: places })
      this.#cameBy = new Int32Array(places)
      return near
    }
    // The target's own text, as the module's may be a piece of a block of many paths, which would stay.
    const known = near.same?.labels.find(({ text }) => text === label.text)
    if (known !== undefined) {
      near.text = known.text
      this.#remembered[place] = near
    } else if (this.#cameBy[place] === label.keyHash) {
      this.#remembered[place] = { ...near, text: Buffer.from(label.text).toString() }
    } else this.#cameBy[place] = label.keyHash
    return near
  }

  #find(label: Label): Near {
    if (label.key === '') return NOTHING
    // A longer name has no signatures.
    let same = label.key.length > MOST_LETTERS ? (this.#byKey.get(label.key) ?? null) : null
    let others: RepositoryGroup[] | null = null
    let foreign: RepositoryGroup[] | null = null
    const lookup = ++this.#lookup
    const count = signaturesOf(label, this.#scratch)
    for (let i = 0; i < count; i++) {
      const signature = this.#scratch[i] ?? 0
      for (let at = this.#signatures.first(signature); at !== -1; at = this.#signatures.next(at)) {
        const id = this.#signatures.value(at)
        if (this.#seen[id] === lookup) continue
        this.#seen[id] = lookup
        const group = this.#groups[id]
        if (group === undefined || group.faces.length === 0) continue
        if (group.key === label.key) {
          same = group
          continue
        }
        const relation = closestRelation(label, group)
        if (relation === null) continue
        others = withGroup(others, group)
        if (mayBeForeign(label.key, group.key, relation)) foreign = withGroup(foreign, group)
      }
    }
    if (same?.faces.length === 0) same = null
    if (same === null && others === null) return NOTHING
    const all = others ?? NO_GROUPS
    return {
      text: null,
      same,
      kept: null,
      others: all,
      foreign: foreign ?? NO_GROUPS,
      ...facesOf(same === null ? all : [same, ...all]),
      sameFaces: same?.faces.length ?? 0,
    }
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

const NO_GROUPS: readonly RepositoryGroup[] = []
const NOTHING: Near = {
  text: null,
  same: null,
  kept: null,
  others: NO_GROUPS,
  foreign: NO_GROUPS,
  faces: [],
  owners: new Int32Array(0),
  sameFaces: 0,
}

function withGroup(groups: RepositoryGroup[] | null, group: RepositoryGroup): RepositoryGroup[] {
  if (groups === null) return [group]
  groups.push(group)
  return groups
}

function facesOf(groups: readonly RepositoryGroup[]): Pick<Near, 'faces' | 'owners'> {
  const [only] = groups
  if (only !== undefined && groups.length === 1) return { faces: only.faces, owners: ownersOf(only) }
  const owners = new Int32Array(groups.reduce((length, group) => length + ownersOf(group).length, 0))
  let length = 0
  for (const group of groups) {
    owners.set(ownersOf(group), length)
    length += ownersOf(group).length
  }
  return { faces: groups.flatMap(({ faces }) => faces), owners }
}

/** The spellings of a group have the same letters, so they differ at most in the order of words. */
function closestRelation(label: Label, group: RepositoryGroup): Relation | null {
  for (const known of group.labels) {
    const relation = relationOf(label, known)
    if (relation !== null && NEAR.has(relation)) return relation
  }
  return null
}

/** Whether a rule about the repository alone may hold under a foreign owner. */
function mayBeForeign(name: string, key: string, relation: Relation): boolean {
  if (GENERIC_REPOSITORIES.has(key)) return false
  if (FOREIGN.has(relation)) {
    return Math.min(name.length, key.length) >= FOREIGN_REPOSITORY || isVersioned(name, key)
  }
  return relation === 'affix-added' && isVersioned(name, key)
}

/** What `repository-typo` and `repository-reordered` ask for. A version is an affix, or one letter more. */
const FOREIGN: ReadonlySet<Relation> = new Set([
  'look-alike',
  'swap',
  'keyboard',
  'edit',
  'words-reordered',
  'anagram',
])

function isVersioned(name: string, key: string): boolean {
  const last = name.charCodeAt(name.length - 1)
  return last >= 48 && last <= 57 && name.startsWith(key)
}

/** The projects of the group that rules without an owner are asked for. */
export function keptFaces(group: RepositoryGroup): KeptFaces {
  group.kept ??= keepFaces(group.key, group.faces)
  return group.kept
}

export function ownersOf(group: RepositoryGroup): LetterRows {
  group.owners ??= letterRows(group.faces.map(({ owner }) => owner))
  return group.owners
}
