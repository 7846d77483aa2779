import type { TargetFacts } from '@mirrorwatch/detect/judge/signals/facts'
import type { InspectionRecord } from '@mirrorwatch/detect/records/inspection-record'
import { splitModulePath } from '@mirrorwatch/gomod/paths/path-parts'
import type { Db } from '@mirrorwatch/store/database'
import { projectDependents } from '@mirrorwatch/store/tables/dependents'
import { provenRepositories } from '@mirrorwatch/store/tables/inspections'
import { modulesByPath } from '@mirrorwatch/store/tables/modules'
import { repositoryKey } from '../../content/repository-key.ts'

/** Collects the facts about targets of a module with these inspections. The answer has every path. */
export async function targetFacts(
  db: Db,
  paths: readonly string[],
  inspections: readonly InspectionRecord[],
): Promise<Map<string, TargetFacts>> {
  const dependents = await projectDependents(db, paths)
  const modules = new Map((await modulesByPath(db, paths)).map((module) => [module.path, module]))
  const ids = [...modules.values()].map(({ id }) => id)
  const proven = new Map((await provenRepositories(db, ids)).map(({ moduleId, urls }) => [moduleId, urls]))
  const own = new Set(inspections.flatMap(provenBy))
  return new Map(
    paths.map((path) => {
      const module = modules.get(path)
      const urls = module === undefined ? [] : (proven.get(module.id) ?? [])
      const facts: TargetFacts = {
        path,
        dependents: dependents.get(path) ?? 0,
        firstCachedAt: module === undefined ? null : new Date(module.firstCachedAt),
        sameProject: sameRepository(own, [...urls.map(repositoryKey), ...namedBy(path)]),
      }
      return [path, facts]
    }),
  )
}

/** Lists the repositories that an inspection proves. A page or a redirect can name any repository; only equal content proves it. */
function provenBy({ verdict, repository, facts }: InspectionRecord): string[] {
  if (verdict !== 'same') return []
  return [repository, facts.movedTo].filter((url) => url !== null).map(repositoryKey)
}

function sameRepository(own: ReadonlySet<string>, theirs: readonly string[]): string | null {
  const shared = theirs.find((key) => own.has(key))
  return shared === undefined ? null : `both names lead to the repository ${shared}`
}

/** Returns the repository that a code host's path names, whether or not it was ever inspected. */
function namedBy(path: string): string[] {
  const { kind, host, folded } = splitModulePath(path)
  return kind === 'forge' ? [`${host}/${folded.owner}/${folded.repository}`] : []
}
