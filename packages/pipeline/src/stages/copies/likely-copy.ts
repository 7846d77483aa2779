/** One of two modules that are likely to be copies of each other. Which is the original is decided elsewhere. */
export interface LikelyCopy {
  moduleId: number
  path: string
  /** Shared content: equal files, or code. */
  by: 'files' | 'code'
  /** The version that is nearest. */
  version: string
  /** All versions that are near, of those compared. */
  versions: string[]
  /** 0 to 1, by names, sizes and checksums. */
  similarity: number
}
