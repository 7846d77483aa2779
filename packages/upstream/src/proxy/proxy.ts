import { fileURLToPath } from 'node:url'
import { GomodError, isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_GO_MOD_BYTES, MAX_ZIP_BYTES } from '@mirrorwatch/gomod/limits'
import { latestVersion } from '@mirrorwatch/gomod/paths/latest-version'
import { checkModuleVersion, escapePath, escapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import { canonicalVersion } from '@mirrorwatch/gomod/paths/semver'
import { parseTimestamp } from '@mirrorwatch/gomod/timestamp'
import { cleanText } from '@mirrorwatch/gomod/untrusted-text'
import { readZipDirectory, type ZipListing } from '@mirrorwatch/gomod/zip/module-zip'
import { z } from 'zod'
import type { HttpClient } from '../http/types.ts'
import { createFileStore } from './proxy-file.ts'
import { type ModuleVersion, unescapeListed } from './proxy-folder.ts'
import { createHttpStore } from './proxy-http.ts'
import type { ListedVersion, ProxyStore } from './proxy-store.ts'

/** `.info`, `@latest`: a few hundred bytes in practice. */
const MAX_INFO_BYTES = 64 * 1024
/** `@v/list`: 10,000 versions of 30 bytes are 300 KiB; some modules release by every commit. */
const MAX_LIST_BYTES = 8 * 1024 * 1024

/** The GOPROXY protocol (https://go.dev/ref/mod#goproxy-protocol), asked only for what a proxy already has. */

/** The origin of a version, by the proxy's word. Not authenticated, and missing for versions cached before 2023. */
interface Origin {
  /** `git`, `hg`, `svn`, …; null where the proxy does not say, as with all of these. */
  vcs: string | null
  url: string | null
  /** Module directory in the repository, without `/vN`. */
  subdir: string | null
  /** Full git commit id, in hex. */
  hash: string | null
  /** Often missing, and not always the version's own tag. */
  ref: string | null
}

export interface VersionInfo {
  version: string
  /** Commit time, RFC 3339; null where the proxy gives none that can be read. */
  time: string | null
  origin: Origin | null
}

/**
 * All throw `invalid-path` or `invalid-version` for what cannot exist, `not-found` (`not-cached` where only the cache was
 * asked), `blocked` with the proxy's own words, `unauthorized`, `retry-later`, `bad-response`, `too-large`.
 */
export interface ProxyClient {
  info(module: string, version: string, signal?: AbortSignal): Promise<VersionInfo>
  /** The go.mod as in the repository; may differ from the one in the zip by line ends. */
  mod(module: string, version: string, signal?: AbortSignal): Promise<Buffer>
  /** `maxBytes`: a larger zip is `too-large`. */
  zip(module: string, version: string, signal?: AbortSignal, maxBytes?: number): Promise<Buffer>
  /** Names, sizes and checksums of the zip's files, by range requests where the proxy knows them, else by the whole zip. */
  zipDirectory(module: string, version: string, signal?: AbortSignal): Promise<ZipListing[]>
  /** Tagged versions, in no order; pseudo-versions are not listed. */
  list(module: string, signal?: AbortSignal): Promise<string[]>
  /** The version that `go get module` would take. */
  latest(module: string, signal?: AbortSignal): Promise<VersionInfo>
  /** Every version that the proxy says it has: Athens and folders can tell. `not-found` for a proxy that cannot. */
  catalog(signal?: AbortSignal): Promise<ModuleVersion[]>
}

const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
const text = z.string().max(4096).nullish().catch(null)
const infoSchema = z.object({
  Version: z.string(),
  Time: text,
  Origin: z.object({ VCS: text, URL: text, Subdir: text, Hash: text, Ref: text }).nullish().catch(null),
})

/** `baseUrl`: http(s), or `file:` for a folder such as `$GOMODCACHE/cache/download`. */
export function createProxyClient(options: {
  http: HttpClient
  baseUrl: string
  /** Headers with credentials. A redirect to another origin loses them. */
  secretHeaders?: Record<string, string>
  maxZipBytes?: number
}): ProxyClient {
  const { http, baseUrl, maxZipBytes = MAX_ZIP_BYTES } = options
  const store = openStore(http, baseUrl, options.secretHeaders)
  const client: ProxyClient = {
    async info(module, version, signal) {
      const body = await store.fetch(versionFile(module, version, 'info'), MAX_INFO_BYTES, signal)
      const info = parseInfo(body, `${module}@${version}`)
      if (info.version === version) return info
      throw bad(`${module}@${version}`, `.info is of version ${info.version}`)
    },
    async mod(module, version, signal) {
      const body = await store.fetch(versionFile(module, version, 'mod'), MAX_GO_MOD_BYTES, signal)
      return notHtml(body, `${module}@${version}.mod`)
    },
    async zip(module, version, signal, maxBytes = maxZipBytes) {
      const limit = Math.min(maxBytes, maxZipBytes)
      const body = await store.fetch(versionFile(module, version, 'zip'), limit, signal)
      if (body.subarray(0, 2).toString('latin1') === 'PK') return body
      throw bad(`${module}@${version}.zip`, `not a zip, but: ${startOf(body)}. Is the address right?`)
    },
    async zipDirectory(module, version, signal) {
      await using zip = await store.openZip(versionFile(module, version, 'zip'), maxZipBytes, signal)
      return await readZipDirectory(zip, { module, version, limits: { maxZipBytes } })
    },
    async list(module, signal) {
      const body = await store.fetch(`${escapePath(module)}/@v/list`, MAX_LIST_BYTES, signal)
      return parseList(notHtml(body, `list of ${module}`).toString('utf8'))
    },
    async latest(module, signal) {
      const file = store.latestFile(escapePath(module))
      if (file !== null) return parseInfo(await store.fetch(file, MAX_INFO_BYTES, signal), module)
      const version = latestVersion(await client.list(module, signal))
      if (version !== null) return client.info(module, version, signal)
      throw new GomodError('not-found', `${module}: the proxy lists no version`)
    },
    async catalog(signal) {
      const listed = await store.catalog(signal)
      const versions = listed.flatMap((each) => unescapeListed(each) ?? plainListed(each) ?? [])
      return [...new Map(versions.map((each) => [`${each.module}@${each.version}`, each])).values()]
    },
  }
  return client
}

/** Athens lists plain names, folders have escaped ones. A capital tells: no escaped name has any. */
function plainListed({
  untrustedPath: module,
  untrustedVersion: version,
}: ListedVersion): ModuleVersion | null {
  try {
    checkModuleVersion(module, version)
    return { module, version }
  } catch (error) {
    if (isGomodError(error, 'invalid-path', 'invalid-version')) return null
    throw error
  }
}

function openStore(
  http: HttpClient,
  baseUrl: string,
  secretHeaders: Record<string, string> | undefined,
): ProxyStore {
  const url = URL.parse(baseUrl)
  if (url?.protocol === 'file:') return createFileStore(fileURLToPath(url))
  if (url?.protocol === 'http:' || url?.protocol === 'https:')
    return createHttpStore(http, url, secretHeaders)
  throw new GomodError('malformed', `not the URL of a proxy: ${cleanText(baseUrl)}`)
}

function versionFile(module: string, version: string, extension: 'info' | 'mod' | 'zip'): string {
  checkModuleVersion(module, version)
  return `${escapePath(module)}/@v/${escapeVersion(version)}.${extension}`
}

function parseInfo(body: Buffer, what: string): VersionInfo {
  const parsed = infoSchema.safeParse(parseJson(body, what))
  if (!parsed.success) throw bad(what, `.info without a Version: ${startOf(body)}`)
  const { Version, Time = null, Origin = null } = parsed.data
  if (canonicalVersion(Version) !== Version) throw bad(what, `.info with version ${cleanText(Version)}`)
  return {
    version: Version,
    time: Time !== null && parseTimestamp(Time) !== null ? Time : null,
    origin: Origin && {
      vcs: Origin.VCS ?? null,
      url: Origin.URL ?? null,
      subdir: Origin.Subdir ?? null,
      hash: COMMIT_ID.test(Origin.Hash ?? '') ? (Origin.Hash ?? null) : null,
      ref: Origin.Ref ?? null,
    },
  }
}

function parseJson(body: Buffer, what: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw bad(what, `not JSON, but: ${startOf(body)}. Is the address right?`, error)
  }
}

/** One version a line, perhaps followed by more words; lines without a version are left out. */
function parseList(untrustedText: string): string[] {
  const versions = untrustedText.split('\n').map((line) => line.trim().split(/\s/, 1)[0] ?? '')
  return [...new Set(versions.filter((version) => version !== '' && canonicalVersion(version) === version))]
}

/** Sign-in pages and captive portals answer everything with 200 and a page. */
function notHtml(body: Buffer, what: string): Buffer {
  if (/^\s*<(?:!doctype|html|head|body|\?xml)/i.test(body.subarray(0, 200).toString('latin1'))) {
    throw bad(what, `a web page: ${startOf(body)}. Is the address right?`)
  }
  return body
}

function bad(what: string, problem: string, cause?: unknown): GomodError {
  return new GomodError('bad-response', `proxy: ${what}: ${problem}`, { cause })
}

function startOf(body: Buffer): string {
  return cleanText(body.subarray(0, 1000).toString('utf8'), 120)
}
