import type { ModuleComparison } from '../../clone/types.ts'
import type { UnusualFile } from '../../files/unusual-files.ts'
import type { CapabilityReport } from '../../go/types.ts'
import type { InspectionRecord } from '../../records/inspection-record.ts'
import type { Candidate } from '../../types.ts'

/** Facts about the module to assess. Dates are those of the feed. */
interface ModuleFacts {
  path: string
  firstCachedAt: Date | null
  /** Modules whose latest go.mod requires it. */
  dependents: number
  /** Module path in the newest go.mod; null if there is no go.mod or it was not read. */
  declaredPath: string | null
  /** The mirror's message if it refuses the module (403), else null. */
  blocked: string | null
  /** True if a lookup found no repository for the module path, independent of any version. */
  repositoryMissing: boolean
  /** True if the default feed no longer lists versions that the complete feed lists. */
  takenDown: boolean
  /** True if `go-import` names a module server (`mod`) instead of a repository. */
  modServer: boolean
}

/** The module's owner according to the feed: all modules below the prefix from `ownerPrefix`. */
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

/** Event of the module's repository (`tag` and `version` null) or to the tag of one of its versions. */
export interface ChangeFacts {
  kind:
    | 'tag-moved'
    | 'tag-vanished'
    | 'tag-returned'
    | 'gone'
    | 'returned'
    | 'reborn'
    | 'moved'
    | 'moved-back'
  repository: string
  tag: string | null
  version: string | null
  /** Commits or addresses; for `gone` what the host answered. */
  from: string | null
  to: string | null
  /** The last look that showed the state before, and the first that showed the state since; ISO 8601. */
  lastSeenAt: string | null
  firstSeenAt: string
}

/** A report on the whole code of a version. */
export interface ReadVersion {
  version: string
  report: CapabilityReport
}

/** Import of a new owner's modules by a version. The dates are ISO 8601. */
export interface StrangerImport {
  version: string
  since: string
  owner: string
  modules: number
  firstSeenAt: string
  imports: string[]
}

/** Versions that the feed listed between two times, ISO 8601. */
export interface BurstFacts {
  versions: number
  from: string
  until: string
}

/** Comparison of a look-alike with an original, with or without a matching name rule. */
export interface ComparisonFacts {
  target: TargetFacts
  comparison: ModuleComparison
  /** Capabilities of the code that the look-alike adds; null if contents were not compared. */
  added: CapabilityReport | null
}

/** A decision to raise no more alerts, written by `findings triage` or by hand. */
export interface AllowEntry {
  kind: 'pair' | 'owner' | 'path'
  /** Target that the module may resemble. Set for kind `pair` only. */
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
  /** Events of its repository and its tags, oldest first. */
  changes: ChangeFacts[]
  comparisons: ComparisonFacts[]
  /** The versions whose whole code was read, with nothing subtracted; in order of versions. */
  read: ReadVersion[]
  /** Owners without a history whose modules a version imports, and the version read before it did not. */
  strangerImports: StrangerImport[]
  /** Most versions in a time too short for that many releases; null where they are few. */
  burst: BurstFacts | null
  /** Files that hide something or act by themselves, of the version that was read last; null for none. */
  unusual: { version: string; files: UnusualFile[] } | null
  /** Only entries that apply to this module. */
  allow: AllowEntry[]
  malicious: MaliciousEntry[]
  campaign: CampaignFacts | null
}
