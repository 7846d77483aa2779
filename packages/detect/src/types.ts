/**
 * Words used throughout, in the order in which the pipeline meets them.
 *
 * - *Target*: a module that many others depend on, and so worth imitating.
 * - *Candidate*: a (module path, target, rule) whose names can be confused.
 * - *Inspection*: one look at one module version.
 * - *Signal*: one fact with its evidence (finding.ts).
 * - *Finding*: what a person decides on: all signals of one (module, target).
 */

/** Strength of a name rule as evidence. `candidate`: compare the contents; the name alone never raises an alert. */
export type Strength = 'strong' | 'medium' | 'weak' | 'candidate'

/** Two names that can be confused. `module` and `target` are module paths as given. */
export interface Candidate {
  module: string
  target: string
  /** Id of the rule in the documentation's table. */
  rule: string
  /** Edits between the compared parts, for rules that count them, else null. */
  distance: number | null
  strength: Strength
  /** One line for a person. */
  reason: string
}

type FileChange = 'modified' | 'only-in-zip' | 'only-in-repository' | 'eol-only'

/** One file that differs between a cached zip and the repository's tree. `path` is relative to the module root. */
export interface FileDifference {
  path: string
  change: FileChange
  /** Unified diff, repository side first (`-` is what is shown, `+` is what is compiled); null where not fetched or not text. */
  diff: string | null
}

/**
 * - `same`: the zip is exactly what Go would make of the repository today.
 * - `differs`: it is not.
 * - `tag-moved`: it is not, and the tag is known to point elsewhere than when the version was cached.
 * - `tag-missing`, `repository-missing`: there is nothing left to compare with.
 * - `unverifiable`: no git repository to compare with, or a limit was reached; `reason` says which.
 */
export type Verdict = 'same' | 'differs' | 'tag-moved' | 'tag-missing' | 'repository-missing' | 'unverifiable'

/** The answer of one comparison of a module version with its repository. Field names are the stable output of `verify --json`. */
export interface Verification {
  module: string
  version: string
  verdict: Verdict
  /** `h1:` of the zip, or the recorded one that stands for it; null where neither is known. */
  expectedSum: string | null
  /** `h1:` that the repository's tag would have today; null if it was not computed. */
  repositorySum: string | null
  /** Repository URL without credentials; null if none was found. */
  repository: string | null
  /** Full commit id that the tag (or pseudo-version) names today; null if there is none. */
  commit: string | null
  files: FileDifference[]
  /** One line for a person. */
  reason: string
  /** Facts that explain the result or lower its severity: renamed repository, `mod` server, attributes that change Go source, … */
  notes: string[]
}
