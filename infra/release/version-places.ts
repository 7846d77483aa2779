/** Places that name the version, each with a pattern whose first group is it. */
const PLACES: readonly (readonly [file: string, pattern: RegExp])[] = [
  ['apps/cli/src/main.ts', /\.version\('([^']+)'\)/],
  ['packages/notify/src/writers/sarif.ts', /name: 'mirrorwatch',\s+version: '([^']+)'/],
  ['action.yml', /from npm, or the path of a tarball\.\n\s+default: (\S+)/],
  ['.pre-commit-hooks.yaml', /--package=mirrorwatch@(\S+)/],
  ['templates/mirrorwatch.yml', /version: \{ default: (\S+) \}/],
  ['infra/docker/Dockerfile', /^ARG VERSION=(\S+)$/m],
]

/** Returns what is wrong: a place that names another version than `version`, or none. */
export function versionFaults(version: string, read: (file: string) => string): string[] {
  return PLACES.flatMap(([file, pattern]) => {
    const found = pattern.exec(read(file))?.[1]
    return found === version ? [] : [`${file} has ${found ?? 'no version'}, not ${version}`]
  })
}
