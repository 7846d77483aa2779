import type { Face } from './face.ts'
import { FACTOR, mix, textHash } from './hash.ts'
import { HashTable } from './hash-table.ts'
import { HostTable } from './host-table.ts'
import { mayBeRelated, mayBeTypo } from './letter-rows.ts'
import { FOREIGN_REPOSITORY } from './limits.ts'
import type { Project, TargetFace } from './project.ts'
import type { Relation } from './relation.ts'
import { sharesStem } from './relation.ts'
import type { KeptFaces, NearGroup, RepositoryGroup } from './repository-groups.ts'
import { keptFaces, ownersOf, RepositoryGroups } from './repository-groups.ts'
import { imitatedHost, isCommunity, isCommunityOwner } from './rules-host.ts'
import { isNamedAfter } from './rules-owner.ts'
import type { FaceListener, Targets } from './targets.ts'
import { GENERIC_REPOSITORIES } from './words.ts'

/** What is done with the pairs that are found: all rules are asked, or only that of the same repository name is left. */
export interface PairVisitor {
  ask(face: Face, known: TargetFace): void
  sameName(kept: KeptFaces): void
  /** Whether rules about places may name this project; the first that they may is enough. */
  mayNamePlace(project: Project): boolean
}

/**
 * Finds, for one face of a module, every target's face that any rule can hold for, and few others. Each rule needs the
 * same repository name, or one that resembles it, or one of the exact combinations below; owners are compared by their
 * letters first. That nothing is missed is what `name-index.test.ts` checks against all pairs.
 */
export class PairFinder implements FaceListener {
  readonly groups = new RepositoryGroups()
  /** Of hashes of owner and repository; the numbers are places in `#withWords`. */
  readonly #byWords = new HashTable()
  readonly #withWords: TargetFace[][] = []
  readonly #targets: Targets
  #hosts: HostTable | null = null
  readonly #atHost = new Map<string, Project[]>()

  constructor(targets: (listener: FaceListener) => Targets) {
    this.#targets = targets(this)
  }

  get targets(): Targets {
    return this.#targets
  }

  added(face: TargetFace): void {
    this.groups.add(face)
    for (const words of wordsOf(face)) {
      const faces = this.#facesWith(words)
      if (faces !== undefined) faces.push(face)
      else this.#byWords.add(words, this.#withWords.push([face]) - 1)
    }
    this.#forgetHosts()
  }

  removed(face: TargetFace): void {
    this.groups.remove(face)
    for (const words of wordsOf(face)) {
      const faces = this.#facesWith(words)
      faces?.splice(faces.indexOf(face), 1)
    }
    this.#forgetHosts()
  }

  changed(face: TargetFace): void {
    this.groups.recount(face)
    if (this.#atHost.size > 0) this.#atHost.clear()
  }

  #facesWith(words: number): TargetFace[] | undefined {
    const at = this.#byWords.first(words)
    return at === -1 ? undefined : this.#withWords[this.#byWords.value(at)]
  }

  #forgetHosts(): void {
    this.#hosts = null
    if (this.#atHost.size > 0) this.#atHost.clear()
  }

  find(face: Face, visitor: PairVisitor): void {
    const places = this.#imitatedPlaces(face)
    const near = this.groups.near(face.repository)
    for (const { group, relation } of near) {
      if (relation === null) {
        if (face.owner.key !== '') findOwners(face, group, visitor)
        visitor.sameName(keptFaces(group))
        continue
      }
      if (face.owner.key !== '') findTypos(face, group, visitor)
      if (mayBeForeign(face, group.key, relation)) {
        for (const known of keptFaces(group).faces) visitor.ask(face, known)
      }
    }
    if (places !== null || face.host === 'gopkg.in') this.#findByPlace(face, near, places, visitor)
    this.#findByWords(face, visitor)
    for (const host of places ?? []) this.#findAtHost(face, host, visitor)
  }

