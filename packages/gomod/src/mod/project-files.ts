import { GomodError } from '../errors.ts'
import { modulePathFault } from '../paths/module-path.ts'
import { type GoModLine, malformed, parseGoModLines, unquote } from './go-mod-lines.ts'

/**
 * Parsers for the project files that name the modules of a build: go.mod and go.work of the main module. They follow how the
 * go command reads a main module's own files, where every line counts (https://go.dev/ref/mod), with one difference: a version
 * may be a branch or a commit, which `go mod tidy` would resolve.
 */

/** Directives that Go 1.26 knows. A file with any other is refused, because a build would refuse it too. */
const GO_MOD_VERBS = new Set([
  'module',
  'go',
  'toolchain',
  'require',
  'exclude',
  'replace',
  'retract',
  'tool',
  'ignore',
  'godebug',
])
const GO_WORK_VERBS = new Set(['go', 'toolchain', 'use', 'replace', 'godebug'])

/** A module in a project file. */
export interface ModuleUse {
  path: string
  /** Version as written: a branch or a commit, too; null where the file gives none. */
  version: string | null
}

/** Modules and folders that a go.work names. */
export interface GoWork {
  /** Modules that `replace` lines bring in. */
  modules: ModuleUse[]
  /** Folders of the workspace's modules, as written. */
  uses: string[]
}

/**
 * Returns every module that a build of this go.mod could use: its requirements and their replacements.
 *
 * @throws GomodError `malformed`, naming the line, for what Go refuses; `too-large`.
 */
export function usesOfGoMod(untrustedText: string): ModuleUse[] {
  const lines = readLines('go.mod', untrustedText, GO_MOD_VERBS)
  const required = lines.filter(({ verb }) => verb === 'require').map(requirement)
  return [...required, ...replacements(lines)]
}

/** Returns the paths of {@link usesOfGoMod}, each once. @throws GomodError as it */
export function modulesOfGoMod(untrustedText: string): string[] {
  return [...new Set(usesOfGoMod(untrustedText).map(({ path }) => path))]
}

/**
 * Returns the modules and folders that a go.work adds to the builds of its workspace.
 *
 * @throws GomodError `malformed`, naming the line; `too-large`.
 */
export function parseGoWork(untrustedText: string): GoWork {
  const lines = readLines('go.work', untrustedText, GO_WORK_VERBS)
  const uses = lines
    .filter(({ verb }) => verb === 'use')
    .map(({ args, number }) => {
      if (args.length !== 1) throw malformed(number, 'usage: use ./folder')
      return word(args[0], number)
    })
  return { modules: replacements(lines), uses }
}

function readLines(file: string, untrustedText: string, verbs: ReadonlySet<string>): GoModLine[] {
  try {
    checkBlocks(untrustedText, verbs)
    const lines = parseGoModLines(untrustedText)
    for (const { verb, number } of lines) {
      if (!verbs.has(verb)) throw malformed(number, `unknown directive ${JSON.stringify(verb.slice(0, 80))}`)
    }
    return lines
  } catch (error) {
    if (!(error instanceof GomodError) || file === 'go.mod') throw error
    throw new GomodError(error.code, error.message.replace(/^go\.mod/, file), { cause: error })
  }
}

/** Refuses unknown blocks that yield no directive: empty ones, and those with words before the parenthesis. */
function checkBlocks(untrustedText: string, verbs: ReadonlySet<string>): void {
  for (const [i, line] of untrustedText.split('\n').entries()) {
    const [, verb = '', rest = ''] = /^\s*([^\s(/"`]+)([^(/"`]*)\(\s*\)?\s*(?:\/\/.*)?$/.exec(line) ?? []
    if (verb === '' || verb === '=>') continue
    if (!verbs.has(verb) || rest.trim() !== '')
      throw malformed(i + 1, `unknown block ${JSON.stringify(`${verb}${rest}`.trim().slice(0, 80))}`)
  }
}

function requirement({ args, number }: GoModLine): ModuleUse {
  if (args.length !== 2) throw malformed(number, 'usage: require module/path v1.2.3')
  return { path: checkedPath(args[0], number), version: word(args[1], number) }
}

function replacements(lines: readonly GoModLine[]): ModuleUse[] {
  return lines
    .filter(({ verb }) => verb === 'replace')
    .flatMap(({ args, number }) => {
      const arrow = args.indexOf('=>')
      if (arrow < 1 || arrow > 2 || args.length < arrow + 2 || args.length > arrow + 3)
        throw malformed(number, 'usage: replace module/path [v1.2.3] => other/module v1.4.0')
      const target = word(args[arrow + 1], number)
      if (isFolderPath(target)) return []
      if (args.length === arrow + 2) throw malformed(number, `the replacement ${target} needs a version`)
      return [{ path: checkedPath(args[arrow + 1], number), version: word(args[arrow + 2], number) }]
    })
}

function checkedPath(quoted: string | undefined, number: number): string {
  const path = word(quoted, number)
  if (isRequirablePath(path)) return path
  throw malformed(number, `${JSON.stringify(path.slice(0, 200))} is not a module path`)
}

function word(quoted: string | undefined, number: number): string {
  const text = quoted !== undefined && /^["`]/.test(quoted) ? unquote(quoted) : quoted
  if (text === undefined || text === null || text === '')
    throw malformed(number, 'a word is missing or badly quoted')
  return text
}

/** Returns true if `path` may be required. A path without a dot in its first element can be, if a folder replaces it. */
export function isRequirablePath(path: string): boolean {
  return modulePathFault(path) === null || /^[a-z0-9][\w.~/-]*$/i.test(path)
}

/** Returns true if a replacement is a folder, not a module. */
export function isFolderPath(path: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:|\.{1,2}$)/.test(path)
}
