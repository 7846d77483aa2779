import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { type Config, readConfig } from '@mirrorwatch/pipeline/config/config'
import { createClients } from '@mirrorwatch/pipeline/service/clients'
import { givenRepositoryUrl, parseRepositoryUrl } from '@mirrorwatch/upstream/git/remote'
import type { VerifyDeps } from '@mirrorwatch/verify/types'
import { CliError } from '../output/exit.ts'

export interface VerifyOptions {
  repo?: string
  /** URL of a module proxy, or `off`. */
  proxy?: string
}

/** What one run of `verify` or `sum` works with. Nothing of it outlives the command. */
export interface VerifySession extends AsyncDisposable {
  deps: VerifyDeps
  /** The `--repo` option as a URL. */
  repository: string | undefined
}

/** Builds clients from the environment and the options, with work files in a temporary folder. */
export async function openVerifySession(options: VerifyOptions): Promise<VerifySession> {
  const repository = options.repo === undefined ? undefined : repositoryUrl(options.repo)
  const config = withOptions(readConfig(process.env, process.cwd()), options.proxy, repository)
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'mirrorwatch-'))
  const clients = await createClients({ ...config, dataDir })
  const { proxy, sumdb } = clients.verify
  const deps = {
    ...clients.verify,
    proxy: options.proxy === 'off' ? null : proxy,
    sumdb: asksSumdb(options) ? sumdb : null,
  }
  return {
    deps,
    repository,
    async [Symbol.asyncDispose]() {
      await clients[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Another proxy may hold private modules, whose names are not for the public checksum database unless somebody says so. */
function asksSumdb({ proxy }: VerifyOptions): boolean {
  const { MIRRORWATCH_PROXY_URL: ownProxy, MIRRORWATCH_SUMDB_URL: ownSumdb } = process.env
  return ownSumdb !== undefined ? proxy !== 'off' : proxy === undefined && ownProxy === undefined
}

function repositoryUrl(given: string): string {
  const url = givenRepositoryUrl(given, (folder) => path.resolve(folder))
  try {
    return parseRepositoryUrl(url).href
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`--repo ${given}: ${error.message}`, {
      todo: 'Give a folder, or a URL without user name, password and query.',
      cause: error,
    })
  }
}

/** What a person names on the command line may be contacted, wherever it is. */
function withOptions(config: Config, proxy: string | undefined, repository: string | undefined): Config {
  const proxyUrl = proxy === undefined || proxy === 'off' ? config.proxyUrl : checkedProxy(proxy)
  const { allowPrivateHosts } = config
  const host = repository === undefined ? '' : new URL(repository).host
  if (allowPrivateHosts === true || host === '') return { ...config, proxyUrl }
  return { ...config, proxyUrl, allowPrivateHosts: [...(allowPrivateHosts || []), host] }
}

function checkedProxy(proxy: string): string {
  const isUrl = URL.canParse(proxy) && ['http:', 'https:', 'file:'].includes(new URL(proxy).protocol)
  if (isUrl) return proxy.replace(/\/+$/, '')
  throw new CliError(`--proxy ${proxy} is no proxy`, {
    todo: 'Give an http(s) or file URL such as https://proxy.golang.org, or "off".',
  })
}
