import type { Config } from '@mirrorwatch/pipeline/config/config'
import { PipelineError } from '@mirrorwatch/pipeline/errors'
import type { Logger } from '@mirrorwatch/pipeline/observe/log'
import type { Clients } from '@mirrorwatch/pipeline/service/clients'
import type { Store } from '@mirrorwatch/store/connect/connect'
import { openRoleDatabases } from '@mirrorwatch/store/connect/roles'
import { createAccess } from '../access/access.ts'
import { removeLink, saveLink } from '../access/link-file.ts'
import type { WebContext } from '../context.ts'
import { createApp } from './app.ts'
import { listen } from './listen.ts'

export interface WebDeps {
  config: Config
  store: Store
  clients: Pick<Clients, 'proxy' | 'verify'>
  log: Logger
  metrics: WebContext['metrics']
  clock?: () => Date
  /** Receives the address to open, at start and after each use of a one-time link. */
  onLink: (url: string, isOneTime: boolean) => void
}

export interface WebServer extends AsyncDisposable {
  url: string
}

/**
 * Serves the page and the API until it is disposed. Returns null if they are switched off.
 *
 * @throws StoreError `refused` if the database user may not take the page's roles
 * @throws PipelineError `bad-config` if the process cannot listen on the address
 */
export async function serveWeb(deps: WebDeps): Promise<WebServer | null> {
  const { config, store, clients, log, metrics, onLink, clock = () => new Date() } = deps
  const where = config.web.listen
  if (where === null) return null
  checkExposure(config, where.host)
  await using opened = new AsyncDisposableStack()
  const databases = opened.use(await openRoleDatabases(store))
  const context: WebContext = { config, log, clock, databases, clients, metrics }
  let announce = (): void => undefined
  let dropLink = (): void => undefined
  const keepLink = (url: string): void => {
    try {
      saveLink(config.dataDir, url)
      dropLink = () => removeLink(config.dataDir, url)
    } catch (err) {
      log.warn({ err }, 'the data folder cannot be written, so "mirrorwatch web link" has no link')
    }
  }
  const server = opened.use(
    await listen(where, (port) => {
      const access = createAccess(context, port, () => announce())
      const address =
        config.publicUrl ?? `http://${where.host.includes(':') ? `[${where.host}]` : where.host}:${port}`
      announce = () => {
        const url = `${address}${access.link?.path() ?? '/'}`
        if (access.link !== null) keepLink(url)
        onLink(url, access.link !== null)
      }
      return createApp(context, access)
    }),
  )
  announce()
  opened.defer(() => dropLink())
  const owned = opened.move()
  return { url: server.url, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Refuses to let anyone on the network in. */
function checkExposure({ web, publicUrl }: Config, host: string): void {
  if (isLoopback(host)) return
  const bySignIn = web.tokensFile !== null || web.proxy !== null || web.oidc !== null
  if (bySignIn && publicUrl !== null) return
  throw new PipelineError(
    'bad-config',
    `MIRRORWATCH_WEB_LISTEN is ${host}, which other machines reach, but ` +
      (bySignIn ? 'MIRRORWATCH_PUBLIC_URL is not set' : 'there is no way to sign in'),
    {
      todo: bySignIn
        ? 'Set MIRRORWATCH_PUBLIC_URL to the address that people open.'
        : 'Set MIRRORWATCH_WEB_TOKENS_FILE, MIRRORWATCH_AUTH_PROXY_HEADER or MIRRORWATCH_OIDC_ISSUER, or listen on 127.0.0.1.',
    },
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
