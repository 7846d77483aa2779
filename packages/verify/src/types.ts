import type { Verification } from '@mirrorwatch/detect/types'
import type { InsteadOf } from '@mirrorwatch/upstream/git/instead-of'
import type { AddressResolver } from '@mirrorwatch/upstream/git/remote'
import type { GitSandbox } from '@mirrorwatch/upstream/git/run/sandbox'
import type { HttpClient } from '@mirrorwatch/upstream/http/types'

/** What the mirror says about a version, as far as a comparison uses it. */
export interface VersionInfo {
  /** Commit time as the mirror recorded it, RFC 3339. */
  time: string | null
  origin: {
    vcs: string | null
    url: string | null
    subdir: string | null
    /** Full commit id. */
    hash: string | null
    ref: string | null
  } | null
}

/**
 * The module proxy, asked only for what it has cached.
 * Both throw GomodError: `not-found`, `gone`, `not-cached`, `blocked`, `retry-later`, …
 */
export interface VersionSource {
  info(module: string, version: string, signal?: AbortSignal): Promise<VersionInfo>
  /** The zip's bytes. */
  zip(module: string, version: string, signal?: AbortSignal): Promise<Buffer>
}

/** The checksum database: the recorded `h1:` of a version's zip. Only asked for versions that the mirror is known to have. */
export interface SumSource {
  zipSum(module: string, version: string, signal?: AbortSignal): Promise<string>
}

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
  /** The recorded `h1:` of the zip: it then stands for the zip, which is fetched only to show what differs. */
  expectedSum?: string | undefined
  /** What the checksum database has, where that was read from its tiles before: it is not asked again. */
  recordedSum?: string | undefined
  /** The module zip. */
  zip?: Buffer | undefined
  /** URL of the repository; `file:` and `http:` are allowed here, for a person chose it. */
  repository?: string | undefined
  /** True to stop where the tag still names the commit that the mirror recorded: one small request, no content compared. */
  stopAtOrigin?: boolean
  /**
   * What is a verdict after so many failures that nobody waits for better any more: that the repository's host does not exist
   * (`repository-missing`), or also that it cannot be reached (`unverifiable`). Default: neither, which is `retry-later`.
   */
  giveUpOn?: 'no-such-host' | 'unreachable'
  signal?: AbortSignal | undefined
}

/** One file of the zip: enough to find copies of it elsewhere without keeping the zip. */
export interface ZipFingerprint {
  path: string
  crc32: number
  size: number
}

export type ProxyStatus = 'not-asked' | 'cached' | 'not-cached' | 'blocked' | 'unreachable'

/**
 * - `present`: it answered; `moved`: at another address than asked, which is how hosts show a rename.
 * - `gone`: the host says that there is none (404, 410).
 * - `denied`: the host wants a login: private, or gone and the host does not say.
 * - `no-page`: the module path's page names no repository; `other-vcs`: it names one that is not git, or a proxy.
 * - `not-allowed`: its address must not be contacted.
 */
export type RepositoryStatus =
  | 'not-asked'
  | 'present'
  | 'moved'
  | 'gone'
  | 'denied'
  | 'no-page'
  | 'other-vcs'
  | 'not-allowed'

/** What was seen on the way to a verdict: facts for the store, whatever the verdict. */
export interface Observations {
  proxyStatus: ProxyStatus
  /** The mirror's record, where it was asked for. */
  info: VersionInfo | null
  /** What the checksum database has, where it was asked. */
  recordedSum: string | null
  repositoryStatus: RepositoryStatus
  /** `git`, another version control system, or `mod` for a module server; null where the repository was not found. */
  vcs: string | null
  /** Where the repository answered, if that is elsewhere. */
  movedTo: string | null
  /** Commit that the tag names today. */
  tagCommit: string | null
  /** Committer time of that commit, seconds since 1970. */
  commitTime: number | null
  /** `h1:` of the zip that was read. */
  zipSum: string | null
  zipFiles: ZipFingerprint[] | null
  /** Module path that the zip's (or else the tag's) go.mod declares; null where there is none. */
  declaredPath: string | null
  /** Files whose compiled bytes are not those that the repository shows because `.gitattributes` converts them. */
  convertedFiles: string[]
  /** Most bytes that git needed on disk. */
  diskBytes: number
}

export interface VerifiedVersion {
  verification: Verification
  observations: Observations
  /**
   * What the repository has in place of each file of the zip that differs; null: nothing. Null altogether where contents
   * were not compared.
   */
  differing: ReadonlyMap<string, Buffer | null> | null
}
