import type { Parser } from 'web-tree-sitter'
import { foldOwnPath, type OwnPaths } from '../diff/fold-path.ts'
import { isGoSource } from '../go/parse/file-kinds.ts'
import type { SharedTrees } from '../go/parse/file-model.ts'
import { analyseGoFiles } from '../go/report/analyse.ts'
import { capabilityDifference } from '../go/report/difference.ts'
import type { CapabilityReport, SourceFile } from '../go/types.ts'
import type { ListedModule } from './compare.ts'
import { isLikelyPathChange } from './similarity.ts'

type ModuleSource = OwnPaths & { files: readonly SourceFile[] }

/**
 * Reports what a look-alike's code does that the original's does not. Give whole packages: every analysed file of each folder in
 * which something differs, better still of both modules, since a chain of calls may lead through unchanged files. Contents
 * of files that are not Go may be empty.
 */
export function addedBeyondOriginal(
  parser: Parser,
  original: ModuleSource,
  lookalike: ModuleSource,
): CapabilityReport {
  const own = [original.path, ...pathsOf(lookalike)]
  return difference(parser, own, folded(original, original.path), folded(lookalike, original.path))
}

/**
 * Returns a module's files with its own path replaced by `to`. The import path of another module that is nested in its
 * repository stays: the original has no such module.
 */
function folded(own: ModuleSource, to: string): SourceFile[] {
  const source = own.files.filter(({ path }) => isGoSource(path))
  const folders = new Set(source.map(({ path }) => folderOf(path)))
  const staysAs = (below: string): boolean => !folders.has(`${below}/`)
  return own.files.map((file) => ({
    path: file.path,
    content: foldOwnPath(file.content, own, to, isGoSource(file.path) ? staysAs : undefined),
  }))
}

function pathsOf({ path, declaredPath }: OwnPaths): string[] {
  return declaredPath === null ? [path] : [path, declaredPath]
}

/**
 * What the cached zip's code does that the repository's does not. `zip`: analysed files of the cached module;
 * `repository`: contents of those that differ, null for files that the repository has not. Files that only the repository
 * has are given in `repository` too.
 */
export function addedBeyondRepository(
  parser: Parser,
  modulePath: string,
  zip: readonly SourceFile[],
  repository: ReadonlyMap<string, string | null>,
): CapabilityReport {
  const before: SourceFile[] = []
  const inZip = new Set(zip.map(({ path }) => path))
  for (const file of zip) {
    const shown = repository.get(file.path)
    if (shown === undefined) before.push(file)
    else if (shown !== null) before.push({ path: file.path, content: shown })
  }
  for (const [path, content] of repository)
    if (!inZip.has(path) && content !== null) before.push({ path, content })
  return difference(parser, [modulePath], before, zip)
}

/**
 * Files in which something differs come first, then those of their folders: they must not be what a budget has no room for.
 * A touched file that still does not fit counts as too large to read.
 */
function difference(
  parser: Parser,
  modulePaths: readonly string[],
  before: readonly SourceFile[],
  after: readonly SourceFile[],
): CapabilityReport {
  const [known, present] = [contentsOf(before), contentsOf(after)]
  const touched = new Set<string>()
  for (const path of new Set([...known.keys(), ...present.keys()]))
    if (known.get(path) !== present.get(path)) touched.add(path)
  const folders = new Set([...touched].map(folderOf))
  const weightOf = ({ path }: SourceFile): number =>
    touched.has(path) ? 2 : Number(folders.has(folderOf(path)))
  const touchedFirst = (files: readonly SourceFile[]): SourceFile[] =>
    files.toSorted((a, b) => weightOf(b) - weightOf(a))
  const shared: SharedTrees = new Map()
  for (const [path, content] of known) if (present.get(path) === content) shared.set(content, null)
  const report = capabilityDifference(
    analyseGoFiles(parser, touchedFirst(before), modulePaths, shared),
    analyseGoFiles(parser, touchedFirst(after), modulePaths, shared),
  )
  const unparsed = report.unparsed.map((file) =>
    file.reason === 'budget' && touched.has(file.file) ? { ...file, reason: 'too-large' as const } : file,
  )
  return { ...report, unparsed }
}

/** The report of a module of which some files that differ could not be read, because there is too much of it. */
export function withUnread(report: CapabilityReport, names: readonly string[]): CapabilityReport {
  if (names.length === 0) return report
  const unread = names.map((file) => ({ file, reason: 'too-large' as const, line: null }))
  return { ...report, unparsed: [...unread, ...report.unparsed], truncated: true }
}

type PartlyRead = ListedModule & { unread: readonly string[] }

/**
 * Those unread files of a look-alike that are not the original's. Where that is a giant as well, of which not all could be read,
 * one that has grown as its path has counts as the original's.
 */
export function unreadBeyond(original: PartlyRead, lookalike: PartlyRead): string[] {
  const step = Buffer.byteLength(lookalike.path) - Buffer.byteLength(original.path)
  const known = new Map(original.files.map((file) => [file.name, file]))
  const present = new Map(lookalike.files.map((file) => [file.name, file]))
  return lookalike.unread.filter((name) => {
    const [before, after] = [known.get(name), present.get(name)]
    if (before === undefined || after === undefined) return true
    const same = before.size === after.size && before.crc32 === after.crc32
    if (same) return false
    return original.unread.length === 0 || !isLikelyPathChange(before.size, after.size, step)
  })
}

function contentsOf(files: readonly SourceFile[]): Map<string, string> {
  return new Map(files.map(({ path, content }) => [path, content]))
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}
