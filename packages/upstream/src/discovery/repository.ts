import { GomodError } from '@mirrorwatch/gomod/errors'
import { splitPathVersion } from '@mirrorwatch/gomod/paths/module-path'
import { type ModulePlace, placeInRepository } from '@mirrorwatch/gomod/tree/module-dir'
import { type InsteadOf, rewriteUrl } from '../git/instead-of.ts'
import { parseRepositoryUrl } from '../git/remote.ts'
import type { HttpClient } from '../http/types.ts'
import { type GoImport, matchGoImport, parseGoImports } from './go-import.ts'
import { type KnownRepository, knownRepository, shortcutRepository } from './known-hosts.ts'

/** How a repository was found: `origin` by the mirror's record, `host` by the path's shape, `page` by a go-import tag. */
type FoundVia = 'given' | 'origin' | 'host' | 'shortcut' | 'page'

export interface RepositoryLocation {
  /** Module path of the repository's root; null where it is not known (a repository given by hand, or by Origin). */
  root: string | null
  /** Address, not rewritten. */
  url: string
  /** `git`, `hg`, `svn`, `bzr`, `fossil`; `mod`: `url` is a module proxy and there is no repository. */
  vcs: string
  /** Module path below the root without `/vN`, of the first of `places`. */
  subdir: string
  /** Folders of the repository in which the module can be, likeliest first. Never empty. */
  places: ModulePlace[]
  via: FoundVia
  notes: string[]
}

/** The mirror's record from when it cached the version; nothing in it is authenticated. */
interface UntrustedOrigin {
  VCS?: string | undefined
  URL?: string | undefined
  Subdir?: string | undefined
}

export interface ResolveOptions {
  origin?: UntrustedOrigin | null
  insteadOf?: readonly InsteadOf[]
  signal?: AbortSignal | undefined
  /** True to ask the path's own page where a shortcut would do. */
  skipShortcuts?: boolean
}

/** A go-get page: some vanity hosts send their whole home page. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024
const MAX_PAGE_REDIRECTS = 10

/**
 * Finds the repository of a module path, as the go command would: by the mirror's record where there is one, by the path's
 * shape for known hosts, else by the go-import tag of the path's page.
 *
 * Source: https://go.dev/ref/mod#vcs-find
 *
 * @throws GomodError `invalid-path`; `not-found` where the page has no usable tag; `forbidden-address`, `retry-later`.
 */
export async function resolveRepository(
  http: HttpClient,
  modulePath: string,
  options: ResolveOptions = {},
): Promise<RepositoryLocation> {
  const known = knownRepository(modulePath)
  const shortcut = options.skipShortcuts === true ? null : shortcutRepository(modulePath)
  const origin = options.origin ?? null
  if (origin?.URL) return fromOrigin(modulePath, origin, known)
  if (known !== null) return fromKnown(modulePath, known, 'host')
  if (shortcut !== null) return fromKnown(modulePath, shortcut, 'shortcut')
  return fromPage(http, modulePath, options)
}

function fromKnown(modulePath: string, known: KnownRepository, via: FoundVia): RepositoryLocation {
  return location(modulePath, { ...known, subdir: '' }, via)
}

function location(
  modulePath: string,
  found: KnownRepository & { subdir: string },
  via: FoundVia,
): RepositoryLocation {
  const place = placeInRepository(modulePath, found.root, found.subdir)
  if (place === null) {
    throw new GomodError('invalid-path', `a repository rooted at ${found.root} cannot contain ${modulePath}`)
  }
  const { root, url, vcs } = found
  return { root, url, vcs, subdir: place.codeDir, places: [place], via, notes: [] }
}

/** Origin tells the repository and the directory, but not whether the root path covers `/vN`. */
function fromOrigin(
  modulePath: string,
  origin: UntrustedOrigin,
  known: KnownRepository | null,
): RepositoryLocation {
  const url = parseRepositoryUrl(origin.URL ?? '').href.replace(/\/$/, '')
  const vcs = origin.VCS ?? 'git'
  if (known !== null) return { ...fromKnown(modulePath, known, 'origin'), url, vcs }
  const codeDir = cleanDirectory(origin.Subdir ?? '')
  const { pathMajor } = splitPathVersion(modulePath)
  const place: ModulePlace = { codeDir, pathMajor, rootIsModule: null }
  return { root: null, url, vcs, subdir: codeDir, places: [place], via: 'origin', notes: [] }
}

