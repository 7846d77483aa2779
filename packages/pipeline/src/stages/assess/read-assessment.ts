import type {
  AllowEntry,
  AssessmentInput,
  ComparisonFacts,
  MaliciousEntry,
  OwnerFacts,
  TargetFacts,
} from '@mirrorwatch/detect/judge/assess-types'
import { type InspectionRecord, NO_FACTS } from '@mirrorwatch/detect/records/inspection-record'
import { ownerPrefix } from '@mirrorwatch/gomod/paths/owner'
import { splitModulePath } from '@mirrorwatch/gomod/paths/path-parts'
import type { Db } from '@mirrorwatch/store/database'
import { allowedNames, isAbout } from '@mirrorwatch/store/tables/allow'
import { candidatesOf } from '@mirrorwatch/store/tables/candidates'
import { comparisonsOf } from '@mirrorwatch/store/tables/comparisons'
import { inspectionsOf, repositoriesOf } from '@mirrorwatch/store/tables/inspections'
import { maliciousEntriesOf } from '@mirrorwatch/store/tables/malicious'
import { type Module, moduleById, modulesByPath, versionsOf } from '@mirrorwatch/store/tables/modules'
import { ownerStats } from '@mirrorwatch/store/tables/owners'
import { targetsByPath } from '@mirrorwatch/store/tables/targets'
import { campaignOf } from '../../content/campaigns.ts'
import { repositoryKey } from '../../content/repository-key.ts'
import { affectedVersions } from '../../known/affected.ts'

/** Everything that is known of a module, and what of it is to be learned anew. */
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
  // The verdict stands in columns of its own, so that an unreadable record does not take a finding back.
  const inspections = stored.map((row): InspectionRecord => ({ ...row, facts: row.facts ?? NO_FACTS }))
  const targets = new Set([...candidates.map((c) => c.target), ...comparisons.map((c) => c.target)])
  const facts = await targetFacts(db, [...targets], inspections)
  const input: AssessmentInput = {
    module: await moduleFacts(db, module, inspections),
    owner: await ownerFacts(db, module),
    candidates: candidates.map((candidate) => ({
      candidate: { ...candidate, module: module.path },
      target: facts.get(candidate.target) ?? unknownTarget(candidate.target),
    })),
    versions: inspections,
    comparisons: comparisons.flatMap(({ target, result }): ComparisonFacts[] =>
      result === null ? [] : [{ ...result, target: facts.get(target) ?? unknownTarget(target) }],
    ),
    wholeModule: wholeModule(inspections),
    allow: await allowances(db, module.path, now),
    malicious: await maliciousFacts(db, module),
    campaign: await campaignOf(db, module),
  }
  return { input, unreadable: [...new Set(unreadable)] }
}

async function maliciousFacts(db: Db, module: Module): Promise<MaliciousEntry[]> {
  const entries = await maliciousEntriesOf(db, module.path)
  if (entries.length === 0) return []
  const known = (await versionsOf(db, module.id)).map(({ version }) => version)
  return entries.flatMap(({ id, source, summary, affected }) => {
    const versions = affectedVersions(affected, known)
    return versions?.length === 0 ? [] : [{ id, source, summary, versions }]
  })
}

async function moduleFacts(
  db: Db,
  module: Module,
  inspections: readonly InspectionRecord[],
): Promise<AssessmentInput['module']> {
  const seen = inspections.map(({ facts }) => facts)
  const blocked = module.blockedAt !== null || seen.some((facts) => facts.blocked)
  const versions = await versionsOf(db, module.id)
  return {
    path: module.path,
    firstCachedAt: new Date(module.firstCachedAt),
    dependents: module.dependents,
    declaredPath:
      module.declaredPath ?? seen.find((facts) => facts.declaredPath !== null)?.declaredPath ?? null,
    blocked: blocked ? 'the mirror refuses to serve it (403)' : null,
    repositoryMissing:
      inspections.length > 0 && inspections.every(({ verdict }) => verdict === 'repository-missing'),
    takenDown: versions.some((version) => version.takenDownAt !== null),
    modServer: seen.some((facts) => facts.modServer),
  }
}

async function ownerFacts(db: Db, module: Module): Promise<OwnerFacts | null> {
  const name = ownerPrefix(module.path)
  const { modules, firstCachedAt } = await ownerStats(db, name)
  return firstCachedAt === null ? null : { name, modules, firstSeenAt: new Date(firstCachedAt) }
}

async function targetFacts(
  db: Db,
  paths: readonly string[],
  inspections: readonly InspectionRecord[],
): Promise<Map<string, TargetFacts>> {
  const targets = new Map((await targetsByPath(db, paths)).map((target) => [target.path, target]))
  const modules = new Map((await modulesByPath(db, paths)).map((module) => [module.path, module]))
  const ids = [...modules.values()].map(({ id }) => id)
  const repositories = new Map((await repositoriesOf(db, ids)).map(({ moduleId, urls }) => [moduleId, urls]))
  const own = new Set(
    inspections
      .flatMap((i) => [i.repository, i.facts.movedTo])
      .filter((url) => url !== null)
      .map(repositoryKey),
  )
  return new Map(
    paths.map((path) => {
      const module = modules.get(path)
      const theirs = [
        ...(module === undefined ? [] : (repositories.get(module.id) ?? [])).map(repositoryKey),
        ...guessed(path),
      ]
      return [
        path,
        {
          path,
          dependents: Math.max(targets.get(path)?.dependents ?? 0, module?.dependents ?? 0),
          firstCachedAt: module === undefined ? null : new Date(module.firstCachedAt),
          sameProject: sameRepository(own, theirs),
        },
      ]
    }),
  )
}

/** Two names whose repositories are, or redirect to, one and the same are one project. */
function sameRepository(own: ReadonlySet<string>, theirs: readonly string[]): string | null {
  const shared = theirs.find((key) => own.has(key))
  return shared === undefined ? null : `both names lead to the repository ${shared}`
}

/** A code host's path names its repository, whether or not that was ever inspected. */
function guessed(path: string): string[] {
  const { kind, host, folded } = splitModulePath(path)
  return kind === 'forge' ? [`${host}/${folded.owner}/${folded.repository}`] : []
}

function unknownTarget(path: string): TargetFacts {
  return { path, dependents: 0, firstCachedAt: null, sameProject: null }
}

/** The last version whose code was read, by order of version text: enough to say what the module does. */
function wholeModule(inspections: readonly InspectionRecord[]): AssessmentInput['wholeModule'] {
  const last = inspections.findLast(({ facts }) => facts.whole !== null)
  return last?.facts.whole == null ? null : { version: last.version, report: last.facts.whole }
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
