import { isEstablished } from '../../dependents.ts'
import type { NameRule } from '../rules/rule.ts'
import type { AllowTable } from './allow-table.ts'
import type { Project } from './project.ts'
import type { RepositoryGroup } from './similar-repositories.ts'
import type { NamedModule, Targets } from './targets.ts'

/** Reasons not to report a module with an honest name, asked before a rule may name it with a target. */
export class Exemptions {
  readonly #module: NamedModule
  readonly #targets: Targets
  readonly #allowed: AllowTable
  readonly #only: ReadonlySet<Project> | null
  /** The module's own project, where it is a target itself; undefined until it is looked for. */
  #own: Project | null | undefined

  /** With `only`, everything but these projects is exempt. */
  constructor(
    module: NamedModule,
    targets: Targets,
    allowed: AllowTable,
    only: ReadonlySet<Project> | null = null,
  ) {
    this.#only = only
    this.#module = module
    this.#targets = targets
    this.#allowed = allowed
  }

  /** Reports whether the rule may name the module with the target. */
  mayName(rule: NameRule, target: Project): boolean {
    if (this.#only?.has(target) === false) return false
    if (isSameOwner(this.#module, target) || this.#allowed.allowsPair(this.#module.path, target)) return false
    if (this.#own === undefined) this.#own = this.#targets.projectOf(this.#module)
    if (this.#own !== null && isEstablishedBeside(this.#own, target)) return false
    const isAboutOwner = rule.family === 'owner' || rule.hostRank !== undefined
    return !isAboutOwner || !this.#isKnownOwner(target)
  }

  /**
   * Reports whether the rule of the same repository name may name the module with every project of a group. False is not certain. A
   * module that is a target itself is in the group, with its account.
   */
  mayNameAll({ accounts }: RepositoryGroup): boolean {
    if (this.#only !== null || this.#allowed.hasPairs) return false
    return !this.#module.names.some(({ account }) => accounts.has(account))
  }

  /** Reports whether the module's owner has another project that is established next to the target. */
  #isKnownOwner(target: Project): boolean {
    return this.#module.names.some(({ account }) =>
      this.#targets
        .withAccount(account)
        .some((project) => project !== this.#own && isEstablishedBeside(project, target)),
    )
  }
}

/** One project has one owner, so this also holds for modules of the same project. */
function isSameOwner(module: NamedModule, target: Project): boolean {
  return module.names.some(({ account }) => target.names.some((name) => name.account === account))
}

/**
 * Whether a project stands on its own next to the target: reviewed, listed without any figure (a list of the most used
 * modules), used more, or a fair share as much by a fair number.
 */
function isEstablishedBeside(own: Project, target: Project): boolean {
  if (own.reviewed || own.dependents === null || target.dependents === null) return true
  if (own.dependents > target.dependents) return true
  return isEstablished(own.dependents, { dependents: target.dependents })
}