  /** Repository names that resemble the face's, at a host that it may imitate; on gopkg.in its own. */
  #findByPlace(
    face: Face,
    near: readonly NearGroup[],
    places: ReadonlySet<string> | null,
    visitor: PairVisitor,
  ): void {
    const anyHost = isCommunity(face) || imitatedHost(face.owner.key) !== null
    for (const { group } of near) {
      for (const known of group.faces) {
        if (anyHost || known.host === face.host || places?.has(known.host)) visitor.ask(face, known)
      }
    }
  }

  /** The exact combinations: the same owner elsewhere, exchanged, merged, the repository's name in the owner's. */
  #findByWords(face: Face, visitor: PairVisitor): void {
    const { owner, repository } = face
    this.#askWords(mix(repository.keyHash, MERGED), face, visitor)
    if (owner.key === '') return
    this.#askWords(pairHash(owner.keyHash, repository.keyHash), face, visitor)
    this.#askWords(pairHash(repository.keyHash, owner.keyHash), face, visitor)
    if (isNamedAfter(owner.key, repository.key)) {
      for (const known of this.groups.get(repository.key)?.faces ?? []) visitor.ask(face, known)
    }
    for (const rest of restsOf(owner.key, repository.key)) {
      this.#askWords(pairHash(textHash(rest), repository.keyHash), face, visitor)
    }
  }

  #askWords(words: number, face: Face, visitor: PairVisitor): void {
    const faces = this.#facesWith(words)
    if (faces !== undefined) for (const known of faces) visitor.ask(face, known)
  }

  /** The hosts that the face may imitate as a whole; null where rules about hosts cannot hold. */
  #imitatedPlaces(face: Face): Set<string> | null {
    const spelled = imitatedHost(face.owner.key)
    const community = isCommunityOwner(face.owner.key)
    if (face.hostKnown && spelled === null && !community) return null
    const places = new Set<string>()
    if (spelled !== null) places.add(spelled)
    if (community || (!face.hostKnown && isCommunity(face))) places.add('golang.org')
    if (face.hostKnown) return places
    this.#hosts ??= new HostTable(this.#targets.hosts())
    for (const host of this.#hosts.near(face)) places.add(host)
    return places.size === 0 ? null : places
  }

  #findAtHost(face: Face, host: string, visitor: PairVisitor): void {
    let projects = this.#atHost.get(host)
    if (projects === undefined) {
      projects = this.#targets.atHost(host)
      this.#atHost.set(host, projects)
    }
    const first = projects.find((project) => visitor.mayNamePlace(project))
    for (const known of first?.faces ?? []) if (known.host === host) visitor.ask(face, known)
  }
}

/** The faces of a group whose owner resembles the face's. */
function findOwners(face: Face, group: RepositoryGroup, visitor: PairVisitor): void {
  const rows = ownersOf(group)
  for (let i = 0; i < group.faces.length; i++) {
    const mayBe = mayBeRelated(face.owner, rows, i)
    if (mayBe === 'no') continue
    const known = group.faces[i]
    if (known === undefined) continue
    if (mayBe === 'yes' || sharesStem(face.owner, known.owner)) visitor.ask(face, known)
  }
}

/** The same where the repository's name differs too: the rule for both asks for little in the owner. */
function findTypos(face: Face, group: RepositoryGroup, visitor: PairVisitor): void {
  const rows = ownersOf(group)
  for (let i = 0; i < group.faces.length; i++) {
    if (!mayBeTypo(face.owner, rows, i)) continue
    const known = group.faces[i]
    if (known !== undefined) visitor.ask(face, known)
  }
}

/** Owner and repository as they are, and in one word either way round. */
function wordsOf({ owner, repository }: TargetFace): number[] {
  if (owner.key === '') return []
  return [
    pairHash(owner.keyHash, repository.keyHash),
    mix(textHash(owner.key + repository.key), MERGED),
    mix(textHash(repository.key + owner.key), MERGED),
  ]
}

const MERGED = 0x27d4eb2f

function pairHash(owner: number, repository: number): number {
  return mix(Math.imul(owner, FACTOR), repository)
}

/** What is left of an owner without the repository's name at its start or its end. */
function restsOf(owner: string, repository: string): string[] {
  if (owner.length <= repository.length) return NO_RESTS
  const rests: string[] = []
  if (owner.startsWith(repository)) rests.push(owner.slice(repository.length))
  if (owner.endsWith(repository)) rests.push(owner.slice(0, -repository.length))
  return rests
}

const NO_RESTS: string[] = []

/** Whether a rule about the repository alone may hold under a foreign owner. */
function mayBeForeign(face: Face, key: string, relation: Relation): boolean {
  if (GENERIC_REPOSITORIES.has(key)) return false
  const name = face.repository.key
  if (FOREIGN.has(relation))
    return Math.min(name.length, key.length) >= FOREIGN_REPOSITORY || isVersioned(name, key)
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
