import { splitPathVersion } from '@mirrorwatch/gomod/paths/module-path'
import { isPseudoVersion } from '@mirrorwatch/gomod/paths/pseudo-version'
import { compareForSort, prerelease } from '@mirrorwatch/gomod/paths/semver'
import { hashGoMod, hashZipEntries, sha256Hex } from '@mirrorwatch/gomod/zip/dirhash'
import { archiveContents, hasAttributes } from './archive.ts'
import type { CachedCommit, Commit } from './history.ts'
import { moduleDirectory, selectModuleFiles } from './module-files.ts'
import { codeDirectory, rootOf } from './module-roots.ts'
import { writeModuleZip } from './module-zip-writer.ts'
import type { Repository } from './repositories.ts'
import type { LooseVersionSpec, PageSpec } from './spec.ts'
import { requireMicros } from './timestamp.ts'

/** One version as the mirror cached it. It never changes. */
export interface MirrorVersion {
  module: string
  version: string
  /** First listed by the index, microseconds since 1970. */
  at: bigint
  /** Body of `.info`. */
  info: string
  /** Body of `.mod`: the go.mod as stored in the repository, or a made-up one where it has none. */
  mod: Buffer
  zipSum: string
  goModSum: string
  /** Full commit id; null for versions of a `mod` server. */
  commit: string | null
  /** Builds the body of `.zip`. Every call returns the same bytes. */
  zip(): Buffer
}

/** Cached versions of the module mirror, and the modules that it refuses. */
export class Mirror {
  readonly blocked = new Set<string>()
  readonly #modules = new Map<string, Map<string, MirrorVersion>>()

  /** Keeps the first of two equal versions, as the mirror does. False where it was there already. */
  add(entry: MirrorVersion): boolean {
    let versions = this.#modules.get(entry.module)
    if (!versions) this.#modules.set(entry.module, (versions = new Map()))
    if (versions.has(entry.version)) return false
    versions.set(entry.version, entry)
    return true
  }

  get(module: string, version: string): MirrorVersion | undefined {
    return this.#modules.get(module)?.get(version)
  }

  has(module: string): boolean {
    return this.#modules.has(module)
  }

  *all(): Generator<MirrorVersion> {
    for (const versions of this.#modules.values()) yield* versions.values()
  }

  /** Released versions in Go's order, pseudo-versions left out: what `@v/list` says. */
  list(module: string): string[] {
    const versions = [...(this.#modules.get(module)?.keys() ?? [])]
    return versions.filter((version) => !isPseudoVersion(version)).sort(compareForSort)
  }

  /** Highest release, else highest pre-release, else newest pseudo-version. */
  latest(module: string): MirrorVersion | undefined {
    const versions = [...(this.#modules.get(module)?.keys() ?? [])].sort(compareForSort)
    const tagged = versions.filter((version) => !isPseudoVersion(version))
    const released = tagged.filter((version) => prerelease(version) === '')
    const best = released.at(-1) ?? tagged.at(-1) ?? versions.at(-1)
    return best === undefined ? undefined : this.get(module, best)
  }

  /** The version whose commit id begins with `prefix`, as a query for a revision finds it. */
  byCommit(module: string, prefix: string): MirrorVersion | undefined {
    for (const entry of this.#modules.get(module)?.values() ?? [])
      if (entry.commit?.startsWith(prefix)) return entry
    return undefined
  }
}

/** Part of a repository that caching reads. */
type CachedFrom = Pick<Repository, 'directory' | 'commitIds'> & {
  history: Pick<Repository['history'], 'commits'>
}

/** Makes what the mirror keeps of a version, from the commit as it stood when it was cached. */
export async function cacheCommit(
  repository: CachedFrom,
  cached: CachedCommit,
  pages: readonly PageSpec[],
): Promise<MirrorVersion> {
  const commit = repository.history.commits[cached.commit] as Commit
  const id = repository.commitIds[cached.commit] as string
  const root = rootOf(cached.module, pages)
  const directory = codeDirectory(cached.module, root)
  const { pathMajor } = splitPathVersion(cached.module)
  const home = moduleDirectory(commit.tree, directory, cached.module === root.root ? '' : pathMajor)
  const version =
    cached.ref === null ? pseudoVersion(cached.version, pathMajor, commit.seconds, id) : cached.version
  const files = await moduleContents(repository, commit, id, home)
  const goMod = commit.tree.get(home === '' ? 'go.mod' : `${home}/go.mod`)
  const info: Record<string, unknown> = { Version: version, Time: goTime(commit.seconds) }
  if ((cached.origin ?? 'full') !== 'none') {
    info['Origin'] = {
      VCS: 'git',
      URL: root.url,
      ...(directory === '' ? {} : { Subdir: directory }),
      Hash: id,
      ...(cached.ref !== null && cached.origin !== 'no-ref' ? { Ref: cached.ref } : {}),
    }
  }
  const mod = goMod?.content ?? Buffer.from(`module ${cached.module}\n`)
  return mirrorVersion({ ...cached, version }, JSON.stringify(info), mod, files, id)
}

/** Makes what the mirror keeps of a version that a `mod` server gave it: no Origin, no repository. */
export function cacheLoose(spec: LooseVersionSpec): MirrorVersion {
  const info = JSON.stringify({ Version: spec.version, Time: spec.time })
  const files = new Map(Object.entries(spec.files).map(([path, text]) => [path, Buffer.from(text)]))
  const mod = files.get('go.mod') ?? Buffer.from(`module ${spec.module}\n`)
  return mirrorVersion(spec, info, mod, files, null)
}

function mirrorVersion(
  { module, version, at }: { module: string; version: string; at: string },
  info: string,
  mod: Buffer,
  files: ReadonlyMap<string, Buffer>,
  commit: string | null,
): MirrorVersion {
  const hashed = [...files].map(([name, content]) => ({ name, sha256: sha256Hex(content) }))
  const entries = () =>
    [...files].map(([path, content]) => [`${module}@${version}/${path}`, content] as const)
  return {
    module,
    version,
    at: requireMicros(at),
    info,
    mod,
    zipSum: hashZipEntries(module, version, hashed),
    goModSum: hashGoMod(mod),
    commit,
    zip: () => writeModuleZip(entries()),
  }
}

async function moduleContents(
  repository: Pick<Repository, 'directory'>,
  commit: Commit,
  id: string,
  directory: string,
): Promise<Map<string, Buffer>> {
  const selected = selectModuleFiles(commit.tree, directory)
  const converted = hasAttributes(commit.tree) ? await archiveContents(repository.directory, id) : undefined
  const contents = new Map<string, Buffer>()
  for (const [path, file] of selected) {
    const full = directory === '' ? path : `${directory}/${path}`
    // The LICENSE copied from the root is the stored blob, never converted: it is not at this path in the archive.
    contents.set(path, converted?.get(full) ?? file.content)
  }
  return contents
}

/** `pseudo` or `pseudo:<base tag>` as a version of the commit. */
function pseudoVersion(wish: string, pathMajor: string, seconds: number, commit: string): string {
  const stamp = goTime(seconds).replace(/\D/g, '')
  const tail = `${stamp}-${commit.slice(0, 12)}`
  const base = wish.slice('pseudo:'.length)
  if (base === '') return `${pathMajor === '' ? 'v0' : pathMajor.replace(/^[/.]/, '')}.0.0-${tail}`
  if (prerelease(base) !== '') return `${base}.0.${tail}`
  const [, front, patch] = /^(v\d+\.\d+\.)(\d+)/.exec(base) as unknown as [string, string, string]
  return `${front}${Number(patch) + 1}-0.${tail}`
}

function goTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}
