import type { Parser } from 'web-tree-sitter'
import { folderOf, isGoSource } from '../parse/file-kinds.ts'
import { modelFile } from '../parse/file-model.ts'
import { directoryOf } from '../reach/module-model.ts'
import type { CapabilityUse, SourceFile } from '../types.ts'
import { analyseGoFiles } from './analyse.ts'
import { keptReport } from './kept.ts'

/** Actions of a module on import, and the other modules that it imports for them. */
export interface OnImport {
  uses: CapabilityUse[]
  imports: string[]
  /** Requirements of its go.mod, by path. */
  requires: Record<string, string>
}

/**
 * Returns what a module does as soon as the packages `importPaths` of it are imported. Only these packages and those of the
 * same module that they import in turn are read; commands and other folders are not.
 */
export function usesOnImport(
  parser: Parser,
  untrustedFiles: readonly SourceFile[],
  modulePath: string,
  importPaths: readonly string[],
): OnImport {
  const byFolder = Map.groupBy(untrustedFiles, ({ path }) => folderOf(path))
  const reached = new Set<string>()
  const waiting = [...importPaths]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const folder = directoryOf(path, [modulePath])
    if (folder === null || reached.has(folder)) continue
    reached.add(folder)
    for (const file of byFolder.get(folder) ?? []) {
      if (isGoSource(file.path)) waiting.push(...modelFile(parser, file, new Map()).importPaths)
    }
  }
  const files = [...reached].flatMap((folder) => byFolder.get(folder) ?? [])
  const goMod = untrustedFiles.filter(({ path }) => path === 'go.mod')
  const own = new Set([...goMod, ...files])
  const report = analyseGoFiles(parser, [...own], [modulePath])
  const { uses, imports } = keptReport(report)
  return { uses: uses.filter((use) => use.onImport), imports, requires: report.requires ?? {} }
}
