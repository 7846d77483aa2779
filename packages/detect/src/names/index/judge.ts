import type { PathParts, ProjectName } from '@mirrorwatch/gomod/paths/path-parts'
import { projectKey, splitModulePath } from '@mirrorwatch/gomod/paths/path-parts'
import type { AllowTable, ModuleFacts } from '../honest.ts'
import { isEstablished, standsBeside } from '../honest.ts'
import type { Project } from '../project.ts'
import type { Face } from '../rules/face.ts'
import { toFace } from '../rules/face.ts'
import type { NameRule } from '../rules/rule.ts'
import type { KeptFaces } from './kept-faces.ts'
import type { Targets } from './targets.ts'

/** A module being matched: its faces, and what is known of it. */
export interface NamedModule {
  path: string
  parts: PathParts
  /** Of its project, its own first. */
  names: ProjectName[]
  /** The same, ready for comparison; at an unknown host one more that is guessed. */
  faces: Face[]
  facts: ModuleFacts | undefined
  /** Its own project, where it is a target itself; undefined until asked for. */
  own: Project | null | undefined
}

/** What may be said of a module beside a target at all, before any rule: honest names end here. */
export class Verdict {
  /** Nothing is said: the same project, the same owner, or allowed. */
  readonly silent: boolean
  readonly #module: NamedModule
  readonly target: Project
  readonly #targets: Targets
  #established: boolean | undefined
  #knownOwner: boolean | undefined

  constructor(module: NamedModule, target: Project, targets: Targets, silent: boolean) {
    this.#module = module
    this.target = target
    this.#targets = targets
    this.silent = silent
  }

  /** A project of its own: it imitates nobody. */
  get established(): boolean {
    this.#established ??= isEstablished(
      ownProject(this.#module, this.#targets),
      this.#module.facts,
      this.target,
    )
    return this.#established
  }

  /** The owner is a known one: owner rules do not apply. */
  get knownOwner(): boolean {
    this.#knownOwner ??= isKnownOwner(this.#module, this.target, this.#targets)
    return this.#knownOwner
  }
}

export function nameModule(
  path: string,
  targets: Targets,
  facts: ReadonlyMap<string, ModuleFacts> | undefined,
): NamedModule {
  const parts = splitModulePath(path)
  const names = targets.aliases.namesOf(parts)
  const [first] = names
  const faces =
    first !== undefined && names.length === 1
      ? [toFace(first, 0, targets.host(first.host))]
      : names.map((name, index) => toFace(name, index, targets.host(name.host)))
  if (parts.kind === 'vanity' && names.length === 1) addGuess(path, faces, targets)
  return { path, parts, names, faces, facts: facts?.get(path), own: undefined }
}

/** At a host that is not known, the first two elements may be an owner and a repository: githud.com/sirupsen/logrus. */
function addGuess(path: string, faces: Face[], targets: Targets): void {
  const [host = '', owner, repository] = path.toLowerCase().split('/')
  const [own] = faces
  if (own === undefined || owner === undefined || repository === undefined) return
  const guess = toFace({ host, owner, repository }, faces.length, targets.host(host))
  faces.push({ ...guess, account: own.account, accountHash: own.accountHash })
}

/** One project has one owner, so that the same project needs no question of its own. */
export function isSilent(module: NamedModule, target: Project, allow: AllowTable): boolean {
  return sharesAccount(module, target) || allow.allowsPair(module.path, target)
}

/** The module's project, where it is a target itself. Looked for once. */
function ownProject(module: NamedModule, targets: Targets): Project | null {
  if (module.own === undefined) {
    module.own = null
    for (const name of module.names) module.own ??= targets.project(projectKey(name)) ?? null
  }
  return module.own
}

function sharesAccount(module: NamedModule, target: Project): boolean {
  for (const face of module.faces) {
    for (const known of target.faces) {
      if (face.accountHash === known.accountHash && face.account === known.account) return true
    }
  }
  return false
}

/** Whether the module's owner has another project that stands beside the target. */
function isKnownOwner(module: NamedModule, target: Project, targets: Targets): boolean {
  const own = ownProject(module, targets)
  for (const { account } of module.faces) {
    for (const project of targets.withAccount(account)) {
      if (project !== own && standsBeside(project, target)) return true
    }
  }
  return false
}

/** Whether the module may belong to one of the accounts that the projects of a name have. False is certain. */
export function mayShareAccount(module: NamedModule, { accounts, accountBits }: KeptFaces): boolean {
  for (const { accountHash } of module.faces) {
    if ((accountBits & (1 << accountHash)) !== 0 && accounts.includes(accountHash)) return true
  }
  return false
}

/** Whether a rule may be asked at all. */
export function mayAsk(rule: NameRule, verdict: Verdict): boolean {
  if (verdict.silent || verdict.established) return false
  return !(verdict.knownOwner && (rule.family === 'owner' || rule.rank !== undefined))
}
