/**
 * Relation of a file of the look-alike to the original's file of the same name. `equal-but-path`: the same code once paths,
 * comments and layout are left out, in any file.
 */
type FileRelation = 'equal' | 'equal-but-path' | 'changed' | 'added' | 'removed'

/** One file that is not equal in both modules. */
export interface ComparedFile {
  path: string
  relation: Exclude<FileRelation, 'equal'>
}

/** A look-alike's files against those of the nearest version of the original. */
export interface ModuleComparison {
  original: string
  originalVersion: string
  lookalike: string
  lookalikeVersion: string
  /** Files of either that count: no licences, no generated, vendored, test-data or documentation files. */
  counted: number
  /** Weighed share of what counts that both have, module path folded: 0 to 1. */
  similarity: number
  equal: number
  equalButPath: number
  changed: number
  added: number
  removed: number
  /** The files that are not equal, source first, capped. */
  files: ComparedFile[]
  /** Unified diff, original first, module path folded; null if the contents were not available. Capped. */
  diff: string | null
  /** Module path that the look-alike's go.mod declares; null if it has no go.mod. */
  declaredPath: string | null
  /** True if the files are equal enough that one module must have been made from the other. */
  nearCopy: boolean
  /** Share of the original that the look-alike has in the same folders: 0 to 1. */
  inPlace: number
  /** Share of the original that the look-alike has anywhere, by its code: 0 to 1. */
  contained: number
  /** True if that is nearly all of the original. */
  holdsOriginal: boolean
}
