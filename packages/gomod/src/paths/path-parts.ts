import { hostLabel } from './domain.ts'
import { splitPathVersion } from './module-path.ts'
import { FORGE_HOSTS, FORGE_LABELS, MOVED_REPOSITORIES, VANITY_REPOSITORIES } from './vanity-hosts.ts'

/**
 * Kind of host in a module path. Together with the host it decides which parts are owner, repository, directory and major
 * version. Parsing uses no network, so a vanity path's repository is known only from a table or from the caller.
 *
 * - `forge`: `github.com/owner/repository/…`, a host with accounts.
 * - `gopkg`: `gopkg.in/repository.vN` (owner empty) and `gopkg.in/owner/repository.vN`.
 * - `vanity`: everything else, `go.uber.org/zap`: the host is the owner, `owner` is empty.
 */
type HostKind = 'forge' | 'gopkg' | 'vanity'

export interface PathParts {
  /** Unchanged module path. */
  path: string
  host: string
  kind: HostKind
  /** Owner as written; GitLab's nested groups joined with `/`; `` if the host has no accounts. */
  owner: string
  /** Repository as written; for a bare host (`go.starlark.net`), the host's label. */
  repository: string
  /** Directory inside the repository, without the major version; `` for its root. */
  subdirectory: string
  /** `/v2`, `.v3`, `.v2-unstable`, or `` for v0 and v1. */
  major: string
  /** Parts in lower case. Code hosts ignore case, and an imitator can vary it. */
  folded: { owner: string; repository: string; subdirectory: string }
}

/** Name of a project, folded. `owner` is `` if the host has no accounts. */
export interface ProjectName {
  host: string
  owner: string
  repository: string
}

/** `dev.azure.com/organisation/project/_git/repository` */
const AZURE_MARK = '_git'
const GOPKG_MAJOR = /(?<=.)\.v[0-9]+$/
const VCS_SUFFIX = /\.(?:git|hg|svn|bzr|fossil)$/
/** First elements of vanity paths that name no repository: `golang.org/x/crypto`, `honnef.co/go/tools`. */
const FILLER_ELEMENTS: ReadonlySet<string> = new Set(['driver', 'go', 'p', 'pkg', 'plugin', 'src', 'v1', 'x'])

/** Splits a module path that `modulePathFault` accepts. Any other path gives meaningless parts, but no error. */
export function splitModulePath(path: string): PathParts {
  return splitGitHub(path) ?? splitAny(path)
}

/**
 * Splits nearly every module path: `github.com/owner/repository` with at most one more element. Returns null for a path that
 * needs {@link splitAny}. Gives the same answer in a third of the time, which matters when matching millions of names.
 */
function splitGitHub(path: string): PathParts | null {
  if (!path.startsWith(GITHUB)) return null
  const slash = path.indexOf('/', GITHUB.length)
  if (slash === -1 || path.includes('.', GITHUB.length)) return null
  const end = path.indexOf('/', slash + 1)
  let subdirectory = ''
  let major = ''
  if (end === -1) {
    if (isVersion(path, slash + 1)) return null
  } else if (path.includes('/', end + 1)) {
    return null
  } else if (isVersion(path, end + 1)) {
    // v0 and v1 do not count as major versions.
    if (path.charCodeAt(end + 2) < 50) return null
    major = path.slice(end)
  } else subdirectory = path.slice(end + 1)
  const owner = path.slice(GITHUB.length, slash)
  const repository = end === -1 ? path.slice(slash + 1) : path.slice(slash + 1, end)
  return {
    path,
    host: 'github.com',
    kind: 'forge',
    owner,
    repository,
    subdirectory,
    major,
    folded: {
      owner: owner.toLowerCase(),
      repository: repository.toLowerCase(),
      subdirectory: subdirectory === '' ? '' : subdirectory.toLowerCase(),
    },
  }
}

const GITHUB = 'github.com/'

