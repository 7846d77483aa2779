import type { Parser } from 'web-tree-sitter'
import { folderOf, isGoSource } from '../parse/file-kinds.ts'
import { modelFile } from '../parse/file-model.ts'
import { directoryOf } from '../reach/module-model.ts'
import type { CapabilityUse, SourceFile } from '../types.ts'
import { analyseGoFiles } from './analyse.ts'
import { keptUses } from './kept.ts'

/**
 * Returns what a module does as soon as the packages `importPaths` of it are imported. Only these packages and those of the
 * same module that they import in turn are read; commands and other folders are not.
 */
export function usesOnImport(
  parser: Parser,
  untrustedFiles: readonly SourceFile[],
  modulePath: string,
  importPaths: readonly string[],
): CapabilityUse[] {
  const byFolder = Map.groupBy(untrustedFiles, ({ path }) => folderOf(path))
  const reached = new Set<string>()
  const waiting = [...importPaths]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const folder = directoryOf(path, [modulePath])
    if (folder === null || reached.has(folder)) continue
    reached.add(folder)
    for (const file of byFolder.get(folder) ?? []) {
      if (isGoSource(file.path)) waiting.push(...modelFile(parser, file).importPaths)
    }
  }
  const files = [...reached].flatMap((folder) => byFolder.get(folder) ?? [])
  return keptUses(analyseGoFiles(parser, files, [modulePath]).uses.filter((use) => use.onImport))
}
