import { fetchInto, readCommit } from './adopt.ts'
import { WorldError } from './errors.ts'
import type { FeedEntry, IndexFeed } from './index-feed.ts'
import { cacheCommit, type Mirror, type MirrorVersion } from './mirror.ts'
import { tagFor } from './module-roots.ts'
import type { Repositories, Repository } from './repositories.ts'
import type { CacheStep, FileChange, OriginStyle, PageSpec, RepositorySpec, Step } from './spec.ts'
import type { SumdbLog } from './sumdb-log.ts'

interface State {
  feed: IndexFeed
  mirror: Mirror
  sumdb: SumdbLog
  repositories: Repositories
  pages: PageSpec[]
}

/** A commit with a tag, and the version cached from it. */
export interface Publication {
  repository: string
  module: string
  version: string
  /** Commit time. */
  time: string
  /** When the index lists it. */
  at: string
  files: Record<string, FileChange>
  message?: string
  origin?: OriginStyle
}

/** Everything that can happen in a world after its beginning; the beginning itself is made of the same. */
export class WorldChanges {
  readonly #state: State
  readonly #cachedSoFar = new Map<Repository, number>()

  constructor(state: State) {
    this.#state = state
  }

  addPages(pages: PageSpec[]): void {
    this.#state.pages.push(...pages)
  }

  /** Has the page of `root` name another repository. @throws WorldError `not-here`. */
  changePage(root: string, url: string): void {
    const page = this.#state.pages.find((each) => each.root === root)
    if (page === undefined) throw new WorldError('not-here', `no page ${root}`)
    page.url = url
  }

  /** Adds repositories and `loose` versions; what they cached enters the logs in the order of time. */
  async addRepositories(specs: RepositorySpec[], loose: MirrorVersion[] = []): Promise<void> {
    const { repositories } = this.#state
    const added = specs.map((spec) => repositories.add(spec, this.#tagOf))
    await repositories.syncAll()
    this.addVersions([...(await this.#makeCached(added)), ...loose])
  }

  /** Serves a copy of a git repository on this machine at `path`. Returns the copy's folder. @throws WorldError `git-failed`. */
  async adopt(path: string, from: string): Promise<string> {
    await this.addRepositories([{ path, steps: [] }])
    const adopted = this.#state.repositories.get(path)
    await fetchInto(adopted, from)
    return adopted.directory
  }

  /** Lets the mirror cache what a tag of an adopted repository names now. @throws WorldError `not-here`, `git-failed`. */
  async cacheTag(repository: string, cached: Omit<CacheStep, 'do'>): Promise<void> {
    const { directory } = this.#state.repositories.get(repository)
    const ref = `refs/tags/${this.#tagOf(cached.module, cached.version)}`
    const { id, commit } = await readCommit(directory, ref)
    const past = { directory, commitIds: [id], history: { commits: [commit] } }
    const step = { ...cached, do: 'cache', commit: 0, ref } as const
    this.addVersions([await cacheCommit(past, step, this.#state.pages)])
  }

  /** Lives through more steps of a repository. @throws WorldError `not-here`, `invalid-spec`, `git-failed`. */
  async change(repository: string, steps: Step[]): Promise<void> {
    const { repositories } = this.#state
    const changed = repositories.get(repository)
    repositories.apply(changed, steps, this.#tagOf)
    await changed.sync()
    this.addVersions(await this.#makeCached([changed]))
  }

  /** Commits, tags and lets the mirror cache a new version. */
  async publish(publication: Publication): Promise<void> {
    const { repository, module, version, time, at, files, message, origin } = publication
    await this.change(repository, [
      { do: 'commit', time, message: message ?? `Release ${version}`, files },
      { do: 'tag', name: this.#tagOf(module, version) },
      { do: 'cache', module, version, at, origin: origin ?? 'full' },
    ])
  }

  /** Commits `files` on top of the current branch and moves `tag` there. The mirror keeps what it has. */
  async moveTag(
    repository: string,
    tag: string,
    { time, files, message }: { time: string; files: Record<string, FileChange>; message?: string },
  ): Promise<void> {
    await this.change(repository, [
      { do: 'commit', time, message: message ?? `Redo ${tag}`, files },
      { do: 'tag', name: tag },
    ])
  }

  async deleteTag(repository: string, tag: string): Promise<void> {
    await this.change(repository, [{ do: 'delete-tag', name: tag }])
  }

  deleteRepository(path: string): void {
    this.#state.repositories.get(path).state = 'deleted'
  }

  /** A deleted or private repository is public again, with what it had. */
  restoreRepository(path: string): void {
    this.#state.repositories.get(path).state = 'public'
  }

  /** Another repository takes the place of the one at `spec.path`: its account was deleted and registered again. */
  async replaceRepository(spec: RepositorySpec): Promise<void> {
    const before = this.#state.repositories.get(spec.path)
    before.path = ''
    before.aliases = []
    await this.addRepositories([spec])
  }

  makePrivate(path: string): void {
    this.#state.repositories.get(path).state = 'private'
  }

  /** The old address answers with a redirect from now on. */
  renameRepository(from: string, to: string): void {
    this.#state.repositories.get(from).path = to
    this.redirect(from, to)
  }

  redirect(from: string, to: string): void {
    this.#state.repositories.redirect(from, to)
  }

  /** The mirror refuses the module with 403; the default feed no longer lists it. */
  block(module: string): void {
    this.#state.mirror.blocked.add(module)
    this.#state.feed.setGone(module, true)
  }

  unblock(module: string): void {
    this.#state.mirror.blocked.delete(module)
    this.#state.feed.setGone(module, false)
  }

  /** Adds an index line as it is: late, doubled, or for a version that the mirror does not have. */
  list(entry: FeedEntry): void {
    this.#state.feed.add(entry)
  }

  /** Adds versions to mirror, checksum database and index, oldest first. */
  addVersions(versions: MirrorVersion[]): void {
    const { mirror, sumdb, feed } = this.#state
    for (const entry of versions.toSorted((a, b) => Number(a.at - b.at))) {
      const { module, version, at } = entry
      if (!mirror.add(entry)) throw new WorldError('invalid-spec', `${module}@${version} is cached twice`)
      sumdb.append(module, version, entry.zipSum, entry.goModSum)
      feed.add({ path: module, version, at, gone: mirror.blocked.has(module) })
    }
  }

  /** Every host that this world answers for, sorted. */
  hosts(): string[] {
    const { repositories, pages } = this.#state
    const paths = repositories.all
      .flatMap((each) => [each.path, ...each.aliases])
      .filter((each) => each !== '')
    for (const { root, url } of pages) paths.push(root, url.replace(/^\w+:\/\//, ''))
    paths.push(...repositories.redirectedPaths())
    return [...new Set(paths.map((path) => path.split('/')[0] as string))].sort()
  }

  readonly #tagOf = (module: string, version: string): string => tagFor(module, version, this.#state.pages)

  async #makeCached(repositories: Repository[]): Promise<MirrorVersion[]> {
    const made: MirrorVersion[] = []
    for (const repository of repositories) {
      const { cached } = repository.history
      for (const each of cached.slice(this.#cachedSoFar.get(repository) ?? 0))
        made.push(await cacheCommit(repository, each, this.#state.pages))
      this.#cachedSoFar.set(repository, cached.length)
    }
    return made
  }
}
