import type { Project, TargetFace } from '../project.ts'
import type { Face } from '../rules/face.ts'
import { FACTOR, hashOn, mix, textHash } from '../rules/hash.ts'
import { imitatedHost, isCommunity, isCommunityOwner } from '../rules/host-rules.ts'
import { mayBeRelated, mayBeTypo, ROW_WIDTH } from '../rules/letter-rows.ts'
import { isNamedAfter } from '../rules/owner-rules.ts'
import { relationOf, sharesStem } from '../rules/relation.ts'
import { HashTable } from './hash-table.ts'
import { HostTable } from './host-table.ts'
import type { KeptFaces } from './kept-faces.ts'
import type { Near, RepositoryGroup } from './repository-groups.ts'
import { keptFaces, RepositoryGroups } from './repository-groups.ts'
import type { FaceListener, Targets } from './targets.ts'

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
  readonly #withWords: (TargetFace | undefined)[] = []
  readonly #words = new Int32Array(WORDS)
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
    const count = wordsOf(face, this.#words)
    for (let i = 0; i < count; i++) this.#addWords(this.#words[i] ?? 0, face)
    this.#forgetHosts()
  }

  /** A place that one with the same words has left is taken again, so that changes do not add up. */
  #addWords(words: number, face: TargetFace): void {
    for (let at = this.#byWords.first(words); at !== -1; at = this.#byWords.next(at)) {
      const place = this.#byWords.value(at)
      if (this.#withWords[place] !== undefined) continue
      this.#withWords[place] = face
      return
    }
    this.#byWords.add(words, this.#withWords.push(face) - 1)
  }

  removed(face: TargetFace): void {
    this.groups.remove(face)
    const count = wordsOf(face, this.#words)
    for (let i = 0; i < count; i++) {
      const words = this.#words[i] ?? 0
      for (let at = this.#byWords.first(words); at !== -1; at = this.#byWords.next(at)) {
        const place = this.#byWords.value(at)
        if (this.#withWords[place] === face) this.#withWords[place] = undefined
      }
    }
    this.#forgetHosts()
  }

  changed(face: TargetFace): void {
    this.groups.recount(face)
    if (this.#atHost.size > 0) this.#atHost.clear()
  }

  #forgetHosts(): void {
    this.#hosts = null
    if (this.#atHost.size > 0) this.#atHost.clear()
  }

  find(face: Face, visitor: PairVisitor): void {
    const places = this.#imitatedPlaces(face)
    const near = this.groups.near(face.repository)
    const owned = face.owner.key !== ''
    if (owned) {
      findOwners(face, near, visitor)
      findTypos(face, near, visitor)
    }
    if (near.same !== null) {
      near.kept ??= keptFaces(near.same)
      visitor.sameName(near.kept)
    }
    for (const group of near.foreign) for (const known of keptFaces(group).faces) visitor.ask(face, known)
    if (places !== null || face.host === 'gopkg.in') findByPlace(face, near, places, visitor)
    this.#findByWords(face, near.same, visitor)
    if (places !== null) for (const host of places) this.#findAtHost(face, host, visitor)
  }

  /** The exact combinations: the same owner elsewhere, exchanged, merged, the repository's name in the owner's. */
  #findByWords(face: Face, same: RepositoryGroup | null, visitor: PairVisitor): void {
    const { owner, repository } = face
    this.#askWords(mix(repository.keyHash, MERGED), face, visitor)
    if (owner.key === '') return
    this.#askWords(pairHash(owner.keyHash, repository.keyHash), face, visitor)
    this.#askWords(pairHash(repository.keyHash, owner.keyHash), face, visitor)
    if ((repository.mask & ~owner.mask) !== 0) return
    if (same !== null && isNamedAfter(owner.key, repository.key)) {
      for (const known of same.faces) visitor.ask(face, known)
    }
    for (const rest of restsOf(owner.key, repository.key)) {
      this.#askWords(pairHash(textHash(rest), repository.keyHash), face, visitor)
    }
  }

  #askWords(words: number, face: Face, visitor: PairVisitor): void {
    for (let at = this.#byWords.first(words); at !== -1; at = this.#byWords.next(at)) {
      const known = this.#withWords[this.#byWords.value(at)]
      if (known !== undefined) visitor.ask(face, known)
    }
  }

  /** The hosts that the face may imitate as a whole; null where rules about hosts cannot hold. */
  #imitatedPlaces(face: Face): Set<string> | null {
    const spelled = imitatedHost(face.owner)
    const community = isCommunityOwner(face.owner.key)
    if (face.hostKnown && spelled === null && !community) return null
    let near = NO_HOSTS
    if (!face.hostKnown) {
      this.#hosts ??= new HostTable(this.#targets.hosts())
      near = this.#hosts.near(face)
      if (near.length === 0 && spelled === null && !community && !isCommunity(face)) return null
    }
    const places = new Set<string>()
    if (spelled !== null) places.add(spelled)
    if (community || (!face.hostKnown && isCommunity(face))) places.add('golang.org')
    if (face.hostKnown) return places
    for (const host of near) places.add(host)
    return places
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

/** Repository names that resemble the face's, at a host that it may imitate; on gopkg.in its own. */
function findByPlace(
  face: Face,
  { same, others }: Near,
  places: ReadonlySet<string> | null,
  visitor: PairVisitor,
): void {
  const anyHost = isCommunity(face) || imitatedHost(face.owner) !== null
  for (const { faces } of same === null ? others : [same, ...others]) {
    for (const known of faces) {
      if (anyHost || known.host === face.host || places?.has(known.host)) visitor.ask(face, known)
    }
  }
}

/** The faces of the same repository name whose owner resembles the face's. */
function findOwners(face: Face, { faces, owners, sameFaces }: Near, visitor: PairVisitor): void {
  for (let i = 0; i < sameFaces; i++) {
    const mayBe = mayBeRelated(face.owner, owners, i)
    if (mayBe === 'no') continue
    const known = faces[i]
    if (known === undefined) continue
    // Most of what may be related is not: all rules would be asked in vain.
    if (
      mayBe === 'yes' ? relationOf(face.owner, known.owner) !== null : sharesStem(face.owner, known.owner)
    ) {
      visitor.ask(face, known)
    }
  }
}

/** The same where the repository's name differs too: the rule for both asks for little in the owner, but for some relation. */
function findTypos(face: Face, { faces, owners, sameFaces }: Near, visitor: PairVisitor): void {
  const count = owners.length / ROW_WIDTH
  for (let i = sameFaces; i < count; i++) {
    if (!mayBeTypo(face.owner, owners, i)) continue
    const known = faces[i]
    if (known !== undefined && relationOf(face.owner, known.owner) !== null) visitor.ask(face, known)
  }
}

/** Owner and repository as they are, and in one word either way round. Returns how many were written. */
function wordsOf({ owner, repository }: TargetFace, into: Int32Array): number {
  if (owner.key === '') return 0
  into[0] = pairHash(owner.keyHash, repository.keyHash)
  into[1] = mix(hashOn(owner.keyHash, repository.key), MERGED)
  into[2] = mix(hashOn(repository.keyHash, owner.key), MERGED)
  return WORDS
}

const WORDS = 3
const MERGED = 0x27d4eb2f

function pairHash(owner: number, repository: number): number {
  return mix(Math.imul(owner, FACTOR), repository)
}

/** What is left of an owner without the repository's name at its start or its end. */
function restsOf(owner: string, repository: string): readonly string[] {
  if (owner.length <= repository.length) return NO_RESTS
  const rests: string[] = []
  if (owner.startsWith(repository)) rests.push(owner.slice(repository.length))
  if (owner.endsWith(repository)) rests.push(owner.slice(0, -repository.length))
  return rests
}

const NO_RESTS: readonly string[] = []
const NO_HOSTS: readonly string[] = []
