import path from 'node:path'
import { createFeedClient, type FeedClient } from '@mirrorwatch/upstream/feed/feed'
import { createAddressResolver } from '@mirrorwatch/upstream/git/address'
import { createGitSandbox } from '@mirrorwatch/upstream/git/run/sandbox'
import { createSpawnPool } from '@mirrorwatch/upstream/git/run/spawn-pool'
import type { AllowPrivateHosts } from '@mirrorwatch/upstream/http/address-guard'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import type { HttpClient, HttpObserver, RateLimiter } from '@mirrorwatch/upstream/http/types'
import { createRateLimiter } from '@mirrorwatch/upstream/limits/rate-limit'
import { createProxyClient, type ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { createSumdbClient, type SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import type { SumdbCache } from '@mirrorwatch/upstream/sumdb/sumdb-cache'
import type { VerifyDeps } from '@mirrorwatch/verify/types'
import type { Config } from '../config/config.ts'
import { checkLocalFolders } from '../config/local-folders.ts'
import { ratesOf } from '../config/rates.ts'
import { asError, PipelineError } from '../errors.ts'

/** The clients that talk to other servers. Closing them drops their connections. */
export interface Clients extends AsyncDisposable {
  http: HttpClient
  feed: FeedClient
  proxy: ProxyClient
  /** Null if it is switched off. */
  sumdb: SumdbClient | null
  verify: VerifyDeps
}

/** Requests that may start at once after a pause: an inspection asks a few questions in a row. */
const BURST = 10

/** Creates a limiter for one process without a store, such as `verify` on the command line. */
function createLocalLimiter(config: Config): RateLimiter {
  const rateOf = ratesOf(config)
  const perRate = new Map<number, RateLimiter>()
  const limiterOf = (host: string): RateLimiter | null => {
    const perSecond = rateOf(host)
    if (perSecond === null) return null
    const limiter = perRate.get(perSecond) ?? createRateLimiter({ default: { perSecond, burst: BURST } })
    perRate.set(perSecond, limiter)
    return limiter
  }
  return {
    acquire: async (host, signal, requests) => limiterOf(host)?.acquire(host, signal, requests),
    throttled: async (host, retryAfterMs) => limiterOf(host)?.throttled(host, retryAfterMs),
  }
}

/**
 * Returns the hosts that may have a private address: those that the operator listed, and those of configured addresses. A
 * module path or a page cannot add to them.
 */
function allowedHosts(config: Config): AllowPrivateHosts {
  if (config.allowPrivateHosts === true) return true
  const configured = [
    config.indexUrl,
    config.proxyUrl,
    config.sumdbUrl,
    config.ecosystemsUrl,
    config.knownUrl,
    ...config.gitInsteadOf.map(({ to }) => to),
  ]
  const hosts = configured.flatMap((url) => (url === null ? [] : [new URL(url).host])).filter(Boolean)
  return [...(config.allowPrivateHosts || []), ...hosts]
}

/** One request per second: the free service answers at most 5,000 an hour. */
const SHARED_SERVICE_PER_SECOND = 1

/** Creates a client for reading a long list from a shared free service, slower than what the mirror is built for. */
export function createListClient(config: Config): HttpClient {
  const perSecond = Math.min(config.rates.all ?? SHARED_SERVICE_PER_SECOND, SHARED_SERVICE_PER_SECOND)
  const slow = createRateLimiter({ default: { perSecond, burst: BURST } })
  const rateOf = ratesOf(config)
  return createHttpClient({
    userAgent: config.userAgent,
    allowPrivateHosts: allowedHosts(config),
    rateLimiter: {
      // No limit on this machine's own services.
      acquire: async (host, signal, requests) =>
        rateOf(host) === null ? undefined : slow.acquire(host, signal, requests),
      throttled: (host, retryAfterMs) => slow.throttled(host, retryAfterMs),
    },
  })
}

/**
 * Builds the clients of one process.
 *
 * @param options.sumdbCache keeps the answers of the checksum database between runs
 * @param options.workFolder folder, below the data folder, in which each git job gets a folder
 * @throws PipelineError `bad-config` where a local folder of the configuration is missing
 */
export async function createClients(
  config: Config,
  options: {
    rateLimiter?: RateLimiter
    workFolder?: string
    observer?: HttpObserver
    sumdbCache?: SumdbCache
  } = {},
): Promise<Clients> {
  const { rateLimiter = createLocalLimiter(config), workFolder = 'work', observer } = options
  const { userAgent } = config
  await checkLocalFolders(config)
  const allowPrivateHosts = allowedHosts(config)
  const http = createHttpClient({
    userAgent,
    allowPrivateHosts,
    rateLimiter,
    ...(observer === undefined ? {} : { observer }),
  })
  const proxy = createProxyClient({
    http,
    baseUrl: config.proxyUrl,
    secretHeaders: config.proxyHeaders,
  })
  const sumdb = sumdbClient(config, http, options.sumdbCache)
  const workDir = path.join(config.dataDir, workFolder)
  const spawns = createSpawnPool()
  const git = await createGitSandbox({ workDir, userAgent, rateLimiter, spawn: spawns.spawn }).catch(
    (cause) => {
      throw new PipelineError(
        'bad-config',
        `cannot use the work folder ${workDir}: ${asError(cause).message}`,
        {
          todo: 'Set MIRRORWATCH_DATA_DIR to a folder that this user can write.',
          cause,
        },
      )
    },
  )
  return {
    http,
    feed: createFeedClient({ http, baseUrl: config.indexUrl }),
    proxy,
    sumdb,
    verify: {
      http,
      git,
      resolveAddress: createAddressResolver(allowPrivateHosts),
      insteadOf: config.gitInsteadOf,
      proxy,
      sumdb,
    },
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]()
      await spawns[Symbol.asyncDispose]()
    },
  }
}

function sumdbClient(
  { sumdbUrl, sumdbKey }: Config,
  http: HttpClient,
  cache: SumdbCache | undefined,
): SumdbClient | null {
  if (sumdbUrl === null) return null
  return createSumdbClient({ http, baseUrl: sumdbUrl, verifierKey: sumdbKey, cache })
}
