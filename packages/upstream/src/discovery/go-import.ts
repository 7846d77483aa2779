/**
 * The `go-import` and `go-source` tags of a page, which say where a module path's repository is
 * (https://go.dev/ref/mod#vcs-find). Go reads pages as lenient XML; the page is the attacker's.
 */

export interface GoImport {
  /** Import path that corresponds to the repository's root. */
  root: string
  /** `git`, `hg`, `svn`, `bzr`, `fossil`, or `mod` for a module proxy. Anything: not checked here. */
  vcs: string
  repository: string
  /** Directory of the root inside the repository (Go 1.25); '' usually. */
  subdir: string
}

interface GoSource {
  root: string
  home: string
}

export interface GoPage {
  imports: GoImport[]
  sources: GoSource[]
}

/** More tags than this on one page are not read: the largest honest pages (monorepos of vanity paths) have hundreds. */
const MAX_TAGS = 10_000
/** The longest attribute value that is taken. */
const MAX_VALUE_CHARS = 4096

const NAME = /[A-Za-z][^\s/>=]*/y
const SPACE = /[\s/]*/y
const UNQUOTED = /[^\s>]*/y

/** All tags of the page's head. Never throws: what is not a tag is skipped. Linear in the length of the page. */
export function parseGoImports(untrustedHtml: string): GoPage {
  const page: GoPage = { imports: [], sources: [] }
  let at = untrustedHtml.indexOf('<')
  for (let tags = 0; at >= 0 && tags < MAX_TAGS; at = untrustedHtml.indexOf('<', at)) {
    if (untrustedHtml.startsWith('<!--', at)) {
      const end = untrustedHtml.indexOf('-->', at + 4)
      if (end < 0) return page
      at = end + 3
      continue
    }
    const tag = /^<(\/?[A-Za-z]{0,8})/.exec(untrustedHtml.slice(at, at + 10))?.[1]?.toLowerCase() ?? ''
    if (tag === '/head' || tag === 'body') return page
    if (tag !== 'meta') {
      at += 1
      continue
    }
    tags++
    const { attributes, end } = readAttributes(untrustedHtml, at + '<meta'.length)
    addTag(page, attributes)
    at = end
  }
  return page
}

function addTag(page: GoPage, attributes: Map<string, string>): void {
  const name = attributes.get('name')
  const fields = (attributes.get('content') ?? '').split(/\s+/).filter(Boolean)
  const [root = '', second = '', third = '', fourth = ''] = fields
  if (name === 'go-import' && (fields.length === 3 || fields.length === 4)) {
    page.imports.push({ root, vcs: second, repository: third, subdir: fourth })
  }
  if (name === 'go-source' && fields.length === 4) page.sources.push({ root, home: second })
}

/** Attributes from `start` to the `>` that ends the tag. Names are lower-cased; the first of two equal names counts. */
function readAttributes(html: string, start: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>()
  let at = start
  while (at < html.length) {
    at = skip(SPACE, html, at)
    if (html[at] === '>') return { attributes, end: at + 1 }
    const nameEnd = skip(NAME, html, at)
    if (nameEnd === at) {
      at += 1
      continue
    }
    const name = html.slice(at, nameEnd).toLowerCase()
    const value = readValue(html, nameEnd)
    if (!attributes.has(name)) attributes.set(name, unescapeHtml(value.text.slice(0, MAX_VALUE_CHARS)))
    at = value.end
  }
  return { attributes, end: html.length }
}

function readValue(html: string, start: number): { text: string; end: number } {
  let at = skip(SPACE, html, start)
  if (html[at] !== '=') return { text: '', end: start }
  at = skip(SPACE, html, at + 1)
  const quote = html[at]
  if (quote !== '"' && quote !== "'") {
    const end = skip(UNQUOTED, html, at)
    return { text: html.slice(at, end), end }
  }
  const end = html.indexOf(quote, at + 1)
  if (end < 0) return { text: '', end: html.length }
  return { text: html.slice(at + 1, end), end: end + 1 }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Named and numeric references, as Go's XML reader takes them; what is neither stays as it is. */
function unescapeHtml(text: string): string {
  return text.replaceAll(
    /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));/g,
    (all, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? all
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : all
    },
  )
}

/**
 * The tag that covers `path`: its root is the path or a prefix of it at a slash. `mod` tags come before others of the same
 * page. Null where none covers it; `ambiguous` where two do.
 */
export function matchGoImport(imports: readonly GoImport[], path: string): GoImport | 'ambiguous' | null {
  const covering = imports.filter(({ root }) => path === root || path.startsWith(`${root}/`))
  const proxies = covering.filter(({ vcs }) => vcs === 'mod')
  const usable = proxies.length > 0 ? proxies : covering
  const [first, second] = usable
  if (first === undefined) return null
  return second === undefined ? first : 'ambiguous'
}
