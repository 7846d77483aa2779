import { GomodError } from '../errors.ts'
import { modulePathFault } from '../paths/module-path.ts'
import { type GoPackageUrl, parseGoPackageUrl } from '../paths/package-url.ts'

/** Go modules of a bill of materials. */
export interface BillModules {
  /** Module paths, each once, in the order of the document. */
  modules: string[]
  /** Package URLs of Go that name no module path and not the standard library. */
  unreadable: string[]
}

/** What a document says of one component: only this much of it is read. */
interface Named {
  url: string
  name: string | null
}

/** Components of the largest bills seen are some 50,000; an inventory of a whole company may be larger. */
const MOST_COMPONENTS = 1_000_000
/** CycloneDX nests components; deeper than this is no bill of anything. */
const DEEPEST = 50

/**
 * The Go modules of a bill of materials: CycloneDX in JSON, SPDX 2 in JSON or as tag-value text, SPDX 3 in JSON-LD; also
 * where it is wrapped in an in-toto statement or in the answer of GitHub's dependency graph. What the bill is about, a
 * CycloneDX document's `metadata.component`, is not one of them.
 *
 * @throws GomodError `malformed` where it is none of these; `too-large` where it lists too much
 */
export function modulesOfBill(untrustedText: string): BillModules {
  const isTagValue = /^SPDXVersion:/m.test(untrustedText.slice(0, 10_000))
  const named = isTagValue ? tagValueUrls(untrustedText) : namedIn(parseJson(untrustedText))
  if (named === null) throw new GomodError('malformed', 'neither a CycloneDX nor an SPDX document')
  const all = named.flatMap(readUrl)
  const modules = new Set(all.filter(({ type }) => type !== 'package').flatMap(({ module }) => module ?? []))
  const unreadable = new Set<string>()
  for (const { url, path, module } of all) {
    if (modules.has(path) || isInside(path, modules)) continue
    // `std` and names without a dot are nothing that the mirror has.
    if (module !== null) modules.add(module)
    else if (path === '' || path.includes('.')) unreadable.add(url)
  }
  return { modules: [...modules], unreadable: [...unreadable] }
}

interface Read {
  url: string
  path: string
  /** Null where the path is no module path. */
  module: string | null
  type: string | null
}

/** Nothing for other kinds of packages. */
function readUrl({ url, name }: Named): Read[] {
  if (!/^pkg:\/*golang\//i.test(url)) return []
  const parsed = parseGoPackageUrl(url)
  const path = parsed === null ? '' : spelledPath(parsed, name)
  return [{ url, path, module: modulePathFault(path) === null ? path : null, type: parsed?.type ?? null }]
}

/** Package URLs of Go are written in small letters, against the case of the path; the component's name has it. */
function spelledPath({ path }: GoPackageUrl, name: string | null): string {
  return name !== null && name !== path && name.toLowerCase() === path.toLowerCase() ? name : path
}

function isInside(path: string, modules: ReadonlySet<string>): boolean {
  for (let parent = path; parent !== ''; parent = parent.slice(0, Math.max(0, parent.lastIndexOf('/')))) {
    if (modules.has(parent)) return true
  }
  return false
}

function parseJson(untrustedText: string): unknown {
  try {
    return JSON.parse(untrustedText.replace(/^\uFEFF/, ''))
  } catch (error) {
    const what = untrustedText.trimStart().startsWith('<') ? 'XML, and only JSON is read' : 'not JSON'
    throw new GomodError('malformed', what, { cause: error })
  }
}

function namedIn(document: unknown, isWrapped = false): Named[] | null {
  const root = asRecord(document)
  if (root === null) return null
  if (root['bomFormat'] === 'CycloneDX') return componentUrls(asList(root['components']))
  if (typeof root['spdxVersion'] === 'string') return asList(root['packages']).flatMap(packageUrls)
  const isSpdx3 = JSON.stringify(root['@context'] ?? null).includes('spdx.org/rdf/3')
  if (isSpdx3) return asList(root['@graph'] ?? [root]).flatMap(elementUrls)
  // An in-toto statement has the bill as its predicate; GitHub answers {"sbom": …}.
  return isWrapped ? null : namedIn(root['predicate'] ?? root['sbom'], true)
}

function componentUrls(components: unknown[]): Named[] {
  const named: Named[] = []
  let level = components
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST || named.length + level.length > MOST_COMPONENTS) {
      const what = `more than ${MOST_COMPONENTS} components, or ${DEEPEST} levels of them`
      throw new GomodError('too-large', what)
    }
    const records = level.map(asRecord).filter((record) => record !== null)
    for (const { purl, name } of records) named.push(...urlOf(purl, name))
    level = records.flatMap((record) => asList(record['components']))
  }
  return named
}

function packageUrls(spdx2Package: unknown): Named[] {
  const found = asRecord(spdx2Package)
  return asList(found?.['externalRefs']).flatMap((reference) => {
    const { referenceType: type, referenceLocator: url } = asRecord(reference) ?? {}
    const isUrl = type === 'purl' || (typeof type === 'string' && type.endsWith('/purl'))
    return isUrl ? urlOf(url, found?.['name']) : []
  })
}

/** SPDX 3 is a graph of elements; a package has its URL in a field of its own, or among its identifiers. */
function elementUrls(element: unknown): Named[] {
  const found = asRecord(element)
  if (found === null) return []
  const identifiers = asList(found['externalIdentifier']).flatMap((identifier) => {
    const { externalIdentifierType: type, identifier: url } = asRecord(identifier) ?? {}
    return type === 'packageUrl' || type === 'purl' ? urlOf(url, found['name']) : []
  })
  return [...urlOf(found['software_packageUrl'], found['name']), ...identifiers]
}

/** SPDX 2 as text: https://spdx.github.io/spdx-spec/v2.3/ */
function tagValueUrls(untrustedText: string): Named[] {
  const named: Named[] = []
  let name: string | null = null
  for (const line of untrustedText.split('\n')) {
    const [, tag, value = ''] = /^(PackageName|ExternalRef):\s*(.*?)\s*$/.exec(line) ?? []
    if (tag === 'PackageName') name = value
    const [, url] = (tag === 'ExternalRef' && /^\S+\s+(?:\S*\/)?purl\s+(\S+)$/.exec(value)) || []
    if (url !== undefined) named.push({ url, name })
  }
  return named
}

function urlOf(url: unknown, name: unknown): Named[] {
  return typeof url === 'string' ? [{ url, name: typeof name === 'string' ? name : null }] : []
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
