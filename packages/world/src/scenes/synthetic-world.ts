import type { RepositorySpec, Step, WorldSpec } from '../build/spec.ts'
import { syntheticPath } from './synthetic-feed.ts'

export interface SyntheticWorldOptions {
  modules: number
  versionsPerModule: number
  /** Every nth version's tag is moved to other code after it was cached. Default: none. */
  movedEvery?: number
  /**
   * Number of modules that share few repository names (at most four modules per name) and so resemble one another. The other
   * modules, and the one that most modules require, have unique names. Default: all share.
   */
  sharing?: number
  /** The mirror's record of every nth version has no origin. Default 2. */
  originlessEvery?: number
  /** Number of Go files of 8 KB in each module, next to the few that it needs. Default 0. */
  goFiles?: number
  /** Time of the first commit. Default 2020-01-01T00:00:00Z. */
  start?: string
}

const HOUR_MS = 60 * 60 * 1000

/**
 * Returns many small modules with many versions, one repository each, for tests of scale, chaos and load. A version changes
 * one file, so that thousands cost little. Some modules require earlier ones.
 */
export function syntheticSpec(options: SyntheticWorldOptions): WorldSpec {
  const start = Date.parse(options.start ?? '2020-01-01T00:00:00Z')
  return {
    repositories: Array.from({ length: options.modules }, (_, number) => repository(number, start, options)),
  }
}

function repository(number: number, start: number, options: SyntheticWorldOptions): RepositorySpec {
  const path = pathOf(number, options)
  const steps: Step[] = []
  for (let n = 0; n < options.versionsPerModule; n++) {
    const at = start + (n * options.modules + number) * HOUR_MS
    steps.push(...release(path, number, n, at, options))
    const serial = n * options.modules + number
    if (options.movedEvery !== undefined && serial % options.movedEvery === options.movedEvery - 1)
      steps.push(...moveTag(versionName(n), at + HOUR_MS / 2))
  }
  return { path, steps }
}

/** Suffixes that make a shared repository name unlike all other names. */
const DISTINCTIVE = ['kiln', 'loom', 'mast']
/** Modules with the same name, among each ten neighbours that could share it. */
const SHARE_A_NAME = 4

/** One of the shared names, or one that is like no other. */
function pathOf(number: number, { sharing }: SyntheticWorldOptions): string {
  if (sharing === undefined) return syntheticPath(number)
  if (number > 0 && number <= sharing) {
    const ending = DISTINCTIVE[Math.floor(((number - 1) % 10) / SHARE_A_NAME)] ?? ''
    return `${syntheticPath(number - 1)}${ending}`
  }
  const path = syntheticPath(number === 0 ? sharing : number)
  // An odd factor permutes the 32-bit numbers; digits become letters.
  const own = (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(26).padStart(7, '0')
  const name = own.replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)))
  return `${path.slice(0, path.lastIndexOf('/'))}/${name}`
}

function release(
  path: string,
  number: number,
  n: number,
  at: number,
  options: SyntheticWorldOptions,
): Step[] {
  const version = versionName(n)
  const package_ = path.slice(path.lastIndexOf('/') + 1)
  const files: Record<string, string> = {
    'version.go': `package ${package_}\n\n// Version is this release.\nconst Version = "${version}"\n`,
  }
  if (n === 0) {
    // Every third module leans on an earlier one, the first most of all: there is something to count.
    const required = number % 3 === 0 ? 0 : Math.floor(number / 3)
    const require = number === 0 ? '' : `\nrequire ${pathOf(required, options)} ${versionName(0)}\n`
    files['go.mod'] = `module ${path}\n\ngo 1.18\n${require}`
    files['LICENSE'] = `MIT License\n\nCopyright (c) ${path}\n`
    for (let file = 0; file < (options.goFiles ?? 0); file++) files[`part${file}.go`] = goFile(package_, file)
    files['doc.go'] = `// Package ${package_} is number ${number}.\npackage ${package_}\n`
  }
  const every = options.originlessEvery ?? 2
  const origin = n % every === every - 1 ? 'none' : 'full'
  return [
    { do: 'commit', time: time(at), message: `Release ${version}`, files },
    { do: 'tag', name: version },
    { do: 'cache', module: path, version, at: time(at + HOUR_MS / 4), origin },
  ]
}

/** Returns a Go file of about 8 KB whose functions are unlike those of other packages and files. */
function goFile(package_: string, file: number): string {
  const functions = Array.from({ length: 80 }, (_, n) => {
    const name = `${package_}${file}x${n}`
    return `func ${name}(a, b int) int {\n\tif a > ${file * 80 + n} {\n\t\treturn b\n\t}\n\treturn a*b + ${n}\n}\n`
  })
  return `package ${package_}\n\n${functions.join('\n')}`
}

function moveTag(version: string, at: number): Step[] {
  return [
    { do: 'commit', time: time(at), message: `Redo ${version}`, files: { 'redone.txt': `${version}\n` } },
    { do: 'tag', name: version },
  ]
}

function versionName(n: number): string {
  return `v1.${Math.floor(n / 10)}.${n % 10}`
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
