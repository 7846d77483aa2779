import { WorldError } from './errors.ts'
import type { CommitStep, OriginStyle, RepositorySpec, RepositoryState, Step, WorldSpec } from './spec.ts'

/** The parsed part of a scenario, and the element that the next file or directive belongs to. */
export interface Draft {
  spec: Required<WorldSpec>
  repository?: RepositorySpec | undefined
  commit?: CommitStep | undefined
  /** Files of the last `@module`. */
  loose?: Record<string, string> | undefined
}

type Directive = (draft: Draft, words: string[]) => void

const STATES: readonly RepositoryState[] = ['public', 'private', 'deleted']
const ORIGINS: readonly OriginStyle[] = ['full', 'no-ref', 'none']

/** Every directive by name; the words are those behind it. */
const DIRECTIVES: Readonly<Record<string, Directive>> = {
  repository(draft, words) {
    draft.repository = { path: word(words, 0), steps: [] }
    draft.commit = undefined
    draft.loose = undefined
    draft.spec.repositories.push(draft.repository)
  },
  alias: (draft, words) => void (repository(draft).aliases ??= []).push(word(words, 0)),
  author(draft, words) {
    repository(draft).author = words.join(' ')
  },
  state(draft, words) {
    repository(draft).state = oneOf(STATES, word(words, 0))
  },
  commit: (draft, words) => addCommit(draft, words, false),
  amend: (draft, words) => addCommit(draft, words, true),
  clear(draft) {
    commit(draft).clear = true
  },
  copy(draft, words) {
    commit(draft).copy = { repository: word(words, 0), ref: word(words, 1), replace: [] }
  },
  replace(draft, words) {
    const [from, to, more] = words.join(' ').split(' => ')
    const replace = commit(draft).copy?.replace
    if (!replace || !from || to === undefined || more !== undefined)
      throw new WorldError('invalid-spec', '@replace needs a @copy before it, and FROM => TO')
    replace.push([from, to])
  },
  branch: (draft, words) => addStep(draft, { do: 'branch', name: word(words, 0) }),
  tag(draft, words) {
    const message = words.slice(1).join(' ')
    addStep(draft, { do: 'tag', name: word(words, 0), ...(message === '' ? {} : { message }) })
  },
  'delete-tag': (draft, words) => addStep(draft, { do: 'delete-tag', name: word(words, 0) }),
  cache(draft, words) {
    const origin = oneOf(ORIGINS, words[3] ?? 'full')
    addStep(draft, {
      do: 'cache',
      module: word(words, 0),
      version: word(words, 1),
      at: word(words, 2),
      origin,
    })
  },
  page(draft, words) {
    const subdirectory = words[3] === undefined ? {} : { subdirectory: words[3] }
    draft.spec.pages.push({ root: word(words, 0), vcs: word(words, 1), url: word(words, 2), ...subdirectory })
  },
  redirect(draft, words) {
    draft.spec.redirects[word(words, 0)] = word(words, 1)
  },
  block: (draft, words) => void draft.spec.blocked.push(word(words, 0)),
  feed(draft, words) {
    draft.spec.feedLines.push({ path: word(words, 0), version: word(words, 1), at: word(words, 2) })
  },
  module(draft, words) {
    const [module, version, time, at] = [0, 1, 2, 3].map((index) => word(words, index))
    draft.loose = {}
    draft.spec.looseVersions.push({ module, version, time, at, files: draft.loose } as LooseVersion)
  },
}

type LooseVersion = Required<WorldSpec>['looseVersions'][number]

/** @throws WorldError `invalid-spec`. */
export function applyDirective(draft: Draft, name: string, words: string[]): void {
  const directive = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined
  if (!directive) throw new WorldError('invalid-spec', `unknown directive @${name}`)
  directive(draft, words)
}

function addCommit(draft: Draft, words: string[], amend: boolean): void {
  draft.commit = { do: 'commit', time: word(words, 0), message: words.slice(1).join(' '), amend }
  addStep(draft, draft.commit)
}

function addStep(draft: Draft, step: Step): void {
  repository(draft).steps.push(step)
}

function repository(draft: Draft): RepositorySpec {
  if (!draft.repository) throw new WorldError('invalid-spec', 'no @repository yet')
  return draft.repository
}

function commit(draft: Draft): CommitStep {
  if (!draft.commit) throw new WorldError('invalid-spec', 'no @commit yet')
  return draft.commit
}

function word(words: string[], index: number): string {
  const found = words[index]
  if (!found) throw new WorldError('invalid-spec', 'a word is missing')
  return found
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((each) => each === text)
  if (found === undefined) throw new WorldError('invalid-spec', `${text} is none of ${known.join(', ')}`)
  return found
}
