import { parseOwner } from '@mirrorwatch/gomod/paths/owner'
import { isEstablished as isProjectBeside } from '../dependents.ts'
import { SAME_AGE_MS } from './limits.ts'
import type { Project } from './project.ts'

/** What is known of the module itself, beside its name. */
export interface ModuleFacts {
  /** Modules that require it. */
  dependents?: number | null
  /** When it was first listed, in milliseconds since 1970. */
  firstSeenMs?: number | null
}

/** A name that a person allowed. `module` is a path, or `host/owner` for kind `owner`. */
export interface AllowedName {
  kind: 'pair' | 'owner' | 'path'
  module: string
  /** The target's path, for kind `pair` alone. */
  target: string | null
}

interface Standing {
  dependents: number | null
  firstSeenMs: number | null
  reviewed: boolean
}

/**
 * Whether something stands on its own beside the target: reviewed, listed without any figure (a list of the most used
 * modules), used more, or a fair share as much by a fair number.
 */
export function standsBeside(own: Standing, target: Standing): boolean {
  if (own.reviewed) return true
  if (own.dependents === null || target.dependents === null) return true
  if (own.dependents > target.dependents) return true
  return isProjectBeside(own.dependents, { dependents: target.dependents })
}

/** Whether the module imitates nobody: it is established beside the target, or clearly older. */
export function isEstablished(own: Project | null, facts: ModuleFacts | undefined, target: Project): boolean {
  if (own !== null && standsBeside(own, target)) return true
  const dependents = facts?.dependents ?? null
  const counted = { dependents, firstSeenMs: null, reviewed: false }
  if (dependents !== null && target.dependents !== null && standsBeside(counted, target)) return true
  const seen = facts?.firstSeenMs ?? own?.firstSeenMs ?? null
  return seen !== null && target.firstSeenMs !== null && seen < target.firstSeenMs - SAME_AGE_MS
}

/** The names that persons allowed, ready to be asked. Letter case does not count. */
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

  /** Whether the module is allowed whatever it resembles. Accounts are `host/owner` or a domain. */
  allowsModule(path: string, names: Iterable<{ account: string }>): boolean {
    if (this.#paths.size > 0 && this.#paths.has(path.toLowerCase())) return true
    if (this.#owners.size === 0) return false
    for (const { account } of names) if (this.#owners.has(account)) return true
    return false
  }

  /** Whether any pair is allowed at all. */
  get hasPairs(): boolean {
    return this.#pairs.size > 0
  }

  /** Whether the module is allowed beside any module of the target's project. */
  allowsPair(path: string, target: Project): boolean {
    if (this.#pairs.size === 0) return false
    const name = path.toLowerCase()
    return target.paths.some(({ target: { path } }) => this.#pairs.has(`${name} ${path.toLowerCase()}`))
  }
}
