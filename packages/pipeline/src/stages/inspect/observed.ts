import type { ModuleComparison } from '@mirrorwatch/detect/clone/types'
import type { CapabilityReport } from '@mirrorwatch/detect/go/types'

/** What an inspection leaves for the assessment, as it stands in `inspection.observations`. Plain JSON, small. */
export interface Observed {
  /** Commit that the mirror saw when it cached the version. */
  originHash: string | null
  /** Commit that the tag names now. */
  tagCommit: string | null
  /** Set where the zip's hash is not the one that the checksum database signed. */
  sumDisagrees: { zip: string; signed: string } | null
  /** True where the mirror refuses the module (403). */
  blocked: boolean
  repositoryMissing: boolean
  /** True where the module path's page names a module server instead of a repository. */
  modServer: boolean
  /** Where the repository answered, if that is elsewhere: a rename. */
  movedTo: string | null
  declaredPath: string | null
  /** What the cached zip has beyond the repository. */
  added: CapabilityReport | null
  /** What the module's own code does, nothing subtracted; read for look-alikes. */
  whole: CapabilityReport | null
}

/** A look-alike held against an original, as it stands in `comparison.result`. */
export interface Compared {
  comparison: ModuleComparison
  /** What the look-alike has beyond the original. */
  added: CapabilityReport | null
}
