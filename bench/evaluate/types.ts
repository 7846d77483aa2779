/** A bare repository of the folder, with the data from which versions are made. */
export interface Original {
  /** `github.com/owner/name`, even if its go.mod declares another path. */
  repository: string
  directory: string
  /** First commit of all; repositories that share it are forks of each other. */
  root: string
  /** Newest first. */
  versions: OriginalVersion[]
  /** Another repository of the folder with the same first commit: one of both was forked from the other. */
  forkOf: string | null
}

export interface OriginalVersion {
  module: string
  version: string
  /** Name of the version in git: a tag, or a commit if there is no tag. */
  ref: string
  at: Date
}

export type Group =
  | 'alone'
  | 'real fork'
  | 'attack'
  | 'rewritten tag'
  | 'further shape'
  | 'red team shape'
  | 'late shape'
  | 'honest shape'
  | 'control'

/** One module version that is published in the evaluation, and what is expected of the findings about it. */
export interface Subject {
  group: Group
  /** The row of the table: a payload shape, a kind of control. */
  kind: string
  module: string
  version: string
  /** When the feed lists it. */
  at: Date
  /** Repository that it imitates or was made from; null where it stands for itself. */
  original: string | null
  /** Text of the payload that a quoted line must hold, and the string that must be shown folded. */
  quote: string | null
  folded: string | null
  /** Placement of the payload: `init`, `var`, `far right`, `deep`. */
  placement: string | null
}

interface ExportedSignal {
  rule: string
  version: string | null
  evidence: Record<string, unknown>
}

/** The fields of a line of `findings export --format json` that the evaluation reads. */
export interface ExportedFinding {
  module: string
  target: string | null
  severity: 'critical' | 'high' | 'medium' | 'low' | 'info'
  summary: string
  signals: ExportedSignal[]
}
