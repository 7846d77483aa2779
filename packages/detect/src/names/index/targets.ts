import type { PathParts, ProjectName } from '@mirrorwatch/gomod/paths/path-parts'
import { projectKey, splitModulePath } from '@mirrorwatch/gomod/paths/path-parts'
import { FORGE_HOSTS } from '@mirrorwatch/gomod/paths/vanity-hosts'
import type { NameIndexTarget, Project, TargetFace, TargetPath } from '../project.ts'
import { byDependents, byPreference } from '../project.ts'
import type { KnownHost } from '../rules/face.ts'
import { AliasTable, knownHost, LabelCache, toFace } from '../rules/face.ts'
import { readableHost } from '../rules/readable-host.ts'

/** Told of every face that comes and goes, so that the tables over them follow. */
export interface FaceListener {
  added(face: TargetFace): void
  removed(face: TargetFace): void
  /** The figures of the face's project changed. */
  changed(face: TargetFace): void
}

/** The targets as projects: which paths are one thing, who owns it, which hosts and accounts are known. */
export class Targets {
  readonly #labels = new LabelCache()
  readonly #labelOf = (text: string) => this.#labels.get(text)
  readonly aliases = new AliasTable()
  readonly #listener: FaceListener
  readonly #byPath = new Map<string, Project>()
  readonly #byKey = new Map<string, Project>()
  readonly #byAccount = new Map<string, Project[]>()
  readonly #hosts = new Map<string, KnownHost>()
  /** The hosts of targets. */
  readonly #places = new Map<string, Place>()
  #next = 0

  constructor(listener: FaceListener) {
    this.#listener = listener
  }

  get size(): number {
    return this.#byPath.size
  }

  /** Adds a target, or replaces the figures of a known one. */
  add(target: NameIndexTarget): void {
    if (target.repository) this.aliases.add(target.path, target.repository)
    const known = this.#byPath.get(target.path)?.paths.find((path) => path.target.path === target.path)
    const order = known?.order ?? this.#next++
    this.#insert({ target, parts: lasting(splitModulePath(target.path)), order })
  }

  #insert(added: TargetPath): void {
    const { path } = added.target
    const touched: Project[] = []
    for (const name of this.aliases.namesOf(added.parts)) {
      const project = this.#byKey.get(projectKey(name))
      if (project !== undefined && !touched.includes(project)) touched.push(project)
    }
    const [only] = touched
    if (only === undefined) this.#extend(newProject(), added)
    else if (touched.length === 1 && !this.#byPath.has(path)) this.#extend(only, added)
    else {
      const paths = touched.flatMap((project) => project.paths).filter(({ target }) => target.path !== path)
      for (const project of touched) this.#drop(project)
      this.#build([...paths, added])
    }
  }

  /** Takes a target out; false where it was none. */
  remove(path: string): boolean {
    const project = this.#byPath.get(path)
    if (project === undefined) return false
    const left = project.paths.filter(({ target }) => target.path !== path)
    this.#drop(project)
    // What the removed path alone held together falls apart.
    for (const target of left) this.#insert(target)
    return true
  }

