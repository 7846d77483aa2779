import { cutText } from '../../diff/cut-text.ts'
import type { FileDifference, Signal } from '../../types.ts'
import type { VersionFacts } from '../assess-types.ts'
import { addedCodeSignals } from './code-signals.ts'
import { isHarmlessFile } from './harmless-files.ts'
import { MAX_DIFF_CHARS, MAX_KEPT_DIFFERENCES, MAX_QUOTED } from './limits.ts'
import { signal } from './signal.ts'

/** Signals about one version's cached zip against its repository. */
export function cacheSignals(facts: VersionFacts): Signal[] {
  const { version, verification, sumDisagrees } = facts
  const signals: Signal[] = []
  if (sumDisagrees !== null) signals.push(signal('sum-disagrees', version, { ...sumDisagrees }))
  if (verification === null) return signals
  const { verdict, repository, reason } = verification
  if (verdict === 'tag-missing') signals.push(signal('tag-missing', version, { repository, reason }))
  if (verdict === 'repository-missing')
    signals.push(signal('repository-missing', null, { repository, reason }))
  if (verdict === 'differs' || verdict === 'tag-moved') signals.push(...differenceSignals(facts))
  return signals
}

function differenceSignals(facts: VersionFacts): Signal[] {
  const { version, verification, originHash, tagCommit } = facts
  if (verification === null) return []
  const real = verification.files.filter((file) => !isHarmlessDifference(file))
  const harmless = verification.files.length > 0 && real.length === 0
  const evidence = {
    repository: verification.repository,
    commit: verification.commit,
    expectedSum: verification.expectedSum,
    repositorySum: verification.repositorySum,
    files: verification.files.length,
    quoted: (harmless ? verification.files : real).slice(0, MAX_QUOTED).map(fileEvidence),
    notes: verification.notes.slice(0, MAX_QUOTED),
  }
  const signals = [signal(harmless ? 'cache-differs-harmless' : 'cache-differs', version, evidence)]
  const moved = originHash !== null && tagCommit !== null && originHash !== tagCommit
  if (moved || verification.verdict === 'tag-moved') {
    signals.push(signal('tag-moved', version, { cached: originHash, now: tagCommit ?? verification.commit }))
  }
  if (!harmless) signals.push(...addedCodeSignals(facts.added, version, 'repository'))
  return signals
}

/**
 * The differences that an inspection's row keeps, those that can reach a build first: a zip and a repository may have 200,000
 * files each and not one in common.
 */
export function keptDifferences(files: readonly FileDifference[]): FileDifference[] {
  if (files.length <= MAX_KEPT_DIFFERENCES) return [...files]
  return files
    .toSorted((a, b) => Number(isHarmlessDifference(a)) - Number(isHarmlessDifference(b)))
    .slice(0, MAX_KEPT_DIFFERENCES)
}

function isHarmlessDifference(file: FileDifference): boolean {
  return file.change === 'eol-only' || isHarmlessFile(file.path)
}

function fileEvidence(file: FileDifference): Record<string, unknown> {
  const diff = file.diff === null ? null : cutText(file.diff, MAX_DIFF_CHARS)
  return { path: file.path, change: file.change, diff }
}
