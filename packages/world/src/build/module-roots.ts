import { splitPathVersion } from '@mirrorwatch/gomod/paths/module-path'
import { WorldError } from './errors.ts'
import type { PageSpec } from './spec.ts'

/** Code hosts whose repositories Go finds by path alone. */
const STATIC_HOSTS = new Set(['github.com', 'bitbucket.org'])

/**
 * Where Go finds a module's repository: the first three elements on a known code host, else the longest `go-import` page.
 *
 * @throws WorldError `invalid-spec` where neither covers the path.
 */
export function rootOf(module: string, pages: readonly PageSpec[]): PageSpec {
  const elements = module.split('/')
  if (STATIC_HOSTS.has(elements[0] as string)) {
    const root = elements.slice(0, 3).join('/')
    return { root, vcs: 'git', url: `https://${root}` }
  }
  const page = pageFor(module, pages)
  if (!page) throw new WorldError('invalid-spec', `no @page covers ${module}`)
  return page
}

/** The page with the longest root that is `path` or a parent of it. */
export function pageFor(path: string, pages: readonly PageSpec[]): PageSpec | undefined {
  return pages
    .filter(({ root }) => path === root || path.startsWith(`${root}/`))
    .sort((a, b) => b.root.length - a.root.length)[0]
}

/** The module path below the repository's root without `/vN`: the directory of the code, and the prefix of its tags. */
export function codeDirectory(module: string, { root, subdirectory = '' }: PageSpec): string {
  if (module === root) return subdirectory
  const { prefix, pathMajor } = splitPathVersion(module)
  const below = (pathMajor.startsWith('/') ? prefix : module).slice(root.length + 1)
  return [subdirectory, below].filter((part) => part !== '').join('/')
}

/** Short name of the tag that Go reads for a version. */
export function tagFor(module: string, version: string, pages: readonly PageSpec[]): string {
  const directory = codeDirectory(module, rootOf(module, pages))
  const plain = version.replace(/\+incompatible$/, '')
  return directory === '' ? plain : `${directory}/${plain}`
}
