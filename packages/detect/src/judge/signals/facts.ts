import type { ModuleComparison } from '../../clone/types.ts'
import type { CapabilityReport } from '../../go/types.ts'
import type { InspectionRecord } from '../../records/inspection-record.ts'
import type { Candidate } from '../../types.ts'

/** What is known of the module that is judged. Dates are the feed's. */
interface ModuleFacts {
  path: string
  firstCachedAt: Date | null
  /** Modules whose latest go.mod requires it. */
  dependents: number
  /** `module` line of the newest go.mod; null where there is none or it was not read. */
  declaredPath: string | null
  /** The mirror's own words where it refuses the module (403), else null. */
  blocked: string | null
  /** True where a lookup of the repository itself found nothing, whatever the version. */
  repositoryMissing: boolean
  /** True where the default feed no longer lists versions that the complete one does. */
  takenDown: boolean
  /** True where `go-import` names a module server (`mod`) instead of a repository. */
  modServer: boolean
}

/** The owner of the module as the feed tells it: everything below the prefix that `ownerPrefix` gives. */
export interface OwnerFacts {
  name: string
  modules: number
  firstSeenAt: Date
}

/** A module that may be imitated. */
export interface TargetFacts {
  path: string
  dependents: number
  firstCachedAt: Date | null
  /** Why module and target are one project (`redirects to …`, `same owner`), else null. */
  sameProject: string | null
}

export interface NamedCandidate {
  candidate: Candidate
  target: TargetFacts
}

/** An outcome that a later inspection of the same version has replaced. */
export interface PastInspection {
  inspection: InspectionRecord
  /** When it was first and last seen, ISO 8601. */
  firstSeenAt: string
  lastSeenAt: string
}

/** A look-alike held against an original, with or without a name rule behind it. */
export interface ComparisonFacts {
  target: TargetFacts
  comparison: ModuleComparison
  /** What the look-alike has beyond the original; null where contents were not compared. */
  added: CapabilityReport | null
}

/** A decision not to be told again: written by `findings triage`, or by hand. */
export interface AllowEntry {
  kind: 'pair' | 'owner' | 'path'
  /** For a pair: the target it is allowed to resemble. */
  target: string | null
  who: string
  when: string
  why: string
}

/** An entry of an imported malicious-package database that names this module. */
export interface MaliciousEntry {
  id: string
  source: string
  summary: string
  /** The versions that it is about; null for every version, seen or not. */
  versions: string[] | null
}

export interface CampaignFacts {
  id: string
  kind: 'content' | 'repository-name'
  owners: number
  modules: number
  /** Paths of other members, the first ones of a large campaign. */
  others: string[]
}

export interface AssessmentInput {
  module: ModuleFacts
  owner: OwnerFacts | null
  candidates: NamedCandidate[]
  /** The latest inspection of each version. */
  versions: InspectionRecord[]
  /** Earlier inspections whose outcome was another one; of each version the one that says most. */
  past: PastInspection[]
  comparisons: ComparisonFacts[]
  /** The module's own code with nothing subtracted, where it was read; null otherwise. */
  wholeModule: { version: string; report: CapabilityReport } | null
  /** Only entries that apply to this module. */
  allow: AllowEntry[]
  malicious: MaliciousEntry[]
  campaign: CampaignFacts | null
}