  #build(paths: TargetPath[]): void {
    const project = newProject()
    for (const path of paths) this.#extend(project, path)
  }

  #extend(project: Project, added: TargetPath): void {
    const { target, parts } = added
    project.order = Math.min(project.order, added.order)
    const at = project.paths.findIndex((known) => byPreference(added, known) < 0)
    if (at === -1) project.paths = withItem(project.paths, added)
    else project.paths.splice(at, 0, added)
    project.dependents = largest(project.dependents, target.dependents)
    project.firstSeenMs = smallest(project.firstSeenMs, target.firstSeenMs)
    project.reviewed ||= target.reviewed === true
    this.#byPath.set(target.path, project)
    for (const face of project.faces) this.#listener.changed(face)
    for (const name of this.aliases.namesOf(parts)) {
      const key = projectKey(name)
      if (project.keys.includes(key)) continue
      project.keys = withItem(project.keys, key)
      this.#byKey.set(key, project)
      this.#addFace(project, name)
    }
  }

  #addFace(project: Project, name: ProjectName): void {
    const { host, faces } = this.#placeOf(name.host)
    const face = { ...toFace(name, project.faces.length, host, this.#labelOf), project }
    project.faces = withItem(project.faces, face)
    faces.add(face)
    if (!project.accounts.includes(face.account)) {
      project.accounts = withItem(project.accounts, face.account)
      const projects = this.#byAccount.get(face.account)
      if (projects === undefined) this.#byAccount.set(face.account, [project])
      else projects.push(project)
    }
    this.#listener.added(face)
  }

  #drop(project: Project): void {
    for (const { target } of project.paths) this.#byPath.delete(target.path)
    for (const key of project.keys) this.#byKey.delete(key)
    for (const account of project.accounts) {
      const projects = this.#byAccount.get(account)
      projects?.splice(projects.indexOf(project), 1)
    }
    for (const face of project.faces) {
      const { faces } = this.#placeOf(face.host)
      faces.delete(face)
      if (faces.size === 0) {
        this.#places.delete(face.host)
        this.#hosts.clear()
      }
      this.#listener.removed(face)
    }
  }

  /** The host of a target, from now on a known one. */
  #placeOf(host: string): Place {
    let place = this.#places.get(host)
    if (place === undefined) {
      place = { host: knownHost(host, this.#labels.get(readableHost(host)), true), faces: new Set() }
      this.#places.set(host, place)
      this.#hosts.clear()
    }
    return place
  }

  /** The project that a key belongs to. */
  project(key: string): Project | undefined {
    return this.#byKey.get(key)
  }

  projects(): Set<Project> {
    return new Set(this.#byPath.values())
  }

  projectsOf(paths: Iterable<string>): Set<Project> {
    const projects = new Set<Project>()
    for (const path of paths) {
      const project = this.#byPath.get(path)
      if (project) projects.add(project)
    }
    return projects
  }

  withAccount(account: string): readonly Project[] {
    return this.#byAccount.get(account) ?? NONE
  }

  hosts(): Iterable<string> {
    return this.#places.keys()
  }

  #isKnownHost(host: string): boolean {
    return FORGE_HOSTS.has(host) || host === 'gopkg.in' || this.#places.has(host)
  }

  /** What is known of a host, remembered until the set of hosts changes. */
  host(host: string): KnownHost {
    let found = this.#hosts.get(host)
    if (found === undefined) {
      if (this.#hosts.size >= MOST_HOSTS) this.#hosts.clear()
      // A copy: what is given may be a piece of a block of many paths, all of which would stay.
      const own = Buffer.from(host).toString()
      found = knownHost(own, this.#labels.get(readableHost(own)), this.#isKnownHost(own))
      this.#hosts.set(own, found)
    }
    return found
  }

  /** The projects with a name at `host`, the most depended on first. */
  atHost(host: string): Project[] {
    const projects = new Set([...(this.#places.get(host)?.faces ?? [])].map(({ project }) => project))
    return [...projects].sort(byDependents)
  }
}

/** Most hosts come by once. */
const MOST_HOSTS = 10_000

const NONE: readonly Project[] = []

/**
 * A copy, made elsewhere in the code than what it is copied from. The engine learns by place whether objects last; what is
 * made for targets does, and would have all that is made for modules kept until its next full collection: twice the memory.
 * (The faces of targets are copies for that reason too.)
 */
function lasting(parts: PathParts): PathParts {
  return { ...parts, folded: { ...parts.folded } }
}

/** The list with one more. Most stay at one, and an empty one that something is pushed to makes room for 16 more. */
function withItem<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item]
  list.push(item)
  return list
}

/** A host and the targets' faces there. */
interface Place {
  host: KnownHost
  faces: Set<TargetFace>
}

function newProject(): Project {
  return {
    order: Number.MAX_SAFE_INTEGER,
    keys: [],
    accounts: [],
    faces: [],
    paths: [],
    dependents: null,
    firstSeenMs: null,
    reviewed: false,
  }
}

function largest(known: number | null, value: number | null | undefined): number | null {
  return typeof value === 'number' ? Math.max(value, known ?? value) : known
}

function smallest(known: number | null, value: number | null | undefined): number | null {
  return typeof value === 'number' ? Math.min(value, known ?? value) : known
}
