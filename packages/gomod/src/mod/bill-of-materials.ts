import { GomodError } from '../errors.ts'
import { modulePathFault } from '../paths/module-path.ts'
import { type GoPackageUrl, parseGoPackageUrl } from '../paths/package-url.ts'
import type { ModuleUse } from './project-files.ts'

/** Go modules of a bill of materials. */
export interface BillModules {
  /** Module paths, each once, in the order of the document. */
  modules: string[]
  /** Modules with the versions of their components. */
  uses: ModuleUse[]
  /** Package URLs of Go that name no module path and not the standard library. */
  unreadable: string[]
  /** Package URLs that name another module than their component does; both are among the modules. */
  ambiguous: string[]
}

/** Component of a document, reduced to what is read from it. */
interface Named {
  url: string
  /** Names of the component: its plain name, and the name prefixed with its group. */
  names: string[]
}

/** Limit on components. The largest known bills have some 50,000; the inventory of a whole company may be larger. */
const MOST_COMPONENTS = 1_000_000
/** Limit on nesting. CycloneDX nests components, but no real bill nests them deeper. */
const DEEPEST = 50

/**
 * Returns the Go modules of a bill of materials. Reads CycloneDX in JSON or XML, SPDX 2 in JSON or as tag-value text, SPDX 3
 * in JSON-LD, and Syft's own JSON; also inside an in-toto statement or the answer of GitHub's dependency graph. The subject
 * of the bill, a CycloneDX document's `metadata.component`, is not included.
 *
 * @throws GomodError `malformed` for any other format; `too-large` if it lists too much
 */
export function modulesOfBill(untrustedText: string): BillModules {
  const named = readBill(untrustedText.replace(/^\uFEFF/, ''))
  if (named === null) throw new GomodError('malformed', 'neither a CycloneDX, an SPDX nor a Syft document')
  const all = named.flatMap(readUrl)
  const modules = new Set(all.filter(({ type }) => type !== 'package').flatMap(({ modules }) => modules))
  const unreadable = new Set<string>()
  const ambiguous = new Set<string>()
  for (const { url, path, modules: meant } of all) {
    if (meant.length > 1) ambiguous.add(url)
    if (modules.has(path) || isInside(path, modules)) continue
    for (const module of meant) modules.add(module)
    // The mirror has neither `std` nor names without a dot.
    if (meant.length === 0 && (path === '' || path.includes('.'))) unreadable.add(url)
  }
  const uses = all.flatMap(({ modules: meant, version }) =>
    meant.filter((path) => modules.has(path)).map((path) => ({ path, version })),
  )
  return { modules: [...modules], uses, unreadable: [...unreadable], ambiguous: [...ambiguous] }
}

function readBill(untrustedText: string): Named[] | null {
  if (/^SPDXVersion:/m.test(untrustedText.slice(0, 10_000))) return tagValueUrls(untrustedText)
  if (untrustedText.trimStart().startsWith('<')) return xmlUrls(untrustedText)
  return namedIn(parseJson(untrustedText))
}

interface Read {
  url: string
  path: string
  /** Modules that the component may mean: empty if nothing names a module path, two if URL and name disagree. */
  modules: string[]
  type: string | null
  version: string | null
}

