// Interim until the comparison of this folder takes its place (same exports).
import type { ComparedFile, ModuleComparison } from './types.ts'

export interface ModuleContent {
  path: string
  version: string
  files: ReadonlyMap<string, Buffer>
}

export function compareModules(original: ModuleContent, lookalike: ModuleContent): ModuleComparison {
  const files: ComparedFile[] = []
  let equal = 0
  let equalButPath = 0
  let changed = 0
  let added = 0
  let removed = 0
  const counts = (path: string): boolean => path.endsWith('.go') && !path.endsWith('_test.go')
  let counted = 0
  let kept = 0
  for (const [path, content] of lookalike.files) {
    const other = original.files.get(path)
    if (counts(path)) counted++
    if (other === undefined) {
      added++
      files.push({ path, relation: 'added' })
    } else if (other.equals(content)) {
      equal++
      if (counts(path)) kept++
    } else if (
      other.toString().replaceAll(original.path, '\0') === content.toString().replaceAll(lookalike.path, '\0')
    ) {
      equalButPath++
      if (counts(path)) kept++
      files.push({ path, relation: 'equal-but-path' })
    } else {
      changed++
      files.push({ path, relation: 'changed' })
    }
  }
  for (const path of original.files.keys()) {
    if (lookalike.files.has(path)) continue
    removed++
    if (counts(path)) counted++
    files.push({ path, relation: 'removed' })
  }
  const similarity = counted === 0 ? 0 : kept / counted
  const declared = /^module\s+(\S+)/m.exec(lookalike.files.get('go.mod')?.toString() ?? '')?.[1] ?? null
  return {
    original: original.path,
    originalVersion: original.version,
    lookalike: lookalike.path,
    lookalikeVersion: lookalike.version,
    counted,
    similarity,
    equal,
    equalButPath,
    changed,
    added,
    removed,
    files,
    diff: null,
    declaredPath: declared,
    nearCopy: similarity >= 0.5,
  }
}
