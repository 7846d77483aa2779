import type { Face } from './face.ts'
import { HostTable } from './host-table.ts'
import { FOREIGN_REPOSITORY } from './limits.ts'
import type { Project, TargetFace } from './project.ts'
import type { NearGroup } from './repository-groups.ts'
import {
  endLetters,
  keptProjects,
  ownerColumns,
  ownersMayRelate,
  ownersShareStem,
  RepositoryGroups,
} from './repository-groups.ts'
import { imitatedHost, isCommunityOwner } from './rules-host.ts'
import type { FaceListener, Targets } from './targets.ts'
import { GENERIC_REPOSITORIES } from './words.ts'

/** What is done with the pairs that are found: all rules are asked, or only that of the same repository name is left. */
export interface PairVisitor {
  ask(face: Face, known: TargetFace): void
  sameName(face: Face, known: TargetFace): void
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
  readonly #byWords = new Map<string, TargetFace[]>()
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
      const faces = this.#byWords.get(words)
      if (faces) faces.push(face)
      else this.#byWords.set(words, [face])
    }
    this.#forgetHosts()
  }

  removed(face: TargetFace): void {
    this.groups.remove(face)
    for (const words of wordsOf(face)) {
      const faces = this.#byWords.get(words)?.filter((other) => other !== face) ?? []
      if (faces.length > 0) this.#byWords.set(words, faces)
      else this.#byWords.delete(words)
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
    const askAll = places !== null || face.host === 'gopkg.in' || face.owner.key === face.repository.key
    for (const near of this.groups.near(face.repository)) this.#findInGroup(face, near, askAll, visitor)
    const owner = face.owner.key
    const repository = face.repository.key
    if (owner !== '') {
      for (const known of this.#byWords.get(`${repository}/${owner}`) ?? []) visitor.ask(face, known)
    }
    for (const known of this.#byWords.get(repository) ?? []) visitor.ask(face, known)
    for (const host of places ?? []) this.#findAtHost(face, host, visitor)
  }

  #findInGroup(face: Face, { group, relation }: NearGroup, askAll: boolean, visitor: PairVisitor): void {
    const { faces } = group
    const foreign = relation !== null && mayBeForeign(face, group.key)
    const kept = keptProjects(group)
    const columns = ownerColumns(group)
    const ends = endLetters(face.owner.key)
    const stemmed = face.owner.stems.length > 0
    for (let i = 0; i < faces.length; i++) {
      const known = faces[i]
      if (known === undefined) continue
      if (
        askAll ||
        ownersMayRelate(face.owner, ends, columns, i) ||
        (stemmed && ownersShareStem(face.owner, known.owner))
      ) {
        visitor.ask(face, known)
      } else if (relation === null) {
        if (kept.has(known.project)) visitor.sameName(face, known)
      } else if (foreign && kept.has(known.project)) visitor.ask(face, known)
    }
  }

  /** The hosts that the face may imitate as a whole; null where rules about hosts cannot hold. */
  #imitatedPlaces(face: Face): Set<string> | null {
    const spelled = imitatedHost(face.owner.key)
    const community = isCommunityOwner(face.owner.key)
    if (face.hostKnown && spelled === null && !community) return null
    const places = new Set<string>()
    if (spelled !== null) places.add(spelled)
    if (face.hostKnown && !community) return places
    places.add('golang.org')
    if (face.hostKnown) return places
    this.#hosts ??= new HostTable(this.#targets.hosts())
    for (const host of this.#hosts.near(face)) places.add(host)
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

/** Owner and repository as they are, and in one word either way round. */
function wordsOf(face: TargetFace): string[] {
  const owner = face.owner.key
  const repository = face.repository.key
  return owner === '' ? [] : [`${owner}/${repository}`, owner + repository, repository + owner]
}

/** Whether a rule about the repository alone may hold under a foreign owner. */
function mayBeForeign(face: Face, key: string): boolean {
  if (GENERIC_REPOSITORIES.has(key)) return false
  if (Math.min(face.repository.key.length, key.length) >= FOREIGN_REPOSITORY) return true
  return face.repository.key.startsWith(key)
}
