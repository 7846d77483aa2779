import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GoFile } from './rewrite.ts'

export interface SourceModule {
  /** Module path, as its folder says. */
  path: string
  files: GoFile[]
}

/** Reads the modules below a folder: each folder with a go.mod is one, as in `/usr/share/gocode/src` of Debian's golang packages. */
export function readModules(root: string): SourceModule[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/(^|\/)(testdata|vendor|_[^/]*)\//.test(name),
  )
  const modules = new Map<string, GoFile[]>()
  for (const name of names) if (name.endsWith('/go.mod')) modules.set(folderOf(name), [])
  for (const name of names) {
    if (!name.endsWith('.go') || name.endsWith('_test.go')) continue
    let folder = folderOf(name)
    while (folder !== '' && !modules.has(folder)) folder = folderOf(folder)
    const text = readText(join(root, name))
    if (text !== null) modules.get(folder)?.push({ path: name.slice(folder.length + 1), text })
  }
  return [...modules].flatMap(([path, files]) => (files.length === 0 ? [] : [{ path, files }]))
}

/** Packages link to files of others that are not installed. */
function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}
