import type { Candidate } from '../../types.ts'
import type { AllowedName, ModuleFacts } from '../honest.ts'
import { AllowTable } from '../honest.ts'
import type { NameIndexTarget, Project, TargetFace } from '../project.ts'
import { NAME_RULES } from '../rules/all-rules.ts'
import type { Face } from '../rules/face.ts'
import { Pair } from '../rules/pair.ts'
import type { NameRule } from '../rules/rule.ts'
import type { Found } from './hits.ts'
import { Hits } from './hits.ts'
import type { NamedModule } from './judge.ts'
import { isSilent, mayAsk, mayShareAccount, nameModule, Verdict } from './judge.ts'
import type { KeptFaces } from './kept-faces.ts'
import type { PairVisitor } from './pair-finder.ts'
import { PairFinder } from './pair-finder.ts'
import type { CutName } from './repository-groups.ts'
import { keptFaces } from './repository-groups.ts'
import { Targets } from './targets.ts'

export type { AllowedName, ModuleFacts } from '../honest.ts'
export type { NameIndexTarget } from '../project.ts'
export type { Found } from './hits.ts'
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
  /** The same for several paths, in their order, not put into words yet: for work on millions, some dozens at a time. */
  findAll(paths: readonly string[]): Found[]
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

/** Builds the index; 50,000 targets take some 0.7 s and 85 MB. */
export function buildNameIndex(
  targets: Iterable<NameIndexTarget>,
  options: NameIndexOptions = {},
): NameIndex {
  return new ProjectNameIndex(targets, options)
}

/** What every match asks. */
interface Tables {
  finder: PairFinder
  allow: AllowTable
  rules: readonly NameRule[]
  /** The rule of the same name, which comes last and is asked for whole groups; null where it is left out. */
  cloneRule: NameRule | null
  /** Its place, or that behind all rules. */
  lastRule: number
}

class ProjectNameIndex implements NameIndex {
  readonly #finder = new PairFinder((listener) => new Targets(listener))
  readonly #tables: Tables
  readonly #facts: ReadonlyMap<string, ModuleFacts> | undefined
  /** One for all modules: they come one after the other, by the million. */
  #match: ModuleMatch | null = null

  constructor(targets: Iterable<NameIndexTarget>, options: NameIndexOptions) {
    const rules = options.rules ?? NAME_RULES
    const last = rules.at(-1)
    const cloneRule = last?.strength === 'candidate' ? last : null
    this.#tables = {
      finder: this.#finder,
      allow: new AllowTable(options.allow ?? []),
      rules,
      cloneRule,
      lastRule: cloneRule === null ? rules.length : rules.length - 1,
    }
    this.#facts = options.facts
    for (const [path, other] of options.aliases ?? []) {
      this.#finder.targets.aliases.add(path, other)
    }
    for (const target of targets) this.#finder.targets.add(target)
  }

  match(path: string): Candidate[] {
    return this.#findFor(this.#nameModule(path), null).candidates()
  }

  findAll(paths: readonly string[]): Found[] {
    const modules = paths.map((path) => this.#nameModule(path))
    this.#finder.groups.prefetch(modules.flatMap(({ faces }) => faces[0]?.repository ?? []))
    return modules.map((module) => this.#findFor(module, null))
  }

  #nameModule(path: string): NamedModule {
    return nameModule(path, this.#finder.targets, this.#facts)
  }

  #findFor(module: NamedModule, only: ReadonlySet<Project> | null): Found {
    this.#match ??= new ModuleMatch(this.#tables, module)
    const match = this.#match
    match.begin(module, only)
    if (!this.#tables.allow.allowsModule(module.path, module.faces)) {
      for (const face of module.faces) this.#finder.find(face, match)
    }
    return match.end()
  }

  add(target: NameIndexTarget): void {
    this.#finder.targets.add(target)
  }

  remove(path: string): boolean {
    return this.#finder.targets.remove(path)
  }

  only(paths: Iterable<string>): Pick<NameIndex, 'match'> {
    const projects = this.#finder.targets.projectsOf(paths)
    return { match: (path) => this.#findFor(this.#nameModule(path), projects).candidates() }
  }

  summary(): { targets: number; cut: CutName[] } {
    return { targets: this.#finder.targets.size, cut: this.#finder.groups.cut() }
  }
}

/** One module on its way through the pairs. */
class ModuleMatch implements PairVisitor {
  readonly #hits = new Hits()
  readonly #tables: Tables
  readonly #verdicts: Verdict[] = []
  #module: NamedModule
  #only: ReadonlySet<Project> | null = null

  constructor(tables: Tables, module: NamedModule) {
    this.#tables = tables
    this.#module = module
  }

  /** Whatever was found of the module before is forgotten. */
  begin(module: NamedModule, only: ReadonlySet<Project> | null): void {
    this.#module = module
    this.#only = only
    this.#hits.clear()
    if (this.#verdicts.length > 0) this.#verdicts.length = 0
  }

  end(): Found {
    return this.#hits.settle(this.#module, this.#tables.cloneRule)
  }

  ask(face: Face, known: TargetFace): void {
    const { rules, lastRule } = this.#tables
    const pair = new Pair(face, known)
    for (let order = 0; order < lastRule; order++) {
      const rule = rules[order]
      if (rule === undefined) continue
      if (rule.rank === undefined && this.#hits.hasEarlier(known.project, order)) continue
      // Few rules hold for few pairs: who stands behind the names is looked up only then.
      if (!rule.applies(pair) || !mayAsk(rule, this.#verdict(known.project))) continue
      if (rule.capped && !this.#isKept(known)) continue
      if (rule.rank === undefined) this.#hits.add(rule, order, face, known)
      else this.#hits.addPlace(rule, order, face, known, rule.rank(pair))
    }
  }

  sameName(kept: KeptFaces): void {
    const { cloneRule } = this.#tables
    if (cloneRule === null) return
    const isAsked = ({ project }: TargetFace): boolean => mayAsk(cloneRule, this.#verdict(project))
    const projects = this.#nobodyIsSpared(kept) ? kept.projects : kept.projects.filter(isAsked)
    this.#hits.addClones(projects, kept)
  }

  /**
   * Whether it is certain, without looking at each project, that the rule of the same name may be asked for all. A module
   * of one name that is a target itself is in the group, with its account.
   */
  #nobodyIsSpared(kept: KeptFaces): boolean {
    const module = this.#module
    return (
      this.#only === null &&
      !this.#tables.allow.hasPairs &&
      module.facts === undefined &&
      module.faces.length === 1 &&
      !mayShareAccount(module, kept)
    )
  }

  mayNamePlace(project: Project): boolean {
    const verdict = this.#verdict(project)
    return !verdict.silent && !verdict.established && !verdict.knownOwner
  }

  #isKept(known: TargetFace): boolean {
    const group = this.#tables.finder.groups.get(known.repository.key)
    return group !== undefined && keptFaces(group).projects.some(({ project }) => project === known.project)
  }

  #verdict(project: Project): Verdict {
    for (const verdict of this.#verdicts) if (verdict.target === project) return verdict
    const { allow, finder } = this.#tables
    const other = this.#only !== null && !this.#only.has(project)
    const silent = other || isSilent(this.#module, project, allow)
    const verdict = new Verdict(this.#module, project, finder.targets, silent)
    this.#verdicts.push(verdict)
    return verdict
  }
}
