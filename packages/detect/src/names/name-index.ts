import type { Candidate } from '../types.ts'
import type { Face } from './face.ts'
import { Hits } from './hits.ts'
import type { AllowedName, ModuleFacts } from './honest.ts'
import { AllowTable } from './honest.ts'
import type { NamedModule } from './judge.ts'
import { isSilent, mayAsk, nameModule, Verdict } from './judge.ts'
import { Pair } from './pair.ts'
import type { PairVisitor } from './pair-finder.ts'
import { PairFinder } from './pair-finder.ts'
import type { NameIndexTarget, Project, TargetFace } from './project.ts'
import type { CutName } from './repository-groups.ts'
import { keptProjects } from './repository-groups.ts'
import type { NameRule } from './rule.ts'
import { NAME_RULES } from './rules.ts'
import { Targets } from './targets.ts'

export type { AllowedName, ModuleFacts } from './honest.ts'
export type { NameIndexTarget } from './project.ts'
export type { CutName } from './repository-groups.ts'

export interface NameIndexOptions {
  /** Names that persons allowed. */
  allow?: Iterable<AllowedName>
  /** Pairs of module paths, or `host/owner/repository`, that are one project: redirects, vanity paths. */
  aliases?: Iterable<readonly [string, string]>
  /** What is known of modules that are no targets, by path. */
  facts?: ReadonlyMap<string, ModuleFacts>
  /** Default: all, in the order of the documentation. */
  rules?: readonly NameRule[]
}

export interface NameIndex {
  /**
   * The targets that a module path can be taken for, those that alert first: one candidate per project, named by the
   * first rule that holds. Exactly what asking every rule about every target gives. Expects a valid module path.
   */
  match(path: string): Candidate[]
  add(target: NameIndexTarget): void
  /** False where the path was no target. */
  remove(path: string): boolean
  /**
   * The same answers for these targets alone, with all that this index knows of owners, hosts and established modules:
   * for matching new targets with every module that is known already.
   */
  only(paths: Iterable<string>): Pick<NameIndex, 'match'>
  /** Targets, and repository names that more projects have than are compared by content. */
  summary(): { targets: number; cut: CutName[] }
}

/** Builds the index; 50,000 targets take about a second and 100 MB. */
export function buildNameIndex(
  targets: Iterable<NameIndexTarget>,
  options: NameIndexOptions = {},
): NameIndex {
  return new ProjectNameIndex(targets, options)
}

class ProjectNameIndex implements NameIndex {
  readonly #finder = new PairFinder((listener) => new Targets(listener))
  readonly #rules: readonly NameRule[]
  readonly #allow: AllowTable
  readonly #facts: ReadonlyMap<string, ModuleFacts> | undefined

  constructor(targets: Iterable<NameIndexTarget>, options: NameIndexOptions) {
    this.#rules = options.rules ?? NAME_RULES
    this.#allow = new AllowTable(options.allow ?? [])
    this.#facts = options.facts
    for (const [path, other] of options.aliases ?? []) {
      this.#finder.targets.aliases.add(path, other)
    }
    for (const target of targets) this.#finder.targets.add(target)
  }

  match(path: string): Candidate[] {
    return this.#matchOnly(path, null)
  }

  #matchOnly(path: string, only: ReadonlySet<Project> | null): Candidate[] {
    const targets = this.#finder.targets
    const module = nameModule(path, targets, this.#facts)
    if (this.#allow.allowsModule(path, module.accounts)) return []
    const match = new ModuleMatch(module, this.#finder, this.#rules, this.#allow, only)
    for (const face of module.faces) this.#finder.find(face, match)
    return match.hits.candidates(module)
  }

  add(target: NameIndexTarget): void {
    this.#finder.targets.add(target)
  }

  remove(path: string): boolean {
    return this.#finder.targets.remove(path)
  }

  only(paths: Iterable<string>): Pick<NameIndex, 'match'> {
    const projects = this.#finder.targets.projectsOf(paths)
    return { match: (path) => this.#matchOnly(path, projects) }
  }

  summary(): { targets: number; cut: CutName[] } {
    return { targets: this.#finder.targets.size, cut: this.#finder.groups.cut() }
  }
}

/** One module on its way through the pairs. */
class ModuleMatch implements PairVisitor {
  readonly hits = new Hits()
  readonly #module: NamedModule
  readonly #finder: PairFinder
  readonly #rules: readonly NameRule[]
  readonly #allow: AllowTable
  readonly #only: ReadonlySet<Project> | null
  readonly #verdicts: Verdict[] = []

  constructor(
    module: NamedModule,
    finder: PairFinder,
    rules: readonly NameRule[],
    allow: AllowTable,
    only: ReadonlySet<Project> | null,
  ) {
    this.#module = module
    this.#finder = finder
    this.#rules = rules
    this.#allow = allow
    this.#only = only
  }

  ask(face: Face, known: TargetFace): void {
    const { project } = known
    const verdict = this.#verdict(project)
    if (verdict.silent) return
    const pair = new Pair(face, known)
    for (let order = 0; order < this.#rules.length; order++) {
      const rule = this.#rules[order]
      if (rule === undefined || rule.strength === 'candidate') continue
      if (rule.rank === undefined && this.hits.hasEarlier(project, order)) continue
      if (!rule.applies(pair) || !mayAsk(rule, verdict) || (rule.capped && !this.#isKept(known))) continue
      if (rule.rank === undefined) this.hits.add(rule, order, face, known)
      else this.hits.addPlace(rule, order, face, known, rule.rank(pair))
    }
  }

  sameName(face: Face, known: TargetFace): void {
    const order = this.#rules.length - 1
    const rule = this.#rules[order]
    if (rule?.strength !== 'candidate' || this.hits.hasEarlier(known.project, order)) return
    if (mayAsk(rule, this.#verdict(known.project))) this.hits.add(rule, order, face, known)
  }

  mayNamePlace(project: Project): boolean {
    const verdict = this.#verdict(project)
    return !verdict.silent && !verdict.established && !verdict.knownOwner
  }

  #isKept(known: TargetFace): boolean {
    const group = this.#finder.groups.get(known.repository.key)
    return group !== undefined && keptProjects(group).has(known.project)
  }

  #verdict(project: Project): Verdict {
    for (const verdict of this.#verdicts) if (verdict.target === project) return verdict
    const other = this.#only !== null && !this.#only.has(project)
    const silent = other || isSilent(this.#module, project, this.#allow)
    const verdict = new Verdict(this.#module, project, this.#finder.targets, silent)
    this.#verdicts.push(verdict)
    return verdict
  }
}
