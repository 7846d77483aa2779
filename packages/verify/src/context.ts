import type { FileDifference, Verdict } from '@mirrorwatch/detect/types'
import { CachedVersion } from './cached-version.ts'
import type { RepositoryFacts, VerifiedVersion, VerifyDeps, VerifyRequest } from './types.ts'

/** State of one verification: the request, the clients and the facts so far. */
export interface VerifyContext {
  readonly deps: VerifyDeps
  readonly request: VerifyRequest
  readonly cached: CachedVersion
  readonly repository: RepositoryFacts
  readonly notes: string[]
  /** Address of the repository that answered, without credentials. */
  url: string | null
  /** Commit that the tag names today. */
  commit: string | null
  differing: ReadonlyMap<string, Buffer | null> | null
}

/** A verdict with the facts that the context does not hold. */
export interface Outcome {
  verdict: Verdict
  reason: string
  expectedSum?: string | null
  repositorySum?: string | null
  repository?: string | null
  files?: FileDifference[]
}

export function startVerification(deps: VerifyDeps, request: VerifyRequest): VerifyContext {
  const { module, version, zip, signal } = request
  const { proxy, sumdb } = deps
  return {
    deps,
    request,
    cached: request.cached ?? new CachedVersion({ module, version, proxy, sumdb, zip, signal }),
    repository: {
      modServer: false,
      place: null,
      movedTo: null,
      reachable: null,
      commitTime: null,
      declaredPath: null,
    },
    notes: [],
    url: null,
    commit: null,
    differing: null,
  }
}

export function addNote(context: VerifyContext, note: string): void {
  if (!context.notes.includes(note)) context.notes.push(note)
}

/** Lists the facts for the reader, each once; those about the mirror come first. */
export function notesOf({ cached, notes }: VerifyContext): string[] {
  return [...new Set([...cached.notes, ...notes])]
}

export function conclude(context: VerifyContext, outcome: Outcome): VerifiedVersion {
  const { request, cached, repository, differing } = context
  return {
    verification: {
      module: request.module,
      version: request.version,
      verdict: outcome.verdict,
      expectedSum: outcome.expectedSum ?? request.expectedSum ?? cached.recordedSum ?? cached.zipSum,
      repositorySum: outcome.repositorySum ?? null,
      repository: outcome.repository ?? context.url,
      commit: context.commit,
      files: outcome.files ?? [],
      reason: outcome.reason,
      notes: notesOf(context),
    },
    repository,
    differing,
  }
}
