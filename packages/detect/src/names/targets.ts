import { projectKey, splitModulePath } from '@mirrorwatch/gomod/path-parts'
import { FORGE_HOSTS } from '@mirrorwatch/gomod/vanity-hosts'
import type { KnownHost } from './face.ts'
import { AliasTable, LabelCache, toFace } from './face.ts'
import type { NameIndexTarget, Project, TargetFace, TargetPath } from './project.ts'
import { byDependents, byPreference } from './project.ts'
import { readableHost } from './readable-host.ts'

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
  readonly #byAccount = new Map<string, Set<Project>>()
  readonly #hosts = new Map<string, KnownHost>()
  readonly #byHost = new Map<string, Set<TargetFace>>()
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
    this.#insert({ target, parts: splitModulePath(target.path), order })
  }

  #insert(added: TargetPath): void {
    const { path } = added.target
    const touched = new Set<Project>()
    for (const name of this.aliases.namesOf(added.parts)) {
      const project = this.#byKey.get(projectKey(name))
      if (project) touched.add(project)
    }
    const [only] = touched
    if (only !== undefined && touched.size === 1 && !this.#byPath.has(path)) {
      this.#extend(only, added)
      return
    }
    const paths = [...touched]
      .flatMap((project) => project.paths)
      .filter(({ target }) => target.path !== path)
    for (const project of touched) this.#drop(project)
    this.#build([...paths, added])
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
    const project: Project = {
      order: Math.min(...paths.map(({ order }) => order)),
      keys: new Set(),
      accounts: [],
      faces: [],
      paths: [],
      dependents: null,
      firstSeenMs: null,
      reviewed: false,
    }
    for (const path of paths) this.#extend(project, path)
  }

  #extend(project: Project, added: TargetPath): void {
    const { target, parts } = added
    project.order = Math.min(project.order, added.order)
    const at = project.paths.findIndex((known) => byPreference(added, known) < 0)
    project.paths.splice(at === -1 ? project.paths.length : at, 0, added)
    project.dependents = largest(project.dependents, target.dependents)
    project.firstSeenMs = smallest(project.firstSeenMs, target.firstSeenMs)
    project.reviewed ||= target.reviewed === true
    this.#byPath.set(target.path, project)
    for (const face of project.faces) this.#listener.changed(face)
    for (const name of this.aliases.namesOf(parts)) {
      const key = projectKey(name)
      if (project.keys.has(key)) continue
      project.keys.add(key)
      this.#byKey.set(key, project)
      const face = {
        ...toFace(
          name,
          project.faces.length,
          { label: this.#labelOf(readableHost(name.host)), known: true },
          this.#labelOf,
        ),
        project,
      }
      project.faces.push(face)
      if (!project.accounts.includes(face.account)) project.accounts.push(face.account)
      addTo(this.#byAccount, face.account, project)
      if (!this.#byHost.has(face.host)) this.#hosts.clear()
      addTo(this.#byHost, face.host, face)
      this.#listener.added(face)
    }
  }

  #drop(project: Project): void {
    for (const { target } of project.paths) this.#byPath.delete(target.path)
    for (const key of project.keys) this.#byKey.delete(key)
    for (const account of project.accounts) this.#byAccount.get(account)?.delete(project)
    for (const face of project.faces) {
      const faces = this.#byHost.get(face.host)
      faces?.delete(face)
      if (faces?.size === 0) {
        this.#byHost.delete(face.host)
        this.#hosts.clear()
      }
      this.#listener.removed(face)
    }
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

  withAccount(account: string): ReadonlySet<Project> {
    return this.#byAccount.get(account) ?? NONE
  }

  hosts(): Iterable<string> {
    return this.#byHost.keys()
  }

  #isKnownHost(host: string): boolean {
    return FORGE_HOSTS.has(host) || host === 'gopkg.in' || this.#byHost.has(host)
  }

  /** What is known of a host, remembered until the set of hosts changes. */
  host(host: string): KnownHost {
    let found = this.#hosts.get(host)
    if (found === undefined) {
      if (this.#hosts.size >= MOST_HOSTS) this.#hosts.clear()
      found = { label: this.#labels.get(readableHost(host)), known: this.#isKnownHost(host) }
      this.#hosts.set(host, found)
    }
    return found
  }

  /** The projects with a name at `host`, the most depended on first. */
  atHost(host: string): Project[] {
    const projects = new Set([...(this.#byHost.get(host) ?? [])].map(({ project }) => project))
    return [...projects].sort(byDependents)
  }
}

const MOST_HOSTS = 100_000

const NONE: ReadonlySet<Project> = new Set()

function addTo<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const values = map.get(key)
  if (values) values.add(value)
  else map.set(key, new Set([value]))
}

function largest(known: number | null, value: number | null | undefined): number | null {
  return typeof value === 'number' ? Math.max(value, known ?? value) : known
}

function smallest(known: number | null, value: number | null | undefined): number | null {
  return typeof value === 'number' ? Math.min(value, known ?? value) : known
}
