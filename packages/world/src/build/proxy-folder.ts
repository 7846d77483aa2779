import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { escapePath, escapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import type { Mirror } from './mirror.ts'

/** Writes what the mirror serves as a folder that `file://` URLs of a proxy can name, laid out as `GOMODCACHE/cache/download`. */
export async function writeProxyFolder(mirror: Mirror, directory: string): Promise<void> {
  const modules = new Set<string>()
  for (const entry of mirror.all()) {
    if (mirror.blocked.has(entry.module)) continue
    const folder = join(directory, escapePath(entry.module), '@v')
    const file = join(folder, escapeVersion(entry.version))
    await mkdir(folder, { recursive: true })
    await writeFile(`${file}.info`, entry.info)
    await writeFile(`${file}.mod`, entry.mod)
    await writeFile(`${file}.zip`, entry.zip())
    modules.add(entry.module)
  }
  for (const module of modules) {
    const list = mirror.list(module).map((version) => `${version}\n`)
    await writeFile(join(directory, escapePath(module), '@v', 'list'), list.join(''))
  }
}
