import type { Verification } from '@mirrorwatch/detect/types'
import type { InsteadOf } from '@mirrorwatch/upstream/git/instead-of'
import type { AddressResolver } from '@mirrorwatch/upstream/git/remote'
import type { GitSandbox } from '@mirrorwatch/upstream/git/run/sandbox'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import type { CachedVersion } from './cached-version.ts'

/** The module proxy, asked only for what it has cached. */
export type VersionSource = Pick<ProxyClient, 'info' | 'mod' | 'zip' | 'zipDirectory'>

/** The checksum database. It is only asked for versions that the mirror is known to have. */
export type SumSource = Pick<SumdbClient, 'zipSum'>

export interface VerifyDeps {
  http: HttpClient
  git: GitSandbox
  /** Resolves and checks the hosts that git is sent to. */
  resolveAddress: AddressResolver
  insteadOf: readonly InsteadOf[]
  /** Null to do without: then the expected hash or a zip must be given. */
  proxy: VersionSource | null
  sumdb: SumSource | null
}

export interface VerifyRequest {
  module: string
  version: string
  /** The caller's own view of the mirror, so that no file is fetched twice. */
  cached?: CachedVersion | undefined
  /** The recorded `h1:` of the zip: it then stands for the zip, which is fetched only to show what differs. */
  expectedSum?: string | undefined
  /** The module zip, instead of the mirror's. */
  zip?: Buffer | undefined
  /** URL of the repository; `file:` and `http:` are allowed here, for a person chose it. */
  repository?: string | undefined
  /** True to stop where the tag still names the commit that the mirror recorded: one small request, no content compared. */
  stopAtOrigin?: boolean
  /**
   * Which failure to reach the repository is a verdict, because it has lasted for days: that its host does not exist
   * (`repository-missing`), or also that it cannot be reached (`unverifiable`). Default: neither; both are `retry-later`.
   */
  giveUpOn?: 'no-such-host' | 'unreachable'
  signal?: AbortSignal | undefined
}

/** Facts about the repository, learned on the way to a verdict. */
export interface RepositoryFacts {
  /** True where the module path's page names a module server (`mod`) instead of a repository. */
  modServer: boolean
  /** Address where the repository answered, where the host redirected to it. */
  movedTo: string | null
  /** Committer time of the commit that the tag names today, in seconds since 1970; null where it was not read. */
  commitTime: number | null
  /** Module path that the go.mod of the zip (or else of the tag) declares; null without a go.mod. */
  declaredPath: string | null
}

export interface VerifiedVersion {
  verification: Verification
  repository: RepositoryFacts
  /**
   * What the repository has in place of each file of the zip that differs; null for a file that it does not have. Null
   * altogether where contents were not compared.
   */
  differing: ReadonlyMap<string, Buffer | null> | null
}
