import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WorldError } from './errors.ts'
import { fastImportStream, type ImportBatch } from './fast-import.ts'
import { runGit } from './git-command.ts'
import { applyStep, type History, newHistory, type RefTarget, resolveRef, type TagOf } from './history.ts'
import type { RepositorySpec, RepositoryState, Step, Tree } from './spec.ts'

/** Two git processes keep two cores busy; more only wait for each other. */
const IMPORTS_AT_ONCE = 4

/** `allowFilter` and v2 are what GitHub offers; nothing can be pushed. */
const CONFIG = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[http]
	receivepack = false
[gc]
	auto = 0
`

/** One repository: its past in memory and the same in a bare git repository. */
export class Repository {
  /** Host and path without scheme. Changes when it is renamed. */
  path: string
  aliases: string[]
  state: RepositoryState
  readonly history: History
  readonly directory: string
  /** Commit ids by index into `history.commits`, as git computed them. */
  readonly commitIds: string[] = []
  #madeRefs = new Map<string, RefTarget>()
  #made = false

  constructor(spec: RepositorySpec, directory: string) {
    this.path = spec.path
    this.aliases = spec.aliases ?? []
    this.state = spec.state ?? 'public'
    this.history = newHistory(spec)
    this.directory = directory
  }

  /** Brings the git repository to what `history` says. @throws WorldError `git-failed`. */
  async sync(): Promise<void> {
    if (!this.#made) await makeBareRepository(this.directory)
    this.#made = true
    const batch = this.#outstanding()
    if (batch.firstCommit === this.history.commits.length && batch.refs.size === 0) return
    const marks = join(this.directory, 'world-marks')
    await runGit(
      [
        `--git-dir=${this.directory}`,
        '-c',
        'fastimport.unpackLimit=1',
        'fast-import',
        '--quiet',
        '--force',
        '--done',
        `--import-marks-if-exists=${marks}`,
        `--export-marks=${marks}`,
      ],
      fastImportStream(this.history, batch),
    )
    for (const line of (await readFile(marks, 'latin1')).split('\n')) {
      const match = /^:(\d+) ([0-9a-f]{40})$/.exec(line)
      if (match) this.commitIds[Number(match[1]) - 1] = match[2] as string
    }
    this.#madeRefs = new Map(this.history.refs)
  }

  #outstanding(): ImportBatch {
    const refs = new Map<string, RefTarget | null>()
    for (const [ref, target] of this.history.refs)
      if (this.#madeRefs.get(ref) !== target) refs.set(ref, target)
    for (const ref of this.#madeRefs.keys()) if (!this.history.refs.has(ref)) refs.set(ref, null)
    return { firstCommit: this.commitIds.length, refs }
  }
}

/** All repositories of a world, by the addresses that lead to them. */
export class Repositories {
  readonly all: Repository[] = []
  /** Old path → new path, as a code host redirects a renamed repository. */
  readonly #redirects = new Map<string, string>()
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Adds a repository and lives through its steps in memory; `syncAll` makes it real. */
  add(spec: RepositorySpec, tagOf: TagOf): Repository {
    const repository = new Repository(spec, join(this.#directory, `${this.all.length}.git`))
    this.all.push(repository)
    this.apply(repository, spec.steps, tagOf)
    return repository
  }

  apply(repository: Repository, steps: Step[], tagOf: TagOf): void {
    for (const step of steps) {
      try {
        applyStep(repository.history, step, (path, ref) => this.#treeOf(path, ref), tagOf)
      } catch (cause) {
        throw new WorldError('invalid-spec', `${repository.path}: ${(cause as Error).message}`, { cause })
      }
    }
  }

  async syncAll(): Promise<void> {
    const waiting = [...this.all]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await next.sync()
    }
    await Promise.all(Array.from({ length: IMPORTS_AT_ONCE }, work))
  }

  /** Makes the host answer at `from` with a redirect to `to`. */
  redirect(from: string, to: string): void {
    this.#redirects.set(lookupKey(from), to)
  }

  /** The path to which the host redirects `path`; undefined where it does not. */
  redirectOf(path: string): string | undefined {
    return this.#redirects.get(lookupKey(path))
  }

  /** Paths at which the host answers with a redirect. */
  redirectedPaths(): string[] {
    return [...this.#redirects.keys()]
  }

  /** The repository that answers at `path`. GitHub looks names up without regard to case. */
  find(path: string): Repository | undefined {
    const key = lookupKey(path)
    return this.all.find((each) => [each.path, ...each.aliases].some((name) => lookupKey(name) === key))
  }

  /** @throws WorldError `not-here`. */
  get(path: string): Repository {
    const found = this.find(path)
    if (!found) throw new WorldError('not-here', `no repository ${path}`)
    return found
  }

  #treeOf(path: string, ref: string): Tree {
    const { history } = this.get(path)
    const commit = history.commits[resolveRef(history, ref)]
    if (!commit) throw new WorldError('not-here', `${path} has no commit at ${ref}`)
    return commit.tree
  }
}

function lookupKey(path: string): string {
  return path.startsWith('github.com/') ? path.toLowerCase() : path
}

/** The files that `git init --bare` makes, without a process for each of many repositories. */
async function makeBareRepository(directory: string): Promise<void> {
  await Promise.all(
    ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info'].map((each) =>
      mkdir(join(directory, each), { recursive: true }),
    ),
  )
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(directory, 'config'), CONFIG)
  // Exactly what cmd/go writes into its bare repositories, so that `git archive` here gives what it gives there.
  await writeFile(join(directory, 'info', 'attributes'), '\n* -export-subst -export-ignore\n')
}
