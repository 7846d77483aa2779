import { parseOwner } from '@mirrorwatch/gomod/paths/owner'
import type { Project } from './project.ts'

/** A name that a person allowed. `module` is a path, or `host/owner` for kind `owner`. */
export interface AllowedName {
  kind: 'pair' | 'owner' | 'path'
  module: string
  /** The target's path, for kind `pair` alone. */
  target: string | null
}

/** The names that persons allowed. Letter case does not count. */
export class AllowTable {
  readonly #owners = new Set<string>()
  readonly #paths = new Set<string>()
  readonly #pairs = new Set<string>()

  constructor(entries: Iterable<AllowedName>) {
    for (const { kind, module, target } of entries) {
      const name = module.toLowerCase()
      if (kind === 'owner') this.#owners.add(parseOwner(module))
      else if (kind === 'path') this.#paths.add(name)
      else this.#pairs.add(`${name} ${(target ?? '').toLowerCase()}`)
    }
  }

  /** Reports whether the module is allowed for every target. Accounts are `host/owner` or a domain. */
  allowsModule(path: string, names: readonly { account: string }[]): boolean {
    if (this.#paths.size > 0 && this.#paths.has(path.toLowerCase())) return true
    return this.#owners.size > 0 && names.some(({ account }) => this.#owners.has(account))
  }

  get hasPairs(): boolean {
    return this.#pairs.size > 0
  }

  /** Reports whether the module is allowed next to any module of the target's project. */
  allowsPair(path: string, target: Project): boolean {
    if (!this.hasPairs) return false
    return target.paths.some((known) => this.#pairs.has(`${path} ${known.path}`.toLowerCase()))
  }
}
