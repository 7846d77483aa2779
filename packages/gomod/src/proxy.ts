import { z } from 'zod'
import { GomodError } from './errors.ts'
import type { HttpClient } from './http-types.ts'
import { MAX_GO_MOD_BYTES, MAX_INFO_BYTES, MAX_LIST_BYTES, MAX_ZIP_BYTES } from './limits.ts'
import { escapePath, escapeVersion } from './module-path.ts'
import { createProxyFolder } from './proxy-folder.ts'
import { createProxyServer } from './proxy-server.ts'
import { isValid } from './semver.ts'
import { cleanText } from './untrusted-text.ts'
import type { RandomAccess } from './zip-source.ts'

/** Where the mirror took a version from. It is the mirror's statement: nothing signs it. */
export interface Origin {
  vcs: string | null
  url: string | null
  subdir: string | null
  /** Full commit id. */
  hash: string | null
  ref: string | null
}

export interface Info {
  version: string
  /** Time of the commit, RFC 3339; null where the proxy leaves it out. */
  time: string | null
  /** Null for versions that the mirror first cached before it recorded origins (about 2023). */
  origin: Origin | null
}

/**
 * A module proxy that is asked for what it has cached, and never made to fetch anything.
 *
 * All methods throw GomodError: `invalid-path`, `invalid-version`; `not-found` (404, 410), `not-cached` (the same, where only
 * the cache was asked: says nothing about existence), `blocked` (403, with the proxy's words), `retry-later`,
 * `bad-response`, `too-large`.
 *
 * Source: go.dev/ref/mod, "GOPROXY protocol".
 */
export interface ProxyClient {
  info(module: string, version: string, signal?: AbortSignal): Promise<Info>
  /** The go.mod as the repository has it, or the synthesized one. */
  mod(module: string, version: string, signal?: AbortSignal): Promise<Buffer>
  zip(module: string, version: string, signal?: AbortSignal): Promise<Buffer>
  /** The zip as something to read parts of, by range requests where the proxy has them: its directory costs kilobytes. */
  zipRange(module: string, version: string, signal?: AbortSignal): Promise<RandomAccess>
  /** Tagged versions, in no order; empty for a module without tags. */
  list(module: string, signal?: AbortSignal): Promise<string[]>
  latest(module: string, signal?: AbortSignal): Promise<Info>
}

/** Answers for one kind of base address. `path` begins without a slash and is escaped for URLs. */
export interface ProxyTransport {
  get(path: string, maxBytes: number, signal?: AbortSignal): Promise<Buffer>
  open(path: string, signal?: AbortSignal): Promise<RandomAccess>
}

/** @param baseUrl http(s) address of a proxy, or file: address of a `cache/download` folder */
export function createProxyClient({ http, baseUrl }: { http: HttpClient; baseUrl: string }): ProxyClient {
  const transport = baseUrl.startsWith('file:')
    ? createProxyFolder(baseUrl)
    : createProxyServer(http, baseUrl)
  const at = (module: string, version: string, kind: string): string =>
    `${escapePath(module)}/@v/${escapeVersion(version)}.${kind}`
  return {
    async info(module, version, signal) {
      const info = parseInfo(await transport.get(at(module, version, 'info'), MAX_INFO_BYTES, signal))
      if (info.version === version) return info
      throw new GomodError('bad-response', `${module}@${version}: the proxy answered with ${info.version}`)
    },
    mod: async (module, version, signal) =>
      notAPage(await transport.get(at(module, version, 'mod'), MAX_GO_MOD_BYTES, signal)),
    zip: (module, version, signal) => transport.get(at(module, version, 'zip'), MAX_ZIP_BYTES, signal),
    zipRange: (module, version, signal) => transport.open(at(module, version, 'zip'), signal),
    async list(module, signal) {
      const body = await transport.get(`${escapePath(module)}/@v/list`, MAX_LIST_BYTES, signal)
      const text = notAPage(body).toString('utf8')
      return text
        .split('\n')
        .map((line) => line.trim().split(/\s/, 1)[0] ?? '')
        .filter(isValid)
    },
    latest: async (module, signal) =>
      parseInfo(await transport.get(`${escapePath(module)}/@latest`, MAX_INFO_BYTES, signal)),
  }
}

const text = z.string().optional()
const infoSchema = z.object({
  Version: z.string(),
  Time: text,
  Origin: z.object({ VCS: text, URL: text, Subdir: text, Hash: text, Ref: text }).optional(),
})

function parseInfo(untrustedBody: Buffer): Info {
  const parsed = infoSchema.safeParse(parseJson(untrustedBody))
  if (!parsed.success || !isValid(parsed.data.Version)) {
    throw new GomodError(
      'bad-response',
      `the proxy's .info is not what it should be: ${start(untrustedBody)}`,
    )
  }
  const { Version, Time, Origin } = parsed.data
  return { version: Version, time: Time ?? null, origin: Origin === undefined ? null : originOf(Origin) }
}

function originOf(given: NonNullable<z.infer<typeof infoSchema>['Origin']>): Origin {
  const hash = given.Hash ?? ''
  return {
    vcs: given.VCS ?? null,
    url: given.URL ?? null,
    subdir: given.Subdir ?? null,
    hash: /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash) ? hash : null,
    ref: given.Ref ?? null,
  }
}

function parseJson(untrustedBody: Buffer): unknown {
  try {
    return JSON.parse(untrustedBody.toString('utf8'))
  } catch (error) {
    const what = `the proxy answered with something that is not JSON: ${start(untrustedBody)}`
    throw new GomodError('bad-response', `${what}. Is its address right?`, { cause: error })
  }
}

/** A login page of a network, or of a server that is no proxy, comes with status 200. */
function notAPage(untrustedBody: Buffer): Buffer {
  if (!/^\s*</.test(untrustedBody.toString('utf8', 0, 100))) return untrustedBody
  throw new GomodError(
    'bad-response',
    `the proxy answered with a web page: ${start(untrustedBody)}. Is its address right?`,
  )
}

function start(untrustedBody: Buffer): string {
  return JSON.stringify(cleanText(untrustedBody.toString('utf8'), 80))
}
