import type { Verification } from '@mirrorwatch/detect/types'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import { compareRecordedSums, type SumComparison } from '@mirrorwatch/verify/sums/recorded-sums'
import type { VerifyDeps, VerifyRequest } from '@mirrorwatch/verify/types'
import { verifyModuleVersion } from '@mirrorwatch/verify/verify'
import type { VerifyTarget } from '../inputs/versions.ts'
import type { TargetVerdict, TargetVerification } from '../verified.ts'

export interface TargetDeps extends VerifyDeps {
  /** The checksum database for recorded hashes; null to do without. */
  recordedSums: Pick<SumdbClient, 'lookup' | 'name'> | null
  /** False to hold recorded hashes to the checksum database alone. */
  withRepository: boolean
}

/**
 * Verifies one version: the hashes that a go.sum has against the checksum database, then the zip against the repository. A
 * hash that the database contradicts ends it, because the repository cannot make that better.
 */
export async function verifyTarget(
  deps: TargetDeps,
  target: VerifyTarget,
  request: VerifyRequest,
): Promise<TargetVerification> {
  const { module, version, recordedIn } = target
  const [sum, goModSum] = [target.expectedSum ?? null, target.goModSum ?? null]
  const compared =
    recordedIn === undefined || deps.recordedSums === null
      ? null
      : await compareRecordedSums(deps.recordedSums, { module, version, sum, goModSum }, request.signal)
  if (compared !== null) {
    if (compared.outcome === 'disagrees') return withoutRepository(target, 'sum-disagrees', compared)
    if (compared.outcome === 'unknown') return withoutRepository(target, 'unverifiable', compared)
    if (!deps.withRepository || sum === null) {
      return withoutRepository(target, compared.outcome === 'agrees' ? 'same' : 'unverifiable', compared)
    }
  }
  const verification = await verifyOrExplain(deps, request)
  if (compared === null) return verification
  const { loggedSum, loggedGoModSum, reason } = compared
  const notes = compared.outcome === 'not-logged' ? [reason, ...verification.notes] : verification.notes
  return { ...verification, notes, loggedSum, loggedGoModSum }
}

function withoutRepository(
  { module, version, expectedSum }: VerifyTarget,
  verdict: TargetVerdict,
  { loggedSum, loggedGoModSum, reason }: SumComparison,
): TargetVerification {
  return {
    ...emptyVerification(module, version, expectedSum ?? null),
    verdict,
    reason,
    loggedSum,
    loggedGoModSum,
  }
}

/** Returns a verification without facts about a repository. */
function emptyVerification(
  module: string,
  version: string,
  expectedSum: string | null,
): Omit<Verification, 'verdict' | 'reason'> {
  return {
    module,
    version,
    expectedSum,
    repositorySum: null,
    repository: null,
    commit: null,
    files: [],
    notes: [],
  }
}

async function verifyOrExplain(deps: VerifyDeps, request: VerifyRequest): Promise<Verification> {
  try {
    return (await verifyModuleVersion(deps, request)).verification
  } catch (error) {
    if (!isGomodError(error)) throw error
    const { module, version, expectedSum } = request
    return {
      ...emptyVerification(module, version, expectedSum ?? null),
      verdict: 'unverifiable',
      reason: error.message,
    }
  }
}
