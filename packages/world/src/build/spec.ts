/**
 * Specification of a world as plain data. Times are RFC 3339. It contains every input of a hash (authors, dates, contents),
 * so that the same spec always gives the same commit ids and `h1:` sums.
 *
 * - *repository path*: host and path without scheme, `github.com/boltdb/bolt`.
 * - *caching*: the moment at which the mirror first fetched a version. It keeps those bytes even if the repository changes later.
 */

export type FileMode = '100644' | '100755' | '120000' | '160000'

/** One file of a commit. A symlink's content is its target; a gitlink's (160000) is the 40-digit commit id. */
export interface TreeFile {
  mode: FileMode
  content: Buffer
}

/** A commit's files by full path. */
export type Tree = ReadonlyMap<string, TreeFile>

/** New content of a file; `null` removes it. */
export type FileChange = string | Buffer | { mode: FileMode; content: string | Buffer } | null

/** Files of another repository's ref, with texts replaced: how a clone is written down. */
interface TreeCopy {
  repository: string
  /** A tag or branch as it stands when the copy is made. */
  ref: string
  /** Applied in order to every regular file. */
  replace?: [from: string, to: string][]
}

/**
 * What the mirror recorded about where a version came from. `none` for versions cached before about 2023, `no-ref` for
 * the frequent case of an Origin that lacks its Ref.
 */
export type OriginStyle = 'full' | 'no-ref' | 'none'

export interface CommitStep {
  do: 'commit'
  time: string
  message: string
  files?: Record<string, FileChange>
  /** Starts from another repository's files instead of the parent's. */
  copy?: TreeCopy
  /** Starts from nothing instead of the parent's files. */
  clear?: boolean
  /** Replaces the branch's last commit instead of following it. */
  amend?: boolean
  /** Default: the branch last named in the history. A new branch starts at the current commit. */
  branch?: string
}

export interface TagStep {
  do: 'tag'
  name: string
  /** Annotated with this message; a lightweight tag without it. An existing tag is moved. */
  message?: string
  /** A branch or tag; default: the current commit. */
  target?: string
}

export interface CacheStep {
  do: 'cache'
  module: string
  /** A canonical version, or `pseudo` or `pseudo:<base tag>` for the pseudo-version of the current commit. */
  version: string
  /** When the index lists it first; microseconds allowed. */
  at: string
  /** Default `full`. */
  origin?: OriginStyle
}

export type Step =
  | CommitStep
  | TagStep
  | CacheStep
  | { do: 'branch'; name: string }
  | { do: 'delete-tag'; name: string }

/** Access to a repository: `private` asks for credentials (401), `deleted` is not found (404). */
export type RepositoryState = 'public' | 'private' | 'deleted'

export interface RepositorySpec {
  path: string
  /** Other addresses of the same objects and refs, answered without a redirect. */
  aliases?: string[]
  state?: RepositoryState
  /** `Name <mail>`, of all commits and tags. */
  author?: string
  steps: Step[]
}

/** A `?go-get=1` answer for `root` and everything below it. */
export interface PageSpec {
  root: string
  vcs: string
  url: string
  /** Directory of the root inside the repository, the tag's fourth field (Go 1.25). */
  subdirectory?: string
}

/** A version that no repository has: what a `mod` server gave the mirror. */
export interface LooseVersionSpec {
  module: string
  version: string
  at: string
  /** RFC 3339, seconds: `.info`'s Time. */
  time: string
  files: Record<string, string>
}

/** A line that the index lists although the mirror has no such version (any more). */
interface FeedLineSpec {
  path: string
  version: string
  at: string
}

export interface WorldSpec {
  repositories: RepositorySpec[]
  /** Old repository path → new one, answered with 301. */
  redirects?: Record<string, string>
  pages?: PageSpec[]
  looseVersions?: LooseVersionSpec[]
  feedLines?: FeedLineSpec[]
  /** Modules that the mirror refuses with 403. */
  blocked?: string[]
}
