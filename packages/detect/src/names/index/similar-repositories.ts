import { FOREIGN_REPOSITORY, TARGETS_PER_GENERIC_NAME, TARGETS_PER_REPOSITORY_NAME } from '../rules/limits.ts'
import { GENERIC_REPOSITORIES } from '../words/known-words.ts'
import type { Relation } from '../words/relation.ts'
import { relationOf } from '../words/relation.ts'
import { signaturesOf } from '../words/signatures.ts'
import type { Word } from '../words/word.ts'
import { HashIndex } from './hash-index.ts'
import { OwnerTable } from './owner-table.ts'
import type { Project, TargetName } from './project.ts'
import { byDependents } from './project.ts'

/** All targets with one repository name; separators do not count. */
export interface RepositoryGroup {
  letters: string
  /** The spellings in the targets. */
  spellings: Word[]
  names: readonly TargetName[]
  owners: OwnerTable
  /** The projects that rules without an owner are limited to, most depended on first: of each, its first name here. */
  mostUsed: readonly TargetName[]
  /** The accounts of all projects here. */
  accounts: ReadonlySet<string>
}

/** Groups that a repository name belongs to or resembles. */
export interface SimilarRepositories {
  /** The targets of this very name, separators apart. */
  same: RepositoryGroup | null
  /** Names that resemble it. */
  others: readonly RepositoryGroup[]
  /** The owners of all these names, in one table where the answer is kept. */
  otherOwners: readonly OwnerTable[]
  /** Those of them that it can be taken for under any owner. */
  foreign: readonly RepositoryGroup[]
}

/** Relations that rules ask of a repository name; see `repository-rules.ts` and `project-rules.ts`. */
const SIMILAR: ReadonlySet<Relation> = new Set([
  'separators',
  'look-alike',
  'swap',
  'plural',
  'keyboard',
  'edit',
  'words-reordered',
  'anagram',
  'affix-added',
  'affix-removed',
])

/** Relations that `repository-typo` and `repository-reordered` ask for, under any owner. */
const SIMILAR_UNDER_ANY_OWNER: ReadonlySet<Relation> = new Set([
  'look-alike',
  'swap',
  'keyboard',
  'edit',
  'words-reordered',
  'anagram',
])

const NOTHING: SimilarRepositories = { same: null, others: [], otherOwners: [], foreign: [] }

/** The repository names of targets, and which of them a given name resembles. */
export class RepositoryGroups {
  readonly #byLetters: ReadonlyMap<string, RepositoryGroup>
  readonly #bySignature: HashIndex<RepositoryGroup>
  /** Answers for spellings that targets have. These come by again and again, others seldom. */
  readonly #remembered = new Map<string, SimilarRepositories>()

  constructor(names: Iterable<TargetName>) {
    const byLetters = Map.groupBy(names, ({ repository }) => repository.letters)
    byLetters.delete('')
    const groups = Array.from(byLetters, ([letters, members]) => toGroup(letters, members))
    this.#byLetters = new Map(groups.map((group) => [group.letters, group]))
    this.#bySignature = new HashIndex(groups, ({ spellings: [word] }) =>
      word === undefined ? [] : signaturesOf(word),
    )
  }

  isMostUsed({ repository, project }: TargetName): boolean {
    const group = this.#byLetters.get(repository.letters)
    return group?.mostUsed.some((target) => target.project === project) ?? false
  }

  /** Finds the groups whose name is `word` or resembles it. */
  similarTo(word: Word): SimilarRepositories {
    const remembered = this.#remembered.get(word.text)
    if (remembered !== undefined) return remembered
    const similar = this.#find(word)
    // The target's own text is kept: the module's may be a piece of a block of many paths, which would stay in memory.
    const known = similar.same?.spellings.find(({ text }) => text === word.text)
    if (known === undefined) return similar
    const kept = { ...similar, otherOwners: [new OwnerTable(similar.others.flatMap(({ names }) => names))] }
    this.#remembered.set(known.text, kept)
    return kept
  }

  #find(word: Word): SimilarRepositories {
    let groups: Set<RepositoryGroup> | null = null
    for (const signature of signaturesOf(word)) {
      for (const group of this.#bySignature.find(signature)) (groups ??= new Set()).add(group)
    }
    if (groups === null) return NOTHING
    let same: RepositoryGroup | null = null
    const others: RepositoryGroup[] = []
    const foreign: RepositoryGroup[] = []
    for (const group of groups) {
      if (group.letters === word.letters) {
        same = group
        continue
      }
      const relation = similarity(word, group)
      if (relation === null) continue
      others.push(group)
      if (isSimilarUnderAnyOwner(word.letters, group.letters, relation)) foreign.push(group)
    }
    return { same, others, otherOwners: others.map(({ owners }) => owners), foreign }
  }
}

function toGroup(letters: string, names: readonly TargetName[]): RepositoryGroup {
  const firstNames = new Map<Project, TargetName>()
  for (const name of names) {
    const first = firstNames.get(name.project)
    if (first === undefined || name.index < first.index) firstNames.set(name.project, name)
  }
  const most = GENERIC_REPOSITORIES.has(letters) ? TARGETS_PER_GENERIC_NAME : TARGETS_PER_REPOSITORY_NAME
  return {
    letters,
    spellings: [...new Map(names.map(({ repository }) => [repository.text, repository])).values()],
    names,
    owners: new OwnerTable(names),
    mostUsed: [...firstNames.values()].sort((a, b) => byDependents(a.project, b.project)).slice(0, most),
    accounts: new Set(
      [...firstNames.keys()].flatMap((project) => project.names.map(({ account }) => account)),
    ),
  }
}

/** The spellings of a group have the same letters, so they differ at most in the order of their words. */
function similarity(word: Word, { spellings }: RepositoryGroup): Relation | null {
  for (const spelling of spellings) {
    const relation = relationOf(word, spelling)
    if (relation !== null && SIMILAR.has(relation)) return relation
  }
  return null
}

function isSimilarUnderAnyOwner(name: string, known: string, relation: Relation): boolean {
  if (GENERIC_REPOSITORIES.has(known)) return false
  if (addsVersion(name, known)) return true
  return SIMILAR_UNDER_ANY_OWNER.has(relation) && Math.min(name.length, known.length) >= FOREIGN_REPOSITORY
}

function addsVersion(name: string, known: string): boolean {
  return name.startsWith(known) && /^v?[0-9]+$/.test(name.slice(known.length))
}
