/** Parts of the package URL of a Go module or package. */
export interface GoPackageUrl {
  /** Namespace and name: a module path, or the path of a package in a module. Not checked. */
  path: string
  version: string | null
  /** `type` as cyclonedx-gomod writes it: `module`, or `package` for a package in a module. Null if missing. */
  type: string | null
  /** Directory inside; null if missing. */
  subpath: string | null
}

/**
 * Parses `pkg:golang/github.com/sirupsen/logrus@v1.9.3?type=module#hooks` from right to left, as
 * https://github.com/package-url/purl-spec specifies: every part may be percent-encoded, including the slashes of the name.
 * Returns null for another kind of package, and for anything but a package URL.
 */
export function parseGoPackageUrl(untrustedUrl: string): GoPackageUrl | null {
  const scheme = /^pkg:\/*golang\//i.exec(untrustedUrl)
  if (scheme === null) return null
  let [rest, subpath] = cutLast(untrustedUrl.slice(scheme[0].length), '#')
  let qualifiers: string | null
  ;[rest, qualifiers] = cutLast(rest, '?')
  let version: string | null
  ;[rest, version] = cutLast(rest, '@')
  const path = elements(rest)
  const decodedVersion = version === null ? null : decoded(version)
  if (path === null || path === '' || (version !== null && decodedVersion === null)) return null
  return {
    path,
    version: decodedVersion === '' ? null : decodedVersion,
    type: qualifier(qualifiers ?? '', 'type'),
    subpath: subpath === null ? null : elements(subpath),
  }
}

function cutLast(text: string, mark: string): [before: string, after: string | null] {
  const at = text.lastIndexOf(mark)
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)]
}

function elements(text: string): string | null {
  const parts = text
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
  return parts.includes(null) ? null : parts.join('/')
}

function qualifier(text: string, wanted: string): string | null {
  for (const pair of text.split('&')) {
    const [key = '', value = ''] = pair.split('=', 2)
    if (key.toLowerCase() === wanted) return decoded(value)
  }
  return null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
