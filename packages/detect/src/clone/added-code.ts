import type { Parser } from 'web-tree-sitter'
import { foldOwnPath, type OwnPaths } from '../fold-path.ts'
import { analyseGoFiles } from '../go-source/analyse.ts'
import { capabilityDifference } from '../go-source/difference.ts'
import type { CapabilityReport, SourceFile } from '../go-source/types.ts'

/** True for files that {@link addedBeyondOriginal} and its like want to see. */
export function isAnalysed(path: string): boolean {
  return /\.(go|s|S|sx|c|cc|cpp|cxx|m|f|F|for|f90|swig|swigcxx|syso|a|o|so|dll|dylib|exe|wasm)$/.test(path)
}

/**
 * What a look-alike's code does that the original's does not. Give whole packages: every analysed file of each folder in
 * which something differs, better still of both modules, since a chain of calls may lead through unchanged files. Contents
 * of files that are not Go may be empty.
 */
export function addedBeyondOriginal(
  parser: Parser,
  original: OwnPaths & { files: readonly SourceFile[] },
  lookalike: OwnPaths & { files: readonly SourceFile[] },
): CapabilityReport {
  const fold = (own: OwnPaths & { files: readonly SourceFile[] }): SourceFile[] =>
    own.files.map(({ path, content }) => ({ path, content: foldOwnPath(content, own, original.path) }))
  const before = analyseGoFiles(parser, fold(original), original.path)
  const after = analyseGoFiles(parser, fold(lookalike), original.path)
  return capabilityDifference(before, after)
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
  return capabilityDifference(
    analyseGoFiles(parser, before, modulePath),
    analyseGoFiles(parser, zip, modulePath),
  )
}
