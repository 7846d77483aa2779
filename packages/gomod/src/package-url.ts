import { modulePathFault } from './module-path.ts'

/**
 * The module path of a Go package URL (`pkg:golang/github.com/sirupsen/logrus@v1.9.3`), or null where it is another kind of
 * package or no module path. https://github.com/package-url/purl-spec: namespace and name may be percent-encoded,
 * version, qualifiers and sub-path follow `@`, `?` and `#`.
 */
export function modulePathOfPackageUrl(untrustedUrl: string): string | null {
  const match = /^pkg:\/{0,2}golang\/([^@?#]+)/i.exec(untrustedUrl)
  if (match === null) return null
  const path = decoded((match[1] ?? '').replace(/\/+$/, ''))
  return path !== null && modulePathFault(path) === null ? path : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
