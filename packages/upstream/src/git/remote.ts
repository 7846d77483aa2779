import { pathToFileURL } from 'node:url'
import { GomodError } from '@mirrorwatch/gomod/errors'
import { type InsteadOf, rewriteUrl } from './instead-of.ts'
import type { GitRemote } from './run/environment.ts'

/** Turns a host name into one IP address that may be contacted; throws GomodError `forbidden-address` where none may. */
export type AddressResolver = (hostname: string, port: number) => Promise<string>

export interface RemoteOptions {
  insteadOf: readonly InsteadOf[]
  resolveAddress: AddressResolver
  /** True for an address that a person typed: then http and local folders are allowed as well. */
  trusted?: boolean
}

const DEFAULT_PORTS: Record<string, number> = { https: 443, http: 80 }
/** curl's own syntax, and a configuration file's, must not see anything else. */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/

/**
 * Checks a repository's address and resolves its host before git sees it. `https` only, unless the operator's rewrite rule or
 * a person chose the address.
 *
 * @throws GomodError `forbidden-address` for other schemes, user info, odd hosts and addresses that are not public.
 */
export async function prepareRemote(untrustedUrl: string, options: RemoteOptions): Promise<GitRemote> {
  const { url, rewritten } = rewriteUrl(options.insteadOf, untrustedUrl)
  const vouched = rewritten || options.trusted === true
  const parsed = parseRepositoryUrl(url)
  const scheme = parsed.protocol.slice(0, -1)
  if (scheme === 'file' && vouched) return { url: localUrl(parsed), scheme, pin: null }
  if (scheme !== 'https' && !(scheme === 'http' && vouched)) {
    throw new GomodError('forbidden-address', `repositories are not fetched over ${scheme}:`)
  }
  if (!HOST.test(parsed.hostname))
    throw new GomodError('forbidden-address', 'the host name has odd characters')
  if (vouched) return { url: parsed.href, scheme, pin: null }
  const port = parsed.port === '' ? (DEFAULT_PORTS[scheme] ?? 0) : Number(parsed.port)
  const address = await options.resolveAddress(parsed.hostname, port)
  const literal = address.includes(':') ? `[${address}]` : address
  return { url: parsed.href, scheme, pin: `${parsed.hostname}:${port}:${literal}` }
}

/** A file URL names a folder; a host in it would be another machine's. */
function localUrl(parsed: URL): string {
  if (parsed.host !== '') throw new GomodError('forbidden-address', 'a file URL must not name a host')
  return `file://${decodeURIComponent(parsed.pathname)}`
}

/** @throws GomodError `forbidden-address` where it is no URL, or carries a user name, a query or a fragment. */
export function parseRepositoryUrl(untrustedUrl: string): URL {
  if (!URL.canParse(untrustedUrl)) {
    throw new GomodError('forbidden-address', "the repository's address is no URL")
  }
  const parsed = new URL(untrustedUrl)
  if (parsed.username !== '' || parsed.password !== '') {
    throw new GomodError('forbidden-address', 'a repository address must not carry a user name or password')
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    throw new GomodError('forbidden-address', 'a repository address must not carry a query')
  }
  return parsed
}

/** The address of a repository as a person gives it: a URL, or a folder (relative to `cwd`). */
export function givenRepositoryUrl(urlOrFolder: string, resolvePath: (folder: string) => string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(urlOrFolder)) return urlOrFolder
  return pathToFileURL(resolvePath(urlOrFolder)).href
}
