import type { ComparisonFacts } from '../assess-types.ts'
import { cutText } from '../cut-text.ts'
import type { Signal } from '../types.ts'
import { addedCodeSignals } from './code-signals.ts'
import { MAX_DIFF_CHARS } from './limits.ts'
import { signal } from './signal.ts'

/** Files named as evidence of a near-copy. */
const MAX_FILES = 20

/** Signals about a look-alike's content; none where it is not nearly a copy. */
export function copySignals(facts: ComparisonFacts): Signal[] {
  const { comparison } = facts
  if (!comparison.nearCopy) return []
  // Whatever else it declares, Go refuses to import it by its own path.
  const keepsPath = comparison.declaredPath !== null && comparison.declaredPath !== comparison.lookalike
  const evidence = {
    original: comparison.original,
    originalVersion: comparison.originalVersion,
    similarity: Math.round(comparison.similarity * 1000) / 1000,
    equal: comparison.equal,
    equalButPath: comparison.equalButPath,
    changed: comparison.changed,
    added: comparison.added,
    removed: comparison.removed,
    declaredPath: comparison.declaredPath,
    files: comparison.files.slice(0, MAX_FILES),
    diff: comparison.diff === null ? null : cutText(comparison.diff, MAX_DIFF_CHARS),
  }
  const id = keepsPath ? 'near-copy-keeps-path' : 'near-copy'
  const version = comparison.lookalikeVersion
  return [signal(id, version, evidence), ...addedCodeSignals(facts.added, version, 'original')]
}
