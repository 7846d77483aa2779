import { GomodError } from '@mirrorwatch/gomod/errors'
import { unescapePath, unescapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import { canonicalVersion } from '@mirrorwatch/gomod/paths/semver'
import type { Mirror, MirrorVersion } from '../build/mirror.ts'
import { bytesReply, type Reply, textReply } from './reply.ts'

const TEXT = 'text/plain; charset=utf-8'
const MALICIOUS = 'forbidden: the Go module mirror considers this module to be malicious\n'

export interface ProxyRequest {
  /** Path below the proxy's base, escaped. */
  path: string
  /** The client asked for what is cached only (`/cached-only` or `Disable-Module-Fetch`). */
  cachedOnly: boolean
}

/** Splits `/cached-only` off and reads the header. */
export function proxyRequest(path: string, disableFetch: string | string[] | undefined): ProxyRequest {
  const prefix = '/cached-only'
  if (path.startsWith(`${prefix}/`)) return { path: path.slice(prefix.length), cachedOnly: true }
  return { path, cachedOnly: disableFetch === 'true' }
}

/** Answers the GOPROXY protocol from what the mirror has. */
export function answerProxy(mirror: Mirror, { path, cachedOnly }: ProxyRequest): Reply {
  const match = /^\/(.+)\/(?:@v\/([^/]+)|@latest)$/.exec(path)
  if (!match) return textReply(404, `not found: ${path}\n`, 'not an address of the proxy')
  try {
    const module = unescapePath(match[1] as string)
    if (mirror.blocked.has(module)) return textReply(403, MALICIOUS)
    return answerModule(mirror, module, match[2], cachedOnly)
  } catch (error) {
    if (!(error instanceof GomodError)) throw error
    return textReply(404, `not found: ${error.message}\n`, error.message)
  }
}

function answerModule(mirror: Mirror, module: string, file: string | undefined, cachedOnly: boolean): Reply {
  if (!mirror.has(module)) return notFound(module, cachedOnly)
  if (file === undefined) return infoReply(mirror.latest(module) as MirrorVersion)
  if (file === 'list')
    return textReply(
      200,
      mirror
        .list(module)
        .map((version) => `${version}\n`)
        .join(''),
    )
  const dot = file.lastIndexOf('.')
  const wish = unescapeVersion(file.slice(0, dot))
  const entry = mirror.get(module, wish)
  switch (file.slice(dot)) {
    case '.info': {
      const queried = entry ?? queryVersion(mirror, module, wish)
      return queried ? infoReply(queried) : notFound(`${module}@${wish}`, cachedOnly)
    }
    case '.mod':
      return entry ? bytesReply(TEXT, entry.mod) : notFound(`${module}@${wish}`, cachedOnly)
    case '.zip':
      return entry ? bytesReply('application/zip', entry.zip()) : notFound(`${module}@${wish}`, cachedOnly)
    default:
      return textReply(404, 'not found: unknown file\n', 'not an address of the proxy')
  }
}

/** A shorthand version or a commit id as a query; branch names are not kept by the mirror. */
function queryVersion(mirror: Mirror, module: string, wish: string): MirrorVersion | undefined {
  const canonical = canonicalVersion(wish)
  if (canonical !== '')
    return mirror.get(module, canonical) ?? mirror.get(module, `${canonical}+incompatible`)
  return /^[0-9a-f]{7,40}$/.test(wish) ? mirror.byCommit(module, wish) : undefined
}

function infoReply(entry: MirrorVersion): Reply {
  return bytesReply('application/json', Buffer.from(entry.info))
}

function notFound(what: string, cachedOnly: boolean): Reply {
  if (cachedOnly) return textReply(404, `not found: ${what}: not cached\n`)
  return textReply(404, `not found: ${what}: unknown revision\n`, 'the real mirror would have fetched it')
}
