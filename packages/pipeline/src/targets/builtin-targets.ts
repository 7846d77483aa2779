import { readFile } from 'node:fs/promises'
import type { NameIndexTarget } from '@mirrorwatch/detect/names/name-index'

/** A target of the built-in list: real modules that Debian packages, each looked at by a person there. */
export interface BuiltinTarget extends NameIndexTarget {
  path: string
  /** Debian source packages that build-depend on it: an order, far below the ecosystem's own figures. */
  dependents: number
  /** `host/owner/repository` behind a vanity path; null where the path says it. */
  repository: string | null
  reviewed: true
}

/** Reads the list that the repository carries, most depended on first. */
export async function builtinTargets(): Promise<BuiltinTarget[]> {
  const text = await readFile(new URL('../../../detect/data/targets.tsv', import.meta.url), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [path = '', dependents = '0', repository = ''] = line.split('\t')
      return { path, dependents: Number(dependents), repository: repository || null, reviewed: true }
    })
}

/** Vanity paths of the list with the repository behind them, for `NameIndexOptions.aliases`. */
export async function builtinAliases(): Promise<[string, string][]> {
  const targets = await builtinTargets()
  return targets.flatMap(({ path, repository }) => (repository === null ? [] : [[path, repository]]))
}
