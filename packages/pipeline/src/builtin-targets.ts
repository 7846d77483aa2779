import { readFile } from 'node:fs/promises'

/** A target of the built-in list. */
export interface BuiltinTarget {
  path: string
  /** Debian source packages that build-depend on it. */
  dependents: number
}

const LIST = new URL('../../detect/data/targets.tsv', import.meta.url)

/** The built-in list of targets: Debian's Go modules, most depended on first. */
export async function builtinTargets(): Promise<BuiltinTarget[]> {
  const lines = (await readFile(LIST, 'utf8')).split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [path = '', dependents = '0'] = line.split('\t')
      return { path, dependents: Number(dependents) }
    })
}
