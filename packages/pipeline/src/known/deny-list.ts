import type { Denied } from '@mirrorwatch/notify/writers/deny-list'
import type { Db } from '@mirrorwatch/store/database'
import { type ConfirmedDenial, confirmedDenials, listedDenials } from '@mirrorwatch/store/queries/denials'
import { affectedVersions } from './affected.ts'

/**
 * Returns what is denied, by module and version, each once: every module or version with a finding that a person confirmed, and
 * what an imported database lists as malicious. A look-alike is denied whole, of any other module the versions that the
 * finding's signals name; of a listed module the versions that the entry covers.
 */
export async function readDenyList(db: Db): Promise<Denied[]> {
  const confirmed = (await confirmedDenials(db)).flatMap(deniedByFinding)
  const listed = (await listedDenials(db)).flatMap(({ module, summary, id, affected, known }) =>
    (affectedVersions(affected, known) ?? [null]).map(
      (version): Denied => ({ module, version, reason: summary, finding: null, listedAs: id }),
    ),
  )
  // The first says why: what a person decided goes before what a database says.
  const denied = new Map<string, Denied>()
  for (const each of [...confirmed, ...listed]) {
    const key = `${each.module} ${each.version ?? ''}`
    if (!denied.has(key)) denied.set(key, each)
  }
  return [...denied.values()]
    .filter(({ module, version }) => version === null || !denied.has(`${module} `))
    .toSorted((a, b) => compare(a.module, b.module) || compare(a.version ?? '', b.version ?? ''))
}

function deniedByFinding({ module, target, summary, finding, versions }: ConfirmedDenial): Denied[] {
  const isWhole = target !== null || versions.length === 0
  return (isWhole ? [null] : versions).map((version) => ({
    module,
    version,
    reason: summary,
    finding,
    listedAs: null,
  }))
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
