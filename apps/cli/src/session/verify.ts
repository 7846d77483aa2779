import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { Config } from '@mirrorwatch/pipeline/config/config'
import { folderFault } from '@mirrorwatch/pipeline/config/local-folders'
import { isSet } from '@mirrorwatch/pipeline/config/read-variable'
import { createClients } from '@mirrorwatch/pipeline/service/clients'
import { Resources } from '@mirrorwatch/pipeline/service/resources'
import { givenRepositoryUrl, parseRepositoryUrl } from '@mirrorwatch/upstream/git/remote'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import { createSumdbCache } from '@mirrorwatch/upstream/sumdb/sumdb-cache'
import type { VerifyDeps } from '@mirrorwatch/verify/types'
import { checkoutConfiguration } from '../inputs/configuration.ts'
import { readGoEnvironment } from '../inputs/go-environment.ts'
import { withNetrc } from '../inputs/netrc.ts'
import { CliError } from '../output/exit.ts'
import { note } from '../output/print.ts'

export interface VerifyOptions {
  /** URL or folder of the repository. */
  repo?: string
  /** URL of a module proxy, or `off`. */
  proxy?: string
}

/** The clients of one run of `verify` or `sum`. Nothing of it outlives the command. */
export interface VerifySession extends AsyncDisposable {
  deps: VerifyDeps
  /** The checksum database for the hashes of a go.sum; null if it is not asked. */
  recordedSums: SumdbClient | null
  /** The `--repo` option as a URL. */
  repository: string | undefined
}

/** Builds clients from the environment and the options, with work files in a temporary folder. */
export async function openVerifySession(given: VerifyOptions): Promise<VerifySession> {
  const options = withGoProxy(given)
  const repository = options.repo === undefined ? undefined : await repositoryUrl(options.repo)
  const config = await withOptions(checkoutConfiguration(), options.proxy, repository)
  await using opened = new Resources()
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'mirrorwatch-'))
  opened.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }))
  const sumdbCache = createSumdbCache(sumdbCacheFolder(config), note)
  const clients = opened.use(await createClients({ ...config, dataDir }, { sumdbCache }))
  const { proxy } = clients.verify
  const deps = {
    ...clients.verify,
    proxy: options.proxy === 'off' ? null : proxy,
    sumdb: asksSumdb(options) ? clients.sumdb : null,
  }
  const owned = opened.move()
  const recordedSums = asksSumdb(given) && options.proxy !== 'off' ? clients.sumdb : null
  return { deps, recordedSums, repository, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
}

/** Answers of different databases must not mix, nor do those of two keys. */
function sumdbCacheFolder({ sumdbKey }: Config): string {
  const cache = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache')
  const [name = '', hash = ''] = sumdbKey.split('+')
  return path.join(cache, 'mirrorwatch/sumdb', encodeURIComponent(`${name}+${hash}`))
}

/** Uses the engineer's GOPROXY where nothing else names a proxy. */
function withGoProxy(options: VerifyOptions): VerifyOptions {
  if (options.proxy !== undefined || isSet(process.env, 'MIRRORWATCH_PROXY_URL')) return options
  const { proxy } = readGoEnvironment(process.env)
  return proxy === null || /^https:\/\/proxy\.golang\.org\/?$/.test(proxy) ? options : { ...options, proxy }
}

/**
 * Returns false for another proxy: it may hold private modules, whose names are not for the public checksum database. About
 * the lines of a go.sum the go command has asked it, whatever GOPROXY says.
 */
function asksSumdb({ proxy }: VerifyOptions): boolean {
  if (isSet(process.env, 'MIRRORWATCH_SUMDB_URL')) return proxy !== 'off'
  return proxy === undefined && !isSet(process.env, 'MIRRORWATCH_PROXY_URL')
}

async function repositoryUrl(given: string): Promise<string> {
  const url = givenRepositoryUrl(given, (folder) => path.resolve(folder))
  try {
    const { href, protocol } = parseRepositoryUrl(url)
    const fault = protocol === 'file:' ? await repositoryFault(href) : null
    if (fault === null) return href
    throw new CliError(`--repo ${given}: ${fault}`, {
      todo: 'Give the folder of a git repository, or a URL.',
    })
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`--repo ${given}: ${error.message}`, {
      todo: 'Give a folder, or a URL without user name, password and query.',
      cause: error,
    })
  }
}

/** Returns why a local folder is no git repository, or null. A mistyped path must not read as a vanished repository. */
async function repositoryFault(url: string): Promise<string | null> {
  const fault = await folderFault(url)
  if (fault !== null) return fault
  const folder = fileURLToPath(url)
  const isRepository = ['.git', 'HEAD'].some((name) => existsSync(path.join(folder, name)))
  return isRepository ? null : 'it is not a git repository'
}

/** Applies the options to the configuration. The host that a person named may have a private address. */
async function withOptions(
  config: Config,
  proxy: string | undefined,
  repository: string | undefined,
): Promise<Config> {
  const named = proxy === undefined || proxy === 'off' ? config.proxyUrl : await checkedProxy(proxy)
  const proxyUrl = withNetrc(named, process.env)
  const isConfigured = new URL(proxyUrl).origin === new URL(config.proxyUrl).origin
  const changed = { ...config, proxyUrl, proxyHeaders: isConfigured ? config.proxyHeaders : {} }
  const { allowPrivateHosts } = config
  const host = repository === undefined ? '' : new URL(repository).host
  if (allowPrivateHosts === true || host === '') return changed
  return { ...changed, allowPrivateHosts: [...(allowPrivateHosts || []), host] }
}

async function checkedProxy(proxy: string): Promise<string> {
  const protocol = URL.canParse(proxy) ? new URL(proxy).protocol : ''
  const isProxy = ['http:', 'https:', 'file:'].includes(protocol)
  const folder = protocol === 'file:' ? await folderFault(proxy) : null
  if (isProxy && folder === null) return proxy.replace(/\/+$/, '')
  throw new CliError(
    `--proxy ${proxy.replace(/[^/]*@/, '***@')}: ${folder ?? 'it is not the URL of a proxy'}`,
    {
      todo: 'Give an http(s) or file URL such as https://proxy.golang.org, or "off".',
    },
  )
}