/** @throws GomodError `bad-response` where it is not a plain relative directory. */
function cleanDirectory(untrustedDirectory: string): string {
  if (untrustedDirectory === '') return ''
  const plain = untrustedDirectory.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (!plain || untrustedDirectory.startsWith('-') || /[\p{Cc}\\:]/u.test(untrustedDirectory)) {
    throw new GomodError('bad-response', 'the module is said to be in a directory that is none')
  }
  return untrustedDirectory
}

async function fromPage(
  http: HttpClient,
  modulePath: string,
  options: ResolveOptions,
): Promise<RepositoryLocation> {
  const tag = await goImportOf(http, modulePath, modulePath, options)
  if (tag.root !== modulePath) await requireSameTag(http, modulePath, tag, options)
  if (!tag.repository.includes('://')) {
    throw new GomodError('not-found', `the page of ${modulePath} names a repository without a scheme`)
  }
  const url = parseRepositoryUrl(tag.repository).href.replace(/\/$/, '')
  const found = { root: tag.root, url, vcs: tag.vcs, subdir: cleanDirectory(tag.subdir) }
  return location(modulePath, found, 'page')
}

/** A page may only speak for the root that it names if that root's own page agrees. */
async function requireSameTag(
  http: HttpClient,
  modulePath: string,
  tag: GoImport,
  options: ResolveOptions,
): Promise<void> {
  const own = await goImportOf(http, tag.root, modulePath, options)
  const same = own.root === tag.root && own.vcs === tag.vcs && own.repository === tag.repository
  if (same && own.subdir === tag.subdir) return
  throw new GomodError(
    'not-found',
    `the pages of ${modulePath} and of ${tag.root} disagree about the repository`,
  )
}

/** The tag on the page of `pagePath` that covers `modulePath`. */
async function goImportOf(
  http: HttpClient,
  pagePath: string,
  modulePath: string,
  options: ResolveOptions,
): Promise<GoImport> {
  const address = pagePath.includes('/') ? `https://${pagePath}` : `https://${pagePath}/`
  const { url } = rewriteUrl(options.insteadOf ?? [], address)
  const response = await http.request(`${url}?go-get=1`, {
    maxBytes: MAX_PAGE_BYTES,
    maxRedirects: MAX_PAGE_REDIRECTS,
    ...(options.signal && { signal: options.signal }),
  })
  const { imports } = parseGoImports(response.body.toString('utf8'))
  const tag = matchGoImport(imports, modulePath)
  if (tag !== null && tag !== 'ambiguous') return tag
  if (tag === 'ambiguous')
    throw new GomodError('not-found', `${pagePath} has two go-import tags for ${modulePath}`)
  if (response.status === 429 || response.status >= 500) {
    throw new GomodError('retry-later', `${pagePath} answered ${response.status}`)
  }
  const others = imports.length > 0 ? 'only go-import tags of other paths' : 'no go-import tag'
  throw new GomodError('not-found', `the page of ${pagePath} has ${others} (status ${response.status})`)
}

/**
 * The location of a module in a repository that a person named. Its root path is known for known hosts; else any directory
 * that the path's end names can be it, longest first: the tags and go.mod files decide.
 */
export function givenRepository(modulePath: string, url: string): RepositoryLocation {
  const known = knownRepositoryOrNull(modulePath)
  if (known !== null) return { ...fromKnown(modulePath, known, 'given'), url, vcs: 'git' }
  const { prefix, pathMajor } = splitPathVersion(modulePath)
  const elements = pathMajor.startsWith('.') ? [] : prefix.split('/').slice(1)
  const places: ModulePlace[] = []
  for (let from = 0; from <= elements.length; from++) {
    places.push({ codeDir: elements.slice(from).join('/'), pathMajor, rootIsModule: null })
  }
  return {
    root: null,
    url,
    vcs: 'git',
    subdir: places[0]?.codeDir ?? '',
    places,
    via: 'given',
    notes: [],
  }
}

/** With a repository in hand, a path that its host would refuse is no obstacle. */
function knownRepositoryOrNull(modulePath: string): KnownRepository | null {
  try {
    return knownRepository(modulePath) ?? shortcutRepository(modulePath)
  } catch (error) {
    if (error instanceof GomodError && error.code === 'invalid-path') return null
    throw error
  }
}
