import path from 'node:path'
import type { AllowPrivateHosts } from '@mirrorwatch/gomod/address-guard'
import { createFeedClient, type FeedClient } from '@mirrorwatch/gomod/feed'
import { createAddressResolver } from '@mirrorwatch/gomod/git/address'
import { createGitSandbox } from '@mirrorwatch/gomod/git/sandbox'
import { createHttpClient } from '@mirrorwatch/gomod/http'
import type { HttpClient, RateLimiter } from '@mirrorwatch/gomod/http-types'
import { createProxyClient, type ProxyClient } from '@mirrorwatch/gomod/proxy'
import { createRateLimiter } from '@mirrorwatch/gomod/rate-limit'
import { createSumdbClient } from '@mirrorwatch/gomod/sumdb'
import type { Config } from './config.ts'
import type { SumSource, VerifyDeps } from './verify/types.ts'

/** Everything that talks to the outside, built from the configuration. Close it to drop connections. */
export interface Clients extends AsyncDisposable {
  http: HttpClient
  feed: FeedClient
  proxy: ProxyClient
  verify: VerifyDeps
}

/** Requests that may start at once after a pause: an inspection asks a few questions in a row. */
const BURST = 10

/** Spaces the requests to each upstream host. The machine's own services are shared with nobody and are not held back. */
export function createConfiguredLimiter(config: Config): RateLimiter {
  const limiter = createRateLimiter({ default: { perSecond: config.requestsPerSecond, burst: BURST } })
  return {
    acquire: (host, signal) => (isLoopback(host) ? Promise.resolve() : limiter.acquire(host, signal)),
    pause: (host, ms) => limiter.pause(host, ms),
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host)
}

/**
 * Hosts that may have a private address: those that the operator named as such, and those of the addresses that the operator
 * configured. What a module path or a page names is never among them by itself.
 */
export function allowedHosts(config: Config): AllowPrivateHosts {
  if (config.allowPrivateHosts === true) return true
  const configured = [
    config.indexUrl,
    config.proxyUrl,
    config.sumdbUrl,
    ...config.gitInsteadOf.map(({ to }) => to),
  ]
  const hosts = configured.flatMap((url) => (url === null ? [] : [new URL(url).host])).filter(Boolean)
  return [...(config.allowPrivateHosts || []), ...hosts]
}

/** @param workFolder folder, below the data folder, in which git jobs get a folder each */
export async function createClients(
  config: Config,
  { rateLimiter = createConfiguredLimiter(config), workFolder = 'work' } = {},
): Promise<Clients> {
  const { userAgent } = config
  const allowPrivateHosts = allowedHosts(config)
  const http = createHttpClient({ userAgent, allowPrivateHosts, rateLimiter })
  const proxy = createProxyClient({ http, baseUrl: config.proxyUrl })
  const workDir = path.join(config.dataDir, workFolder)
  const git = await createGitSandbox({ workDir, userAgent, rateLimiter })
  return {
    http,
    feed: createFeedClient({ http, baseUrl: config.indexUrl }),
    proxy,
    verify: {
      http,
      git,
      resolveAddress: createAddressResolver(allowPrivateHosts),
      insteadOf: config.gitInsteadOf,
      proxy,
      sumdb: sumSource(config, http),
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}

function sumSource({ sumdbUrl, sumdbKey }: Config, http: HttpClient): SumSource | null {
  return sumdbUrl === null ? null : createSumdbClient({ http, baseUrl: sumdbUrl, verifierKey: sumdbKey })
}
