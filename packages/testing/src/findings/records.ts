import type { ModuleComparison } from '@mirrorwatch/detect/clone/types'
import type { ComparisonRecord } from '@mirrorwatch/detect/records/comparison-record'

/** A comparison in which nothing is alike, but for `changes`. */
export function comparison(changes: Partial<ModuleComparison>): ComparisonRecord {
  const nothing = { counted: 1, similarity: 0, equal: 0, equalButPath: 0, changed: 0, added: 1, removed: 1 }
  return {
    form: 1,
    comparison: {
      original: 'example.com/original',
      originalVersion: 'v1.0.0',
      lookalike: 'example.com/lookalike',
      lookalikeVersion: 'v1.0.0',
      ...nothing,
      files: [],
      diff: null,
      declaredPath: null,
      nearCopy: false,
      inPlace: 0,
      contained: 0,
      holdsOriginal: false,
      ...changes,
    },
    added: null,
  }
}
