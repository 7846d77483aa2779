import { GomodError } from '../errors.ts'
import { build, canonicalVersion, major } from './semver.ts'

/**
 * Rules for the module, import and file paths that Go accepts, for major version suffixes, and for escaping paths and
 * versions in URLs. Follows https://go.dev/ref/mod#go-mod-file-ident and https://go.dev/ref/mod#zip-path-size-constraints.
 * Where documentation and the go command differ (`a..b` is fine), the code follows the command.
 */

type PathKind = 'module' | 'import' | 'file'

const ELEMENT_CHARS: Record<PathKind, RegExp> = {
  module: /^[A-Za-z0-9\-._~]*$/,
  import: /^[A-Za-z0-9\-._~+]*$/,
  file: /^[A-Za-z0-9 !#$%&()+,\-.=@[\]^_{}~\p{L}]*$/u,
}
const FIRST_ELEMENT_CHARS = /^[a-z0-9.-]*$/
const WINDOWS_NAME = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/i
const TILDE_DIGITS = /~[0-9]+$/

/** Throws `invalid-path` if Go does not accept `path` as a module path. */
export function checkModulePath(path: string): void {
  throwFault('module path', path, modulePathFault(path))
}

/** Describes what is wrong with a module path; null if it is valid. */
export function modulePathFault(path: string): string | null {
  if (isPlainPath(path)) return null
  const fault = pathFault(path, 'module')
  if (fault !== null) return fault
  const first = path.split('/', 1)[0] ?? ''
  if (!FIRST_ELEMENT_CHARS.test(first)) return 'invalid character in first path element'
  if (!first.includes('.')) return 'missing dot in first path element'
  return splitPathVersion(path).ok ? null : 'invalid major version suffix'
}

/**
 * Recognizes nearly every module path in one pass, which takes a quarter of the time of a regular expression. A plain path
 * has nothing that a rule is about. Any other path goes through the full check.
 */
function isPlainPath(path: string): boolean {
  if (path.startsWith('gopkg.in/')) return false
  let start = 0
  let dot = -1
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i)
    const kind = code < 128 ? (LETTERS[code] ?? OTHER) : OTHER
    if (kind === LOWER) continue
    if (kind === DOT) {
      // A dot may neither start an element nor follow another dot.
      if (i === start || path.charCodeAt(i - 1) === 46) return false
      if (dot < start) dot = i
    } else if (kind === SLASH) {
      if (!isPlainElement(path, start, dot < start ? i : dot, i) || (start === 0 && dot === -1)) return false
      start = i + 1
    } else if (kind === OTHER || start === 0) return false
  }
  const end = path.length
  return (
    dot !== -1 &&
    start > 0 &&
    isPlainElement(path, start, dot < start ? end : dot, end) &&
    isPlainEnd(path, start)
  )
}

/** Character classes. The first element of a plain path may hold only the first two. */
const LOWER = 1
const DOT = 2
const SLASH = 3
const UPPER = 4
const OTHER = 0

const LETTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code)
  if (/[a-z0-9-]/.test(letter)) return LOWER
  if (/[A-Z_]/.test(letter)) return UPPER
  return letter === '.' ? DOT : letter === '/' ? SLASH : OTHER
})

/** Returns true for an element that is not empty, starts without a dash, ends without a dot, and is no Windows device name. */
function isPlainElement(path: string, start: number, stemEnd: number, end: number): boolean {
  if (end === start || path.charCodeAt(end - 1) === 46 || (start === 0 && path.charCodeAt(0) === 45))
    return false
  const length = stemEnd - start
  if (length !== 3 && length !== 4) return true
  const letters =
    ((path.charCodeAt(start) | 32) << 16) |
    ((path.charCodeAt(start + 1) | 32) << 8) |
    path.charCodeAt(start + 2) |
    32
  return !WINDOWS_STARTS.includes(letters)
}

const WINDOWS_STARTS = ['con', 'prn', 'aux', 'nul', 'com', 'lpt'].map((name) =>
  Array.from(name).reduce((letters, letter) => (letters << 8) | letter.charCodeAt(0), 0),
)

