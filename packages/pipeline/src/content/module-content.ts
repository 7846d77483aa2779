import type { ListedModule } from '@mirrorwatch/detect/clone/compare'
import type { FingerprintFile } from '@mirrorwatch/detect/clone/fingerprint'
import { isAnalysed, isCSource } from '@mirrorwatch/detect/go/parse/file-kinds'
import { embeddedFiles } from '@mirrorwatch/detect/go/report/embeds'
import type { SourceFile } from '@mirrorwatch/detect/go/types'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { keptDeclaredPath } from '@mirrorwatch/gomod/mod/declared-path'
import { declaredModulePath } from '@mirrorwatch/gomod/mod/go-mod'
import { readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'

/** Module version with its listing and the contents of its files. */
export interface ModuleContent extends ListedModule {
  /** Source files beyond the limit, whose contents were not read. */
  unread: readonly string[]
}

/** Limit on the content of one module in memory; further files are compared by name, size and checksum alone. */
const MAX_READ_BYTES = 64 * 1024 * 1024

/** Reads a module's zip. Returns null for a defective one, which the verification reports. */
export async function readContent(
  bytes: Buffer,
  module: string,
  version: string,
): Promise<ModuleContent | null> {
  try {
    const zip = await readModuleZip(bytes, { module, version })
    const contents = new Map<string, Buffer>()
    let read = 0
    const unread: string[] = []
    for (const { name, size } of zip.entries.toSorted(inReadingOrder)) {
      if (read + size > MAX_READ_BYTES) {
        if (isAnalysed(name)) unread.push(name)
        continue
      }
      read += size
      contents.set(name, await zip.read(name))
    }
    const goMod = contents.get('go.mod')
    const declares = goMod === undefined ? null : declaredModulePath(goMod.toString('utf8'))
    return {
      path: module,
      declaredPath: keptDeclaredPath(declares),
      version,
      files: zip.entries,
      contents,
      unread,
    }
  } catch (error) {
    if (isGomodError(error, 'malformed', 'too-large')) return null
    throw error
  }
}

/** Orders go.mod first, then source, small files first: files placed earlier in the zip must not crowd them out. */
function inReadingOrder(a: FingerprintFile, b: FingerprintFile): number {
  return orderOf(a.name) - orderOf(b.name) || a.size - b.size
}

function orderOf(name: string): number {
  if (name === 'go.mod') return 0
  return isAnalysed(name) ? 1 : 2
}

/** Returns the files that `wanted` selects, source as text and others by name alone, and the small files that they embed. */
export function sourcesOf({ contents }: ModuleContent, wanted: (path: string) => boolean): SourceFile[] {
  const sources = [...contents]
    .filter(([path]) => wanted(path))
    .map(([path, content]) => ({ path, content: isText(path) ? content.toString('utf8') : '' }))
  return [...sources, ...embeddedFiles(contents)]
}

function isText(path: string): boolean {
  return path.endsWith('.go') || path === 'go.mod' || isCSource(path)
}
