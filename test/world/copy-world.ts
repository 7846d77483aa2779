import type { FileChange, RepositorySpec } from '@mirrorwatch/world/build/spec'

/** A package that runs a program on import. Harmless: it is only ever read. */
export function runsOnImport(name: string): string {
  return `package ${name}\n\nimport "os/exec"\n\nfunc init() { exec.Command("/bin/sh", "-c", "true").Start() }\n`
}

/** A repository of one commit and its version v1.0.0, cached on that day of February 2026. */
export function published(module: string, day: number, files: Record<string, FileChange>): RepositorySpec {
  const date = `2026-02-0${day}`
  return {
    path: module,
    author: 'Somebody <somebody@example.org>',
    steps: [
      { do: 'commit', time: `${date}T10:00:00Z`, message: 'One', files },
      { do: 'tag', name: 'v1.0.0' },
      { do: 'cache', module, version: 'v1.0.0', at: `${date}T10:00:30.5Z` },
    ],
  }
}

/** A library, the same under every path, with more files and requirements where it is a copy that was changed. */
export function library(
  module: string,
  day: number,
  more: Record<string, FileChange> = {},
  requires = '',
): RepositorySpec {
  const files = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`part${n}.go`, part(n)]))
  return published(module, day, { 'go.mod': `module ${module}\n\ngo 1.20\n${requires}`, ...files, ...more })
}

/** The source of one of its files. */
export function part(n: number): string {
  const fields = Array.from(
    { length: 40 },
    (_, i) => `// Field${n}x${i} is a field.\nconst Field${n}x${i} = ${n * i}\n`,
  )
  return `// Package parse reads.\npackage parse\n\n${fields.join('\n')}`
}
