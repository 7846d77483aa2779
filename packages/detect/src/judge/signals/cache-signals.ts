import { cutText } from '../../diff/cut-text.ts'
import type { Signal } from '../../finding.ts'
import type { InspectionRecord } from '../../records/inspection-record.ts'
import type { FileDifference } from '../../types.ts'
import { addedCodeSignals } from './code-signals.ts'
import { isHarmlessFile } from './harmless-files.ts'
import { MAX_DIFF_CHARS, MAX_KEPT_DIFFERENCES, MAX_QUOTED } from './limits.ts'
import type { ChangedFileEvidence } from './rules/evidence.ts'
import { signal } from './signal.ts'
import { minute } from './times.ts'

/** Signals about one version's cached zip against its repository. */
export function cacheSignals(inspection: InspectionRecord): Signal[] {
  const { version, verdict, repository, reason } = inspection
  const { sumDisagrees } = inspection.facts
  const signals: Signal[] = []
  if (sumDisagrees !== null) signals.push(signal('sum-disagrees', version, { ...sumDisagrees }))
  if (inspection.facts.reachable === false)
    signals.push(signal('commit-unreachable', version, { repository, commit: inspection.commit }))
  if (verdict === 'tag-missing') signals.push(signal('tag-missing', version, { repository, reason }))
  if (verdict === 'repository-missing')
    signals.push(signal('repository-missing', null, { repository, reason }))
  if (verdict === 'differs' || verdict === 'tag-moved') signals.push(...differenceSignals(inspection))
  return signals
}

function differenceSignals(inspection: InspectionRecord): Signal[] {
  const { version, files, commit } = inspection
  const { cachedCommit, younger, added } = inspection.facts
  const real = files.filter((file) => !isHarmlessDifference(file, added?.embeds ?? []))
  const harmless = files.length > 0 && real.length === 0
  const evidence = {
    repository: inspection.repository,
    commit,
    expectedSum: inspection.expectedSum,
    repositorySum: inspection.repositorySum,
    proof: [proofOfDifference(inspection)],
    files: files.length,
    quoted: (harmless ? files : real).slice(0, MAX_QUOTED).map(fileEvidence),
    notes: inspection.notes.slice(0, MAX_QUOTED),
  }
  const signals: Signal[] = [signal(harmless ? 'cache-differs-harmless' : 'cache-differs', version, evidence)]
  const moved = cachedCommit !== null && commit !== null && cachedCommit !== commit
  if (moved || younger !== null || inspection.verdict === 'tag-moved') {
    const proof = proofOfMove(inspection, moved)
    signals.push(signal('tag-moved', version, { cached: cachedCommit, now: commit, proof }))
  }
  if (!harmless) signals.push(...addedCodeSignals(added, version, 'repository'))
  return signals
}

/** Returns what the hashes prove, and what of it can be forged. */
function proofOfDifference({ facts: { sumSigned } }: InspectionRecord): string {
  return sumSigned
    ? 'the checksum database signed the expected hash, and the files that the repository shows do not have it; neither the author nor the mirror can forge that'
    : 'the hash of the mirror’s zip is not that of the files which the repository shows; the checksum database has not confirmed the zip, so this is the mirror’s word'
}

/** Returns how it is known that the tag was rewritten, what that proves, and what of it can be forged. */
function proofOfMove({ facts: { younger }, reason }: InspectionRecord, moved: boolean): string[] {
  const proof: string[] = []
  if (moved)
    proof.push(
      'the mirror’s record (Origin.Hash) names another commit than the tag does now; the record is not signed, but only the mirror could forge it',
    )
  if (younger !== null)
    proof.push(
      `the tag’s commit was made on ${minute(younger.commit)}, after the index first listed the version on ${minute(younger.listed)}: it cannot be what was cached; an author can set an earlier time, so an older commit would prove nothing`,
    )
  if (proof.length === 0)
    proof.push(
      `${reason}; neither time is signed, and an author can set the time of a commit: only the hashes prove that the content differs`,
    )
  return proof
}

/**
 * The differences that an inspection's row keeps, those that can reach a build first: a zip and a repository may have 200,000
 * files each and not one in common.
 */
export function keptDifferences(
  files: readonly FileDifference[],
  embeds: readonly string[] = [],
): FileDifference[] {
  if (files.length <= MAX_KEPT_DIFFERENCES) return [...files]
  return files
    .toSorted((a, b) => Number(isHarmlessDifference(a, embeds)) - Number(isHarmlessDifference(b, embeds)))
    .slice(0, MAX_KEPT_DIFFERENCES)
}

function isHarmlessDifference(file: FileDifference, embeds: readonly string[]): boolean {
  return file.change === 'eol-only' || isHarmlessFile(file.path, embeds)
}

function fileEvidence(file: FileDifference): ChangedFileEvidence {
  const diff = file.diff === null ? null : cutText(file.diff, MAX_DIFF_CHARS)
  return { path: file.path, change: file.change, diff }
}
