import type { PathParts, ProjectName } from '@mirrorwatch/gomod/paths/path-parts'
import {
  parseProjectKey,
  projectKey,
  projectNames,
  splitModulePath,
} from '@mirrorwatch/gomod/paths/path-parts'

/** Names that mean one project each, from pairs of paths or repository addresses that are known to be the same. */
export class Aliases {
  readonly #groups = new Map<string, Set<string>>()
  /** The repositories of all names here. Nearly no project has an alias, and this says so with one look-up. */
  readonly #repositories = new Set<string>()

  /** Records that `path` and `other` (a module path, or `host/owner/repository`) are the same project. */
  add(path: string, other: string): void {
    const names = [...projectNames(splitModulePath(path)), ...projectNames(splitModulePath(other))]
    const merged = new Set(names.map(projectKey).flatMap((key) => [...(this.#groups.get(key) ?? [key])]))
    for (const key of merged) {
      this.#groups.set(key, merged)
      this.#repositories.add(parseProjectKey(key).repository)
    }
  }

  /** Returns all names of a path's project, the path's own first. */
  namesOf(parts: PathParts): ProjectName[] {
    const names = projectNames(parts)
    if (!names.some(({ repository }) => this.#repositories.has(repository))) return names
    const own = names.map(projectKey)
    const others = new Set(own.flatMap((key) => [...(this.#groups.get(key) ?? [])]))
    for (const key of own) others.delete(key)
    return [...names, ...[...others].map(parseProjectKey)]
  }
}
