import { GomodError } from './errors.ts'
import { build, canonicalVersion, major } from './semver.ts'

/**
 * Which module, import and file paths Go accepts, how a path carries its major version, and how paths and versions are
 * written in URLs. After https://go.dev/ref/mod#go-mod-file-ident and https://go.dev/ref/mod#zip-path-size-constraints;
 * where documentation and the go command differ (`a..b` is fine), the command is followed.
 */

type PathKind = 'module' | 'import' | 'file'

const ELEMENT_CHARS: Record<PathKind, RegExp> = {
  module: /^[A-Za-z0-9\-._~]*$/,
  import: /^[A-Za-z0-9\-._~+]*$/,
  file: /^[A-Za-z0-9 !#$%&()+,\-.=@[\]^_{}~\p{L}]*$/u,
}
const FIRST_ELEMENT_CHARS = /^[a-z0-9.-]*$/
/**
 * Nearly every module path: nothing in it that a rule below is about. The last element ends in no digit, so that it is no
 * version; what does not match is merely looked at closely.
 */
const PLAIN_PATH =
  /^(?!gopkg\.in\/)(?:(?!(?:con|prn|aux|nul|com[1-9]|lpt[1-9])\.)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+)(?:\/(?!(?:[Cc][Oo][Nn]|[Pp][Rr][Nn]|[Aa][Uu][Xx]|[Nn][Uu][Ll]|[Cc][Oo][Mm][1-9]|[Ll][Pp][Tt][1-9])(?:[./]|$))[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)*(?<![0-9])$/
const WINDOWS_NAME = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/i
const TILDE_DIGITS = /~[0-9]+$/

/** Throws `invalid-path` where Go does not accept `path` as a module path. */
export function checkModulePath(path: string): void {
  throwFault('module path', path, modulePathFault(path))
}

/** What is wrong with a module path, in a few words; null where nothing is. */
export function modulePathFault(path: string): string | null {
  if (PLAIN_PATH.test(path)) return null
  const fault = pathFault(path, 'module')
  if (fault !== null) return fault
  const first = path.split('/', 1)[0] ?? ''
  if (!FIRST_ELEMENT_CHARS.test(first)) return 'invalid character in first path element'
  if (!first.includes('.')) return 'missing dot in first path element'
  return splitPathVersion(path).ok ? null : 'invalid major version suffix'
}

/** Throws `invalid-path` where `path` is not a legal import path. */
export function checkImportPath(path: string): void {
  throwFault('import path', path, pathFault(path, 'import'))
}

/** Throws `invalid-path` where `path` may not name a file of a module zip (slash-separated, relative to the module). */
export function checkFilePath(path: string): void {
  throwFault('file path', path, filePathFault(path))
}

/** What is wrong with a file path of a module zip, in a few words; null where nothing is. */
export function filePathFault(path: string): string | null {
  return pathFault(path, 'file')
}

/**
 * A path without its major version suffix, and that suffix: `example.com/a/v2` gives `example.com/a` and `/v2`,
 * `gopkg.in/yaml.v2` gives `gopkg.in/yaml` and `.v2`. `ok` is false for suffixes that Go forbids (`/v1`, `/v01`).
 */
export function splitPathVersion(path: string): { prefix: string; pathMajor: string; ok: boolean } {
  if (path.startsWith('gopkg.in/')) return splitGopkgIn(path)
  if (!/[0-9.]$/.test(path)) return { prefix: path, pathMajor: '', ok: true }
  const match = /^(.*)\/v([0-9.]+)$/s.exec(path)
  if (!match) return { prefix: path, pathMajor: '', ok: true }
  const [, prefix = '', number = ''] = match
  if (number.includes('.') || number.startsWith('0') || number === '1') {
    return { prefix: path, pathMajor: '', ok: false }
  }
  return { prefix, pathMajor: `/v${number}`, ok: true }
}

function splitGopkgIn(path: string): { prefix: string; pathMajor: string; ok: boolean } {
  const match = /^(.*)(\.v(?:0|[1-9][0-9]*(?:-unstable)?))$/s.exec(path)
  if (!match) return { prefix: path, pathMajor: '', ok: false }
  return { prefix: match[1] ?? '', pathMajor: match[2] ?? '', ok: true }
}

/** Whether `version` may be a version of a module whose path has the major suffix `pathMajor` (as split off above). */
export function matchesPathMajor(version: string, pathMajor: string): boolean {
  const suffix =
    pathMajor.startsWith('.v') && pathMajor.endsWith('-unstable') ? pathMajor.slice(0, -9) : pathMajor
  // Pseudo-versions of gopkg.in/….v1 were once written v0.0.0-…; Go keeps accepting them.
  if (version.startsWith('v0.0.0-') && suffix === '.v1') return true
  const versionMajor = major(version)
  if (suffix !== '') return versionMajor === suffix.slice(1)
  return versionMajor === 'v0' || versionMajor === 'v1' || build(version) === '+incompatible'
}

/** Throws `invalid-version` where {@link matchesPathMajor} is false. */
export function checkPathMajor(version: string, pathMajor: string): void {
  if (matchesPathMajor(version, pathMajor)) return
  const wanted = pathMajor === '' ? 'v0 or v1' : pathMajor.slice(1)
  throw new GomodError(
    'invalid-version',
    `version ${JSON.stringify(version)}: the module path wants major ${wanted}`,
  )
}

/** Throws `invalid-path` or `invalid-version` where `path@version`, in canonical form, cannot exist. */
export function checkModuleVersion(path: string, version: string): void {
  checkModulePath(path)
  if (version === '' || canonicalVersion(version) !== version) {
    throw new GomodError('invalid-version', `version ${JSON.stringify(version)}: not a canonical version`)
  }
  checkPathMajor(version, splitPathVersion(path).pathMajor)
}

/** The form of a module path in URLs and file names: each capital becomes `!` and its small letter. Throws `invalid-path`. */
export function escapePath(path: string): string {
  checkModulePath(path)
  return escapeCapitals(path)
}

/** The form of a version in URLs and file names. Throws `invalid-version` where it could not be one path element. */
export function escapeVersion(version: string): string {
  if (/[!/\u0080-\uffff]/.test(version) || pathFault(version, 'file') !== null) {
    throw new GomodError('invalid-version', `version ${JSON.stringify(version)}: not usable in a URL`)
  }
  return escapeCapitals(version)
}

/** The module path behind an escaped one. Throws `invalid-path` where it is not an escaped module path. */
export function unescapePath(escaped: string): string {
  const path = unescapeCapitals(escaped)
  if (path === null) throwFault('escaped module path', escaped, 'wrong use of capitals or "!"')
  checkModulePath(path)
  return path
}

/** The version behind an escaped one. Throws `invalid-version` where it is not an escaped version. */
export function unescapeVersion(escaped: string): string {
  const version = unescapeCapitals(escaped)
  if (version === null || version.includes('/') || pathFault(version, 'file') !== null) {
    throw new GomodError('invalid-version', `escaped version ${JSON.stringify(escaped)}: not valid`)
  }
  return version
}

function escapeCapitals(text: string): string {
  return text.replaceAll(/[A-Z]/g, (capital) => `!${capital.toLowerCase()}`)
}

function unescapeCapitals(escaped: string): string | null {
  if (!/^(?:![a-z]|[^!A-Z\u0080-\u{10ffff}])*$/u.test(escaped)) return null
  return escaped.replaceAll(/![a-z]/g, (pair) => pair.slice(1).toUpperCase())
}

function pathFault(path: string, kind: PathKind): string | null {
  if (!path.isWellFormed()) return 'invalid UTF-8'
  if (path === '') return 'empty string'
  if (kind !== 'file' && path.startsWith('-')) return 'leading dash'
  if (path.includes('//')) return 'double slash'
  if (path.endsWith('/')) return 'trailing slash'
  for (const element of path.split('/')) {
    const fault = elementFault(element, kind)
    if (fault !== null) return fault
  }
  return null
}

function elementFault(element: string, kind: PathKind): string | null {
  if (element === '') return 'empty path element'
  if (/^\.+$/.test(element)) return `invalid path element ${JSON.stringify(element)}`
  if (kind === 'module' && element.startsWith('.')) return 'leading dot in path element'
  if (element.endsWith('.')) return 'trailing dot in path element'
  if (!ELEMENT_CHARS[kind].test(element)) return `invalid character in ${JSON.stringify(element)}`
  // Windows takes `aux.go` for the device AUX, and `long~1` for the short name of another file.
  const stem = element.split('.', 1)[0] ?? ''
  if (WINDOWS_NAME.test(stem)) return `path element ${JSON.stringify(element)} is reserved on Windows`
  if (kind !== 'file' && TILDE_DIGITS.test(stem)) return 'trailing tilde and digits in path element'
  return null
}

function throwFault(what: string, untrustedPath: string, fault: string): never
function throwFault(what: string, untrustedPath: string, fault: string | null): void
function throwFault(what: string, untrustedPath: string, fault: string | null): void {
  if (fault !== null) {
    throw new GomodError('invalid-path', `${what} ${JSON.stringify(untrustedPath)}: ${fault}`)
  }
}
