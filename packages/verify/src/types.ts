import type { Verification } from '@mirrorwatch/detect/types'
import type { InsteadOf } from '@mirrorwatch/upstream/git/instead-of'
import type { AddressResolver } from '@mirrorwatch/upstream/git/remote'
import type { GitSandbox } from '@mirrorwatch/upstream/git/run/sandbox'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import type { CachedVersion } from './cached-version.ts'
import type { SumSource, VersionSource } from './sources.ts'

export interface VerifyDeps {
  http: HttpClient
  git: GitSandbox
  /** Resolves and checks the hosts that git connects to. */
  resolveAddress: AddressResolver
  insteadOf: readonly InsteadOf[]
  /** Null to do without the mirror; the request must then supply the expected hash or a zip. */
  proxy: VersionSource | null
  sumdb: SumSource | null
}

export interface VerifyRequest {
  module: string
  version: string
  /** The caller's own cache of the mirror's files, so that none is fetched twice. */
  cached?: CachedVersion | undefined
  /** Recorded `h1:` of the zip. It replaces the zip, which is fetched only to show what differs. */
  expectedSum?: string | undefined
  /** Module zip to use instead of the mirror's. */
  zip?: Buffer | undefined
  /** URL of the repository. `file:` and `http:` are allowed, because a person chose it. */
  repository?: string | undefined
  /** True to stop if the tag still names the commit that the mirror recorded: one small request, no content compared. */
  stopAtOrigin?: boolean
  /** True to ask whether a branch or tag reaches a pseudo-version's commit: one more fetch, of commits alone. */
  checkReach?: boolean
  /**
   * Failure to reach the repository that has lasted for days and therefore is a verdict: its host does not exist
   * (`repository-missing`), or also cannot be reached (`unverifiable`). Default: neither; both are `retry-later`.
   */
  giveUpOn?: 'no-such-host' | 'unreachable'
  signal?: AbortSignal | undefined
}

/** Facts about the repository, collected on the way to a verdict. */
export interface RepositoryFacts {
  /** True if the module path's page names a module server (`mod`) instead of a repository. */
  modServer: boolean
  /**
   * Location of the module: the repository's address before any redirect, and the module's directory; null if nowhere.
   * `asOfCaching`: by the mirror's record.
   */
  place: { url: string; codeDir: string; asOfCaching: boolean } | null
  /** Address to which the host redirected, if it did. */
  movedTo: string | null
  /** True if a branch or tag reaches a pseudo-version's commit; null where that was not asked. */
  reachable: boolean | null
  /** Committer time of the commit that the tag names today, in seconds since 1970; null if it was not read. */
  commitTime: number | null
  /** Module path that the go.mod of the zip (else of the tag) declares; null without a go.mod. */
  declaredPath: string | null
}

export interface VerifiedVersion {
  verification: Verification
  repository: RepositoryFacts
  /**
   * The repository's version of each file of the zip that differs; null for a file that the repository lacks. The map itself is
   * null if contents were not compared.
   */
  differing: ReadonlyMap<string, Buffer | null> | null
}