/** Returns true if the text from `start` to the end is `v` and digits. */
function isVersion(path: string, start: number): boolean {
  if (path.charCodeAt(start) !== 118 || start + 1 === path.length) return false
  for (let i = start + 1; i < path.length; i++) {
    const code = path.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return true
}

function splitAny(path: string): PathParts {
  const { prefix, pathMajor } = splitPathVersion(path)
  const elements = prefix.split('/')
  const host = elements.shift() ?? ''
  const kind = hostKind(host, elements)
  const parts = splitElements(host, kind, elements)
  return {
    path,
    host,
    kind,
    ...parts,
    major: pathMajor,
    folded: {
      owner: parts.owner.toLowerCase(),
      repository: parts.repository.toLowerCase(),
      subdirectory: parts.subdirectory.toLowerCase(),
    },
  }
}

function hostKind(host: string, elements: readonly string[]): HostKind {
  if (host === 'gopkg.in') return 'gopkg'
  if (FORGE_HOSTS.has(host)) return 'forge'
  const label = host.slice(0, host.indexOf('.'))
  return FORGE_LABELS.has(label) && elements.length >= 2 ? 'forge' : 'vanity'
}

type Split = Pick<PathParts, 'owner' | 'repository' | 'subdirectory'>

function splitElements(host: string, kind: HostKind, elements: readonly string[]): Split {
  if (kind === 'vanity') return splitVanity(host, elements)
  if (kind === 'gopkg') {
    const [first = '', second] = elements
    return second === undefined ? split('', first) : split(first, second, elements.slice(2))
  }
  const at = repositoryIndex(host, elements)
  const owner = at === 1 ? (elements[0] ?? '') : ownerOf(elements.slice(0, at))
  return split(owner, (elements[at] ?? '').replace(VCS_SUFFIX, ''), elements.slice(at + 1))
}

function ownerOf(elements: readonly string[]): string {
  return elements.filter((element) => element !== AZURE_MARK).join('/')
}

function split(owner: string, repository: string, rest: readonly string[] = []): Split {
  const subdirectory = rest.length === 0 ? '' : rest.filter((element) => !/^v[0-9]+$/.test(element)).join('/')
  return { owner, repository, subdirectory }
}

/**
 * Returns the index of the repository's element. GitLab nests groups to any depth and does not mark where they end. A `.git`
 * suffix marks it; without one the last element is taken, which for a directory of a repository still compares the right words.
 */
function repositoryIndex(host: string, elements: readonly string[]): number {
  if (host === 'dev.azure.com') return Math.max(1, elements.indexOf(AZURE_MARK) + 1)
  const marked = elements.findIndex((element) => element.includes('.') && VCS_SUFFIX.test(element))
  if (marked >= 1) return marked
  if (host === 'github.com') return 1
  return /(?:^|\.)gitlab\.|^framagit\.|^salsa\.|^invent\./.test(host) ? Math.max(1, elements.length - 1) : 1
}

function splitVanity(host: string, elements: readonly string[]): Split {
  const [first, second] = elements
  if (first === undefined) return split('', hostLabel(host))
  if (second !== undefined) {
    if (FILLER_ELEMENTS.has(first)) return split('', withoutMajor(second), elements.slice(2))
    // `owner/repository.v1`, as at gopkg.in.
    if (elements.length === 2 && GOPKG_MAJOR.test(second)) return split(first, withoutMajor(second))
  }
  return split('', withoutMajor(first.replace(VCS_SUFFIX, '')), elements.slice(1))
}

/** Removes a major version in gopkg.in's notation, which imitators and successors use too. */
function withoutMajor(name: string): string {
  return name.replace(GOPKG_MAJOR, '')
}

/**
 * Returns all known names of the path's project, its own first: the vanity path and its repository, gopkg.in and GitHub, an
 * old address and the current one. Two paths with a common {@link projectKey} belong to one project.
 */
export function projectNames(parts: PathParts): ProjectName[] {
  const { owner, repository } = parts.folded
  if (parts.host === 'github.com' && !MOVING_OWNERS.has(owner) && !owner.startsWith('~')) {
    return [{ host: parts.host, owner, repository }]
  }
  const names: ProjectName[] = []
  if (parts.kind === 'gopkg') {
    if (owner === '') names.push({ host: 'gopkg.in', owner, repository })
    names.push({ host: 'github.com', owner: owner || `go-${repository}`, repository })
  } else {
    names.push({ host: parts.host, owner: owner.replace(/^~/, ''), repository })
  }
  if (parts.kind === 'vanity') {
    const behind = vanityRepository(parts.path)
    if (behind) names.push(behind)
  }
  const last = names.at(-1)
  const moved = last && MOVED_REPOSITORIES.get(projectKey(last))
  if (moved) names.push(parseProjectKey(moved))
  return names
}

/** Owners with a repository in {@link MOVED_REPOSITORIES}. */
const MOVING_OWNERS: ReadonlySet<string> = new Set(
  [...MOVED_REPOSITORIES.keys()].map((key) => parseProjectKey(key).owner),
)

function vanityRepository(path: string): ProjectName | null {
  const elements = splitPathVersion(path).prefix.toLowerCase().split('/')
  for (let length = Math.min(3, elements.length); length >= 1; length--) {
    const found = VANITY_REPOSITORIES.get(elements.slice(0, length).join('/'))
    if (found === undefined) continue
    const name = parseProjectKey(found)
    if (name.repository !== '') return name
    const repository = elements[length]
    return repository === undefined ? null : { ...name, repository }
  }
  return null
}

/** Returns `host/owner/repository`, folded; equal for two names of one repository. */
export function projectKey(name: ProjectName): string {
  return `${name.host}/${name.owner}/${name.repository}`
}

/** Reverses {@link projectKey}. Also parses `host/owner` (repository ``) and a repository's web address without scheme. */
export function parseProjectKey(key: string): ProjectName {
  const [host = '', owner = '', repository = ''] = key.toLowerCase().split('/')
  return { host, owner, repository }
}
