import type { PathParts, ProjectName } from '@mirrorwatch/gomod/paths/path-parts'
import { projectKey, splitModulePath } from '@mirrorwatch/gomod/paths/path-parts'
import { FORGE_HOSTS, VANITY_REPOSITORIES } from '@mirrorwatch/gomod/paths/vanity-hosts'
import type { Host, Name } from '../rules/name.ts'
import { toHost, toName } from '../rules/name.ts'
import { Aliases } from './aliases.ts'
import type { NameIndexTarget, Project } from './project.ts'
import { byDependents, toTargetPath } from './project.ts'

/** A module that is compared with the targets. */
export interface NamedModule {
  path: string
  parts: PathParts
  /** All names of its project, its own first. */
  names: Name[]
}

/** The targets as projects: which paths are one project, who owns it, and which hosts are known. */
export class Targets {
  readonly projects: readonly Project[]
  readonly aliases = new Aliases()
  readonly #byPath = new Map<string, Project>()
  readonly #byKey = new Map<string, Project>()
  readonly #byAccount = new Map<string, Project[]>()
  readonly #hosts = new Map<string, Host>()

  constructor(targets: Iterable<NameIndexTarget>, aliases: Iterable<readonly [string, string]>) {
    const list = [...new Map(Array.from(targets, (target) => [target.path, target])).values()]
    for (const [path, other] of aliases) this.aliases.add(path, other)
    for (const { path, repository } of list) if (repository) this.aliases.add(path, repository)
    const vanityHosts = Array.from(VANITY_REPOSITORIES.keys(), (path) => path.split('/')[0] ?? path)
    for (const host of [...FORGE_HOSTS, 'gopkg.in', ...vanityHosts]) this.#hosts.set(host, toHost(host, true))
    this.projects = Array.from(this.#drafts(list), (draft) => this.#toProject(draft))
    for (const [rank, project] of this.projects.toSorted(byDependents).entries()) project.rank = rank
  }

  /** Puts together the targets that share a name. */
  #drafts(targets: readonly NameIndexTarget[]): Set<ProjectDraft> {
    const drafts = new Set<ProjectDraft>()
    const byKey = new Map<string, ProjectDraft>()
    for (const [position, { path, dependents = null, reviewed = false }] of targets.entries()) {
      const parts = splitModulePath(path)
      const names = new Map(this.aliases.namesOf(parts).map((name) => [projectKey(name), name]))
      const touched = new Set([...names.keys()].flatMap((key) => byKey.get(key) ?? []))
      const [draft = newDraft(), ...others] = touched
      for (const other of others) {
        draft.modules.push(...other.modules)
        for (const [key, name] of other.names) draft.names.set(key, name)
        drafts.delete(other)
      }
      draft.modules.push({ parts, dependents, reviewed, position })
      for (const [key, name] of names) draft.names.set(key, name)
      for (const key of draft.names.keys()) byKey.set(key, draft)
      drafts.add(draft)
    }
    return drafts
  }

  #toProject({ modules, names }: ProjectDraft): Project {
    const sorted = modules.toSorted(byDependents)
    const project: Project = {
      position: Math.min(...modules.map(({ position }) => position)),
      names: [],
      paths: sorted.map(({ parts }) => toTargetPath(parts)),
      dependents: sorted[0]?.dependents ?? null,
      reviewed: modules.some(({ reviewed }) => reviewed),
      rank: 0,
    }
    project.names = Array.from(names.values(), (name, index) => ({
      ...toName(name, index, this.#targetHost(name.host)),
      project,
    }))
    for (const { parts } of modules) this.#byPath.set(parts.path, project)
    for (const key of names.keys()) this.#byKey.set(key, project)
    for (const account of new Set(project.names.map((name) => name.account))) {
      const known = this.#byAccount.get(account)
      if (known === undefined) this.#byAccount.set(account, [project])
      else known.push(project)
    }
    return project
  }

  #targetHost(text: string): Host {
    const host = this.#hosts.get(text) ?? toHost(text, true)
    this.#hosts.set(text, host)
    return host
  }

  #host(text: string): Host {
    return this.#hosts.get(text) ?? toHost(text, false)
  }

  /** Splits a module path into the names that are compared with the targets. */
  describe(path: string): NamedModule {
    const parts = splitModulePath(path)
    const names = this.aliases.namesOf(parts).map((name, index) => toName(name, index, this.#host(name.host)))
    if (parts.kind === 'vanity' && names.length === 1) names.push(...this.#guess(path, names))
    return { path, parts, names }
  }

  /** At an unknown host, the first two elements may be an owner and a repository: `githud.com/sirupsen/logrus`. */
  #guess(path: string, names: readonly Name[]): Name[] {
    const [text = '', owner, repository] = path.toLowerCase().split('/')
    const [own] = names
    if (own === undefined || owner === undefined || repository === undefined) return []
    const guess = toName({ host: text, owner, repository }, names.length, this.#host(text))
    return [{ ...guess, account: own.account }]
  }

  /** Returns the module's own project, where it is a target itself. */
  projectOf({ parts }: NamedModule): Project | null {
    for (const name of this.aliases.namesOf(parts)) {
      const project = this.#byKey.get(projectKey(name))
      if (project !== undefined) return project
    }
    return null
  }

  projectsOf(paths: Iterable<string>): Set<Project> {
    const projects = Array.from(paths, (path) => this.#byPath.get(path))
    return new Set(projects.filter((project) => project !== undefined))
  }

  withAccount(account: string): readonly Project[] {
    return this.#byAccount.get(account) ?? []
  }
}

/** A project while its modules are collected. */
interface ProjectDraft {
  modules: { parts: PathParts; dependents: number | null; reviewed: boolean; position: number }[]
  /** By {@link projectKey}. */
  names: Map<string, ProjectName>
}

function newDraft(): ProjectDraft {
  return { modules: [], names: new Map() }
}
