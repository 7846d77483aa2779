/** File, symlink or submodule of a commit. Directories are not listed. */
export interface TreeEntry {
  /** `100644`, `100755` (files), `120000` (symlink), `160000` (submodule); ancient repositories have other file modes. */
  mode: string
  /** Object id: 40 hexadecimal digits, 64 in a SHA-256 repository. */
  id: string
  /** Slash-separated path from the root. If `utf8` is false, U+FFFD replaces invalid bytes, so two such paths can look alike. */
  path: string
  utf8: boolean
}
