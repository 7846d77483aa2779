import type { ModuleComparison } from '../../clone/types.ts'
import { cutText } from '../../diff/cut-text.ts'
import type { Signal } from '../../finding.ts'
import { isAnalysed } from '../../go/parse/file-kinds.ts'
import { addedCodeSignals, isArmed } from './code-signals.ts'
import type { ComparisonFacts } from './facts.ts'
import { MAX_DIFF_CHARS } from './limits.ts'
import { signal } from './signal.ts'

/** Files named as evidence of a near-copy. */
const MAX_FILES = 20

/**
 * Returns true if a look-alike copies the original: it is nearly equal, or it contains the whole original and its own code
 * acts on import. Containing the original alone is not enough, because applications also contain copies of libraries.
 */
export function isCopied({ comparison, added }: Pick<ComparisonFacts, 'comparison' | 'added'>): boolean {
  return comparison.nearCopy || (comparison.holdsOriginal && !keepsPath(comparison) && isArmed(added))
}

/** Returns true if the go.mod declares another module path. Go then refuses to import the module by its own path. */
function keepsPath({ declaredPath, lookalike }: ModuleComparison): boolean {
  return declaredPath !== null && declaredPath !== lookalike
}

/** Signals about a look-alike's content; none where it is not the original's. */
export function copySignals(facts: ComparisonFacts): Signal[] {
  const { comparison } = facts
  if (!isCopied(facts)) return []
  const evidence = {
    original: comparison.original,
    originalVersion: comparison.originalVersion,
    similarity: rounded(comparison.similarity),
    ...containedShare(comparison),
    equal: comparison.equal,
    equalButPath: comparison.equalButPath,
    changed: comparison.changed,
    added: comparison.added,
    removed: comparison.removed,
    declaredPath: comparison.declaredPath,
    compared: comparison.files.slice(0, MAX_FILES),
    diff: comparison.diff === null ? null : cutText(comparison.diff, MAX_DIFF_CHARS),
  }
  const nearCopy = keepsPath(comparison) ? 'near-copy-keeps-path' : 'near-copy'
  const id = comparison.nearCopy ? nearCopy : 'holds-original'
  const version = comparison.lookalikeVersion
  return [
    signal(id, version, evidence),
    ...smallChange(comparison),
    ...addedCodeSignals(facts.added, version, 'original'),
  ]
}

/** Says how much of the original is contained, where that is more than the similarity: the rest is other code, or missing. */
function containedShare({ nearCopy, similarity, inPlace, contained }: ModuleComparison): {
  inPlace?: number
} {
  const share = Math.min(1, Math.max(inPlace, contained))
  return nearCopy && share < similarity + WORTH_SAYING ? {} : { inPlace: rounded(share) }
}

const WORTH_SAYING = 0.1

/** Source files up to which a difference is a small change: what a person adds to a clone in an hour. */
const MAX_SMALL_CHANGE = 5

function smallChange({ files, changed, added, counted, lookalikeVersion }: ModuleComparison): Signal[] {
  // A list that was cut short says nothing of what is not in it.
  if (files.length < changed + added) return []
  const differing = files
    .filter(({ relation }) => relation === 'changed' || relation === 'added')
    .map(({ path }) => path)
    .filter((path) => isAnalysed(path) && !path.endsWith('_test.go'))
  if (differing.length > MAX_SMALL_CHANGE) return []
  return [signal('small-change', lookalikeVersion, { files: differing, of: counted })]
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000
}