/** Returns true if the last element is a major version as Go writes it, or no version. */
function isPlainEnd(path: string, start: number): boolean {
  if (path.charCodeAt(start) !== 118) return true
  let end = start + 1
  while (end < path.length && isDigitOrDot(path.charCodeAt(end))) end++
  if (end < path.length || end === start + 1) return true
  const first = path.charCodeAt(start + 1)
  return first > 48 && path.indexOf('.', start) === -1 && !(first === 49 && end === start + 2)
}

function isDigitOrDot(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46
}

/** Throws `invalid-path` if `path` is not a legal import path. */
export function checkImportPath(path: string): void {
  throwFault('import path', path, pathFault(path, 'import'))
}

/** Throws `invalid-path` if `path` may not name a file of a module zip (slash-separated, relative to the module). */
export function checkFilePath(path: string): void {
  throwFault('file path', path, filePathFault(path))
}

/** Describes what is wrong with a file path of a module zip; null if it is valid. */
export function filePathFault(path: string): string | null {
  return pathFault(path, 'file')
}

/**
 * Splits a path into its prefix and its major version suffix: `example.com/a/v2` gives `example.com/a` and `/v2`,
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

/** Returns true if a module whose path has the major suffix `pathMajor` (as split above) may have `version`. */
export function matchesPathMajor(version: string, pathMajor: string): boolean {
  const suffix =
    pathMajor.startsWith('.v') && pathMajor.endsWith('-unstable') ? pathMajor.slice(0, -9) : pathMajor
  // Pseudo-versions of gopkg.in/….v1 were once written v0.0.0-…; Go keeps accepting them.
  if (version.startsWith('v0.0.0-') && suffix === '.v1') return true
  const versionMajor = major(version)
  if (suffix !== '') return versionMajor === suffix.slice(1)
  return versionMajor === 'v0' || versionMajor === 'v1' || build(version) === '+incompatible'
}

/** Throws `invalid-version` if {@link matchesPathMajor} is false. */
export function checkPathMajor(version: string, pathMajor: string): void {
  if (matchesPathMajor(version, pathMajor)) return
  const wanted = pathMajor === '' ? 'v0 or v1' : pathMajor.slice(1)
  throw new GomodError(
    'invalid-version',
    `version ${JSON.stringify(version)}: the module path wants major ${wanted}`,
  )
}

/** Throws `invalid-path` or `invalid-version` if `path@version`, in canonical form, cannot exist. */
export function checkModuleVersion(path: string, version: string): void {
  checkModulePath(path)
  if (version === '' || canonicalVersion(version) !== version) {
    throw new GomodError('invalid-version', `version ${JSON.stringify(version)}: not a canonical version`)
  }
  checkPathMajor(version, splitPathVersion(path).pathMajor)
}

/** Escapes a module path for URLs and file names: `!` and the lower-case letter replace a capital. Throws `invalid-path`. */
export function escapePath(path: string): string {
  checkModulePath(path)
  return escapeCapitals(path)
}

/** Escapes a version for URLs and file names. Throws `invalid-version` if it could not be one path element. */
export function escapeVersion(version: string): string {
  if (/[!/\u0080-\uffff]/.test(version) || pathFault(version, 'file') !== null) {
    throw new GomodError('invalid-version', `version ${JSON.stringify(version)}: not usable in a URL`)
  }
  return escapeCapitals(version)
}

/** Returns the module path behind an escaped one. Throws `invalid-path` if it is not an escaped module path. */
export function unescapePath(escaped: string): string {
  const path = unescapeCapitals(escaped)
  if (path === null) throwFault('escaped module path', escaped, 'wrong use of capitals or "!"')
  checkModulePath(path)
  return path
}

/** Returns the version behind an escaped one. Throws `invalid-version` if it is not an escaped version. */
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
  // Windows treats `aux.go` as the device AUX, and `long~1` as the short name of another file.
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
