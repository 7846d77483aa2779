import type { FileDifference, Verdict } from '@mirrorwatch/detect/types'
import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import type { Observations, VerifiedVersion, VerifyDeps, VerifyRequest, VersionInfo } from './types.ts'

/** One look at one version: what was asked, with what, and what has been seen so far. */
export interface Look {
  readonly deps: VerifyDeps
  readonly request: VerifyRequest
  readonly seen: Observations
  readonly notes: string[]
  /** Address of the repository that answered. */
  repository: string | null
  /** What the repository has in place of each file that differs. */
  shown: ReadonlyMap<string, Buffer | null> | null
  /** The mirror's record; asked for once, null where the mirror has none or cannot be asked. */
  info(): Promise<VersionInfo | null>
}

export function startLook(deps: VerifyDeps, request: VerifyRequest): Look {
  const seen: Observations = {
    proxyStatus: 'not-asked',
    info: null,
    recordedSum: null,
    repositoryStatus: 'not-asked',
    vcs: null,
    movedTo: null,
    tagCommit: null,
    commitTime: null,
    zipSum: null,
    zipFiles: null,
    declaredPath: null,
    convertedFiles: [],
    diskBytes: 0,
  }
  let asked: Promise<VersionInfo | null> | null = null
  const look: Look = {
    deps,
    request,
    seen,
    notes: [],
    repository: null,
    shown: null,
    info() {
      asked ??= fetchInfo(look)
      return asked
    },
  }
  return look
}

async function fetchInfo(look: Look): Promise<VersionInfo | null> {
  const { proxy } = look.deps
  if (proxy === null) return null
  const { module, version, signal } = look.request
  const info = await fromProxy(look, () => proxy.info(module, version, signal))
  if (info === null) return null
  look.seen.info = info
  return info
}

/**
 * Asks the proxy, and notes in the observations how it answered. Null where it has nothing for us, for whatever reason: the
 * proxy is a help, and the comparison can often do without.
 */
export async function fromProxy<T>(look: Look, ask: () => Promise<T>): Promise<T | null> {
  // What could not be reached a moment ago, after several attempts, is not worth more of them now.
  if (look.seen.proxyStatus === 'unreachable') return null
  try {
    const answer = await ask()
    look.seen.proxyStatus = 'cached'
    return answer
  } catch (error) {
    look.request.signal?.throwIfAborted()
    if (!(error instanceof GomodError)) throw error
    noteProxyError(look, error)
    return null
  }
}

function noteProxyError(look: Look, error: GomodError): void {
  const { code, message } = error
  if (code === 'blocked') {
    look.seen.proxyStatus = 'blocked'
    addNote(look, 'the mirror refuses this module (403): it may have been taken down')
    return
  }
  if (code === 'not-found' || code === 'gone' || code === 'not-cached') {
    look.seen.proxyStatus = 'not-cached'
    return
  }
  look.seen.proxyStatus = 'unreachable'
  addNote(look, `the mirror could not be asked: ${message}`)
}

export function addNote(look: Look, note: string): void {
  if (!look.notes.includes(note)) look.notes.push(note)
}

/** What a verdict consists of, beyond what the look knows by itself. */
export interface Outcome {
  verdict: Verdict
  reason: string
  expectedSum?: string | null
  repositorySum?: string | null
  repository?: string | null
  files?: FileDifference[]
}

export function conclude(look: Look, outcome: Outcome): VerifiedVersion {
  const { module, version, expectedSum } = look.request
  const { seen } = look
  return {
    verification: {
      module,
      version,
      verdict: outcome.verdict,
      expectedSum: outcome.expectedSum ?? expectedSum ?? seen.recordedSum ?? seen.zipSum,
      repositorySum: outcome.repositorySum ?? null,
      repository: outcome.repository ?? look.repository,
      commit: seen.tagCommit,
      files: outcome.files ?? [],
      reason: outcome.reason,
      notes: look.notes,
    },
    observations: seen,
    differing: look.shown,
  }
}

/** Errors that end a comparison without ending the caller: the version is then `unverifiable`, and the message says why. */
export function isEndOfLook(error: unknown): error is GomodError {
  return isGomodError(
    error,
    'too-large',
    'git-failed',
    'malformed',
    'bad-response',
    'forbidden-address',
    'not-trusted',
    'invalid-path',
  )
}
