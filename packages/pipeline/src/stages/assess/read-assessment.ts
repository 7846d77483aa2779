import type { CapabilityReport } from '@mirrorwatch/detect/go/types'
import type {
  AllowEntry,
  AssessmentInput,
  ComparisonFacts,
  MaliciousEntry,
  OwnerFacts,
  ReadVersion,
} from '@mirrorwatch/detect/judge/signals/facts'
import { capabilityReportSchema } from '@mirrorwatch/detect/records/capability-schema'
import { type InspectionRecord, NO_FACTS } from '@mirrorwatch/detect/records/inspection-record'
import { unusualFilesSchema } from '@mirrorwatch/detect/records/unusual-schema'
import { ownerPrefix } from '@mirrorwatch/gomod/paths/owner'
import { compareForSort } from '@mirrorwatch/gomod/paths/semver'
import { type ReadFacts, readFactsOf } from '@mirrorwatch/store/code/readings'
import type { Db } from '@mirrorwatch/store/database'
import { isRepositoryGone, moduleEvents } from '@mirrorwatch/store/queries/repositories'
import { allowedNames, isAbout } from '@mirrorwatch/store/tables/allow'
import { candidatesOf } from '@mirrorwatch/store/tables/candidates'
import { comparisonsOf } from '@mirrorwatch/store/tables/comparisons'
import { projectDependents } from '@mirrorwatch/store/tables/dependents'
import {
  inspectionsOf,
  pastDifferencesOf,
  type StoredInspection,
} from '@mirrorwatch/store/tables/inspections'
import { maliciousEntriesOf } from '@mirrorwatch/store/tables/malicious'
import { type Module, moduleById, type Version, versionsOf } from '@mirrorwatch/store/tables/modules'
import { ownerStats } from '@mirrorwatch/store/tables/owners'
import { campaignOf } from '../../content/campaigns.ts'
import { affectedVersions } from '../../known/affected.ts'
import { burstOf, strangerImports } from './release-facts.ts'
import { targetFacts } from './target-facts.ts'

/** Everything that is known of a module, and the versions to inspect again. */
export interface KnownModule {
  input: AssessmentInput
  /** Versions of which another release wrote a record in a form that this one does not know. */
  unreadable: string[]
}

/** Collects everything that is known of a module, in the form that is judged. Null where the module is unknown. */
export async function readAssessment(db: Db, moduleId: number, now: Date): Promise<KnownModule | null> {
  const module = await moduleById(db, moduleId)
  if (module === null) return null
  const candidates = await candidatesOf(db, moduleId)
  const stored = await inspectionsOf(db, moduleId)
  const comparisons = await comparisonsOf(db, moduleId)
  const unreadable = [
    ...stored.filter(({ facts }) => facts === null),
    ...comparisons.filter(({ result }) => result === null),
  ].map(({ version }) => version)
  const inspections = stored.map(asRecord)
  const past = await pastDifferencesOf(db, moduleId)
  const names = [...candidates, ...comparisons].map(({ target }) => target)
  const read = await readFactsOf(db, moduleId)
  const code = readVersions(inspections, read)
  const versions = await versionsOf(db, moduleId)
  const facts = await targetFacts(db, [...new Set(names)], inspections)
  const input: AssessmentInput = {
    module: await moduleFacts(db, module, versions, inspections),
    owner: await ownerFacts(db, module),
    candidates: candidates.flatMap((candidate) => {
      const target = facts.get(candidate.target)
      return target === undefined ? [] : [{ candidate: { ...candidate, module: module.path }, target }]
    }),
    versions: inspections,
    past: past.map((row) => ({
      inspection: asRecord(row),
      firstSeenAt: row.firstSeenAt,
      lastSeenAt: row.lastSeenAt,
    })),
    changes: await moduleEvents(db, moduleId),
    comparisons: comparisons.flatMap(({ target: path, result }): ComparisonFacts[] => {
      const target = facts.get(path)
      return target === undefined || result === null ? [] : [{ ...result, target }]
    }),
    read: code,
    strangerImports: await strangerImports(db, code, versions),
    burst: burstOf(versions),
    unusual: unusualOf(read),
    allow: await allowances(db, module.path, now),
    malicious: await maliciousFacts(db, module, versions),
    campaign: await campaignOf(db, module),
  }
  return { input, unreadable: [...new Set(unreadable)] }
}

/** Reads the verdict's columns even where the facts are unreadable, so that no finding is taken back. */
function asRecord(row: StoredInspection): InspectionRecord {
  return { ...row, facts: row.facts ?? NO_FACTS }
}

async function maliciousFacts(
  db: Db,
  module: Module,
  versions: readonly Version[],
): Promise<MaliciousEntry[]> {
  const entries = await maliciousEntriesOf(db, module.path)
  if (entries.length === 0) return []
  const known = versions.map(({ version }) => version)
  return entries.flatMap(({ id, source, summary, affected }) => {
    const versions = affectedVersions(affected, known)
    return versions?.length === 0 ? [] : [{ id, source, summary, versions }]
  })
}

async function moduleFacts(
  db: Db,
  module: Module,
  versions: readonly Version[],
  inspections: readonly InspectionRecord[],
): Promise<AssessmentInput['module']> {
  const seen = inspections.map(({ facts }) => facts)
  const blocked = module.blockedAt !== null || seen.some((facts) => facts.blocked)
  return {
    path: module.path,
    firstCachedAt: new Date(module.firstCachedAt),
    dependents: (await projectDependents(db, [module.path])).get(module.path) ?? 0,
    declaredPath:
      module.declaredPath ?? seen.find((facts) => facts.declaredPath !== null)?.declaredPath ?? null,
    blocked: blocked ? 'the mirror refuses to serve it (403)' : null,
    repositoryMissing:
      (inspections.length > 0 && inspections.every(({ verdict }) => verdict === 'repository-missing')) ||
      (await isRepositoryGone(db, module.id)),
    takenDown: versions.some((version) => version.takenDownAt !== null),
    modServer: seen.some((facts) => facts.modServer),
  }
}

async function ownerFacts(db: Db, module: Module): Promise<OwnerFacts | null> {
  const name = ownerPrefix(module.path)
  const { modules, firstCachedAt } = await ownerStats(db, name)
  return firstCachedAt === null ? null : { name, modules, firstSeenAt: new Date(firstCachedAt) }
}

/** The versions whose whole code was read, when they were inspected or for its own sake; in order of versions. */
function readVersions(inspections: readonly InspectionRecord[], read: readonly ReadFacts[]): ReadVersion[] {
  const reports = new Map<string, CapabilityReport>()
  for (const { version, report } of read) {
    const parsed = capabilityReportSchema.safeParse(report).data
    if (parsed !== undefined) reports.set(version, parsed)
  }
  for (const { version, facts } of inspections) if (facts.whole !== null) reports.set(version, facts.whole)
  return Array.from(reports, ([version, report]) => ({ version, report })).toSorted((a, b) =>
    compareForSort(a.version, b.version),
  )
}

function unusualOf([last]: readonly ReadFacts[]): AssessmentInput['unusual'] {
  const files = unusualFilesSchema.safeParse(last?.unusual).data
  return last === undefined || files === undefined ? null : { version: last.version, files }
}

async function allowances(db: Db, path: string, now: Date): Promise<AllowEntry[]> {
  const entries = await allowedNames(db, now)
  return entries
    .filter((entry) => isAbout(entry, path))
    .map(({ kind, target, author, createdAt, reason }) => ({
      kind,
      target,
      who: author,
      when: createdAt,
      why: reason,
    }))
}
