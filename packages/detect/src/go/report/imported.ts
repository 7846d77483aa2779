import type { Parser } from 'web-tree-sitter'
import { modelFile } from '../parse/source-model.ts'
import { directoryOf } from '../reach/module-model.ts'
import type { CapabilityUse, SourceFile } from '../types.ts'
import { analyseGoFiles } from './analyse.ts'
import { keptUses } from './kept.ts'

/**
 * What a module does as soon as some of its packages are imported: these, and the packages of the same module that they
 * import in turn, are read; its commands and whatever else lies beside them are not. `importPaths` are those of the
 * module's packages.
 */
export function usesOnImport(
  parser: Parser,
  untrustedFiles: readonly SourceFile[],
  modulePath: string,
  importPaths: readonly string[],
): CapabilityUse[] {
  const byFolder = Map.groupBy(untrustedFiles, ({ path }) =>
    path.slice(0, Math.max(0, path.lastIndexOf('/'))),
  )
  const reached = new Set<string>()
  const waiting = [...importPaths]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const folder = directoryOf(path, [modulePath])
    if (folder === null || reached.has(folder)) continue
    reached.add(folder)
    for (const file of byFolder.get(folder) ?? []) {
      if (file.path.endsWith('.go') && !file.path.endsWith('_test.go'))
        waiting.push(...modelFile(parser, file).importPaths)
    }
  }
  const files = [...reached].flatMap((folder) => byFolder.get(folder) ?? [])
  return keptUses(analyseGoFiles(parser, files, modulePath).uses.filter((use) => use.onImport))
}
