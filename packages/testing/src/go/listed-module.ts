import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ListedModule } from '@mirrorwatch/detect/clone/compare'

/** Returns a module as the comparison of copies takes it, with the contents of `files` by name. */
export function listedModule(path: string, files: Record<string, string>): ListedModule {
  const contents = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))
  return {
    path,
    declaredPath: path,
    version: 'v1.0.0',
    contents,
    files: [...contents].map(([name, content]) => ({
      name,
      size: content.length,
      crc32: crc32(content),
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  }
}
