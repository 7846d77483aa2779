import { WorldError } from './errors.ts'
import type {
  CacheStep,
  CommitStep,
  FileChange,
  RepositorySpec,
  Step,
  TagStep,
  Tree,
  TreeFile,
} from './spec.ts'

const DEFAULT_AUTHOR = 'World Maintainer <maintainer@world.example>'

export interface Commit {
  parent: number | null
  tree: Tree
  /** Seconds since 1970, author's and committer's alike. */
  seconds: number
  author: string
  message: string
}

export interface RefTarget {
  /** Index into `History.commits`. */
  commit: number
  /** Message of an annotated tag. */
  annotation?: string
}

/** A version as the mirror saw it when it cached it. */
export interface CachedCommit extends CacheStep {
  commit: number
  /** The ref that named the commit then; null for pseudo-versions. */
  ref: string | null
}

/** A repository's whole past in memory; git gets it from here. `refs` are full names, `refs/tags/v1.0.0`. */
export interface History {
  author: string
  commits: Commit[]
  refs: Map<string, RefTarget>
  cached: CachedCommit[]
  branch: string
}

/** Finds the tree at a ref of another repository, for copies. */
export type TreeLookup = (repository: string, ref: string) => Tree

export function newHistory(spec: RepositorySpec): History {
  return {
    author: spec.author ?? DEFAULT_AUTHOR,
    commits: [],
    refs: new Map(),
    cached: [],
    branch: 'main',
  }
}

/** @throws WorldError `invalid-spec` for a step that does not fit what is there. */
export function applyStep(history: History, step: Step, treeOf: TreeLookup, tagOf: TagOf): void {
  switch (step.do) {
    case 'commit':
      return commit(history, step, treeOf)
    case 'branch':
      return branch(history, step.name)
    case 'tag':
      return tag(history, step)
    case 'delete-tag':
      history.refs.delete(`refs/tags/${step.name}`)
      return
    case 'cache':
      return cache(history, step, tagOf)
  }
}

/** The tag that Go reads for a version: code directory and version, without `+incompatible`. */
export type TagOf = (module: string, version: string) => string

/** The commit that a short ref name (tag before branch) or the current branch stands at. */
export function resolveRef(history: History, name?: string): number {
  const names =
    name === undefined ? [`refs/heads/${history.branch}`] : [`refs/tags/${name}`, `refs/heads/${name}`]
  for (const full of names) {
    const target = history.refs.get(full)
    if (target) return target.commit
  }
  throw new WorldError('invalid-spec', `no ref ${name ?? history.branch}`)
}

function commit(history: History, step: CommitStep, treeOf: TreeLookup): void {
  if (step.branch !== undefined && step.branch !== history.branch) branch(history, step.branch)
  const ref = `refs/heads/${history.branch}`
  const tip = history.refs.get(ref)?.commit ?? null
  const parent = step.amend && tip !== null ? (history.commits[tip]?.parent ?? null) : tip
  let tree: Tree = tip === null || step.clear ? new Map() : (history.commits[tip] as Commit).tree
  if (step.copy) tree = replaceTexts(treeOf(step.copy.repository, step.copy.ref), step.copy.replace ?? [])
  history.commits.push({
    parent,
    tree: changeTree(tree, step.files ?? {}),
    seconds: seconds(step.time),
    author: history.author,
    message: step.message,
  })
  history.refs.set(ref, { commit: history.commits.length - 1 })
}

function branch(history: History, name: string): void {
  const ref = `refs/heads/${name}`
  const from = history.refs.get(`refs/heads/${history.branch}`)
  if (!history.refs.has(ref) && from) history.refs.set(ref, from)
  history.branch = name
}

function tag(history: History, step: TagStep): void {
  const target: RefTarget = { commit: resolveRef(history, step.target) }
  if (step.message !== undefined) target.annotation = step.message
  history.refs.set(`refs/tags/${step.name}`, target)
}

function cache(history: History, step: CacheStep, tagOf: TagOf): void {
  if (step.version.startsWith('pseudo')) {
    history.cached.push({ ...step, commit: resolveRef(history), ref: null })
    return
  }
  const ref = `refs/tags/${tagOf(step.module, step.version)}`
  const target = history.refs.get(ref)
  if (!target) throw new WorldError('invalid-spec', `${step.module}@${step.version} has no tag ${ref}`)
  history.cached.push({ ...step, commit: target.commit, ref })
}

function changeTree(tree: Tree, changes: Record<string, FileChange>): Tree {
  const next = new Map(tree)
  for (const [path, change] of Object.entries(changes)) {
    if (change === null) next.delete(path)
    else next.set(path, toTreeFile(change))
  }
  return next
}

function toTreeFile(change: Exclude<FileChange, null>): TreeFile {
  if (typeof change === 'string') return { mode: '100644', content: Buffer.from(change) }
  if (Buffer.isBuffer(change)) return { mode: '100644', content: change }
  return { mode: change.mode, content: Buffer.from(change.content as string) }
}

function replaceTexts(tree: Tree, replacements: [string, string][]): Tree {
  if (replacements.length === 0) return tree
  const result = new Map<string, TreeFile>()
  for (const [path, file] of tree) {
    if (!file.mode.startsWith('100')) {
      result.set(path, file)
      continue
    }
    const before = file.content.toString('latin1')
    const after = replacements.reduce((text, [from, to]) => text.replaceAll(from, to), before)
    result.set(path, after === before ? file : { mode: file.mode, content: Buffer.from(after, 'latin1') })
  }
  return result
}

function seconds(time: string): number {
  const ms = Date.parse(time)
  if (Number.isNaN(ms)) throw new WorldError('invalid-spec', `not a time: ${time}`)
  return Math.floor(ms / 1000)
}