/** Reads the module of a component. Returns an empty list for other kinds of packages. */
function readUrl({ url, names }: Named): Read[] {
  if (!/^pkg:\/*golang\//i.test(url)) return []
  const parsed = parseGoPackageUrl(url)
  const path = parsed === null ? '' : spelledPath(modulePath(parsed, names), names)
  const { type = null, version = null } = parsed ?? {}
  return [{ url, path, modules: modulesMeant(path, names), type, version }]
}

/**
 * Returns the path of the module that a URL names. By the specification a subpath is a folder of the package. Syft also uses
 * it for a module nested in a repository; the component's name, or the major version, then shows that the full path is meant.
 */
function modulePath({ path, subpath, version }: GoPackageUrl, names: readonly string[]): string {
  if (subpath === null || subpath === '') return path
  const nested = `${path}/${subpath}`
  if (names.some((name) => isSameSpelling(name, nested))) return nested
  const major = /^v([0-9]+)/.exec(version ?? '')?.[1]
  return major !== undefined && Number(major) > 1 && subpath.endsWith(`v${major}`) ? nested : path
}

/** Restores the letter case of a path from the component's name; package URLs of Go are written in lower case. */
function spelledPath(path: string, names: readonly string[]): string {
  return names.find((name) => isSameSpelling(name, path)) ?? path
}

function isSameSpelling(name: string, path: string): boolean {
  return name.toLowerCase() === path.toLowerCase()
}

/**
 * Returns the modules that a path and the component's names may mean. Some generators lose parts of the path
 * (`pkg:golang/github.com/bolt` for github.com/boltdb-go/bolt); the component's name is then the module. If name and URL are
 * two module paths and neither shortens the other, either may be meant.
 */
function modulesMeant(path: string, names: readonly string[]): string[] {
  const isModule = modulePathFault(path) === null
  const name = names.find((each) => each.includes('/') && modulePathFault(each) === null)
  if (name === undefined || name === path) return isModule ? [path] : []
  if (isShortened(path, name)) return [name]
  if (!isModule) return []
  return name.startsWith(`${path}/`) ||
    path.startsWith(`${name}/`) ||
    path.split('/')[0] !== name.split('/')[0]
    ? [path]
    : [path, name]
}

/** Returns true if `path` is `name` with some elements before the last removed. */
function isShortened(path: string, name: string): boolean {
  const short = path.split('/')
  const long = name.split('/')
  if (path === '' || short.length >= long.length || short.at(-1) !== long.at(-1)) return false
  let at = 0
  for (const element of long) if (element === short[at]) at++
  return at === short.length
}

function isInside(path: string, modules: ReadonlySet<string>): boolean {
  for (let parent = path; parent !== ''; parent = parent.slice(0, Math.max(0, parent.lastIndexOf('/')))) {
    if (modules.has(parent)) return true
  }
  return false
}

function parseJson(untrustedText: string): unknown {
  try {
    return JSON.parse(untrustedText)
  } catch (error) {
    throw new GomodError('malformed', 'not JSON, XML or SPDX text', { cause: error })
  }
}

function namedIn(document: unknown, isWrapped = false): Named[] | null {
  const root = asRecord(document)
  if (root === null) return null
  if (root['bomFormat'] === 'CycloneDX') return componentUrls(asList(root['components']))
  if (Array.isArray(root['artifacts'])) return componentUrls(asList(root['artifacts']))
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
      throw tooMuch()
    }
    const records = level.map(asRecord).filter((record) => record !== null)
    for (const { purl, name, group } of records) named.push(...urlOf(purl, name, group))
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

/** Reads an element of SPDX 3, a graph of elements. A package has its URL in a dedicated field or among its identifiers. */
function elementUrls(element: unknown): Named[] {
  const found = asRecord(element)
  if (found === null) return []
  const identifiers = asList(found['externalIdentifier']).flatMap((identifier) => {
    const { externalIdentifierType: type, identifier: url } = asRecord(identifier) ?? {}
    return type === 'packageUrl' || type === 'purl' ? urlOf(url, found['name']) : []
  })
  return [...urlOf(found['software_packageUrl'], found['name']), ...identifiers]
}

/** Reads SPDX 2 as text: https://spdx.github.io/spdx-spec/v2.3/ */
function tagValueUrls(untrustedText: string): Named[] {
  const named: Named[] = []
  let name: string | null = null
  for (const line of untrustedText.split('\n')) {
    const [, tag, value = ''] = /^(PackageName|ExternalRef):\s*(.*?)\s*$/.exec(line) ?? []
    if (tag === 'PackageName') name = value
    const [, url] = (tag === 'ExternalRef' && /^\S+\s+(?:\S*\/)?purl\s+(\S+)$/.exec(value)) || []
    if (url !== undefined) named.push({ url, names: name === null ? [] : [name] })
  }
  return named
}

/** Elements of CycloneDX in XML (https://cyclonedx.org/docs/1.6/xml/) that name components. */
const XML_TAG = /<(\/?)(?:[\w.-]+:)?(metadata|component|group|name|purl)(?=[\s/>])([^<>]*)>([^<]*)/g

/** Reads the URLs of components. Interprets nothing else in the document and expands no entity. */
function xmlUrls(untrustedText: string): Named[] | null {
  if (!/<(?:[\w.-]+:)?bom[\s>]/.test(untrustedText.slice(0, 10_000))) return null
  const named: Named[] = []
  const open: { name?: string; group?: string; purl?: string }[] = []
  let isMetadata = false
  for (const [, close, tag, attributes = '', text = ''] of untrustedText.matchAll(XML_TAG)) {
    if (tag === 'metadata') isMetadata = close === '' && !attributes.endsWith('/')
    else if (tag === 'component' && close === '' && !attributes.endsWith('/')) open.push({})
    else if (tag === 'component' && close !== '') {
      const { purl, name, group } = open.pop() ?? {}
      if (!isMetadata) named.push(...urlOf(purl, name, group))
    } else if (close === '') {
      const component = open.at(-1)
      // A licence in a component has a name too, but the component's own name comes first.
      if (component !== undefined && (tag === 'name' || tag === 'group' || tag === 'purl'))
        component[tag] ??= decodeXml(text.trim())
    }
    if (open.length > DEEPEST || named.length > MOST_COMPONENTS) throw tooMuch()
  }
  return named
}

const XML_ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decodeXml(text: string): string {
  return text.replaceAll(/&(lt|gt|amp|quot|apos);/g, (all, name: string) => XML_ENTITIES[name] ?? all)
}

function urlOf(url: unknown, name: unknown, group?: unknown): Named[] {
  if (typeof url !== 'string') return []
  if (typeof name !== 'string') return [{ url, names: [] }]
  return [{ url, names: typeof group === 'string' && group !== '' ? [`${group}/${name}`, name] : [name] }]
}

function tooMuch(): GomodError {
  return new GomodError('too-large', `more than ${MOST_COMPONENTS} components, or ${DEEPEST} levels of them`)
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
