import type { KeyObject } from 'node:crypto'
import { PipelineError } from '../errors.ts'
import type { readVariable } from './read-variable.ts'
import type { GroupRole, Network } from './schemas.ts'
import type { VariableName } from './variables.ts'

/** Address to listen on. */
export interface ListenAddress {
  host: string
  port: number
}

/** OpenID Connect client. */
export interface OidcConfig {
  issuer: string
  clientId: string
  clientSecret: string | null
  groupsClaim: string
}

/** Configuration of the page and the API. */
export interface WebConfig {
  /** Null if switched off; `anyPort` if nothing was configured, so that another port does as well. */
  listen: (ListenAddress & { anyPort: boolean }) | null
  tokensFile: string | null
  proxy: { header: string; groupsHeader: string | null; networks: Network[] } | null
  oidc: OidcConfig | null
  /** Key that signs the deny list; null where it is not signed. */
  denyKey: KeyObject | null
  /** Roles of people who sign in by proxy or OIDC. */
  groupRoles: GroupRole[]
}

type Read = <N extends VariableName>(name: N) => ReturnType<typeof readVariable<N>>

const DEFAULT_PORT = 8417

/** Reads the page's part of the configuration. @throws PipelineError `bad-config` */
export function readWebConfig(read: Read, isSet: (name: VariableName) => boolean): WebConfig {
  const isDefault = !isSet('MIRRORWATCH_WEB_LISTEN')
  const listen = isDefault ? { host: '127.0.0.1', port: DEFAULT_PORT } : read('MIRRORWATCH_WEB_LISTEN')
  return {
    listen: listen === null ? null : { ...listen, anyPort: isDefault },
    tokensFile: read('MIRRORWATCH_WEB_TOKENS_FILE'),
    proxy: proxyOf(read),
    oidc: oidcOf(read),
    denyKey: read('MIRRORWATCH_DENY_KEY'),
    groupRoles: read('MIRRORWATCH_AUTH_ROLES'),
  }
}

function proxyOf(read: Read): WebConfig['proxy'] {
  const header = read('MIRRORWATCH_AUTH_PROXY_HEADER')
  const networks = read('MIRRORWATCH_AUTH_PROXY_NETWORKS')
  if (header === null && networks === null) return null
  if (header !== null && networks !== null) {
    return { header, groupsHeader: read('MIRRORWATCH_AUTH_PROXY_GROUPS_HEADER'), networks }
  }
  throw new PipelineError(
    'bad-config',
    'MIRRORWATCH_AUTH_PROXY_HEADER and MIRRORWATCH_AUTH_PROXY_NETWORKS need each other',
    { todo: 'Set both: without the networks, anyone could send the header.' },
  )
}

function oidcOf(read: Read): OidcConfig | null {
  const issuer = read('MIRRORWATCH_OIDC_ISSUER')
  const clientId = read('MIRRORWATCH_OIDC_CLIENT_ID')
  if (issuer === null && clientId === null) return null
  if (issuer === null || clientId === null || read('MIRRORWATCH_PUBLIC_URL') === null) {
    throw new PipelineError(
      'bad-config',
      'OpenID Connect needs MIRRORWATCH_OIDC_ISSUER, MIRRORWATCH_OIDC_CLIENT_ID and MIRRORWATCH_PUBLIC_URL',
      { todo: 'Set all three, or none.' },
    )
  }
  const { hostname, protocol } = new URL(issuer)
  if (protocol !== 'https:' && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname)) {
    throw new PipelineError('bad-config', `MIRRORWATCH_OIDC_ISSUER is ${issuer}, which is not an https URL`, {
      todo: 'Give the https URL of the issuer.',
    })
  }
  const clientSecret = read('MIRRORWATCH_OIDC_CLIENT_SECRET')
  return { issuer, clientId, clientSecret, groupsClaim: read('MIRRORWATCH_OIDC_GROUPS_CLAIM') }
}

/** Server that commands ask instead of a database. */
export interface ServerConfig {
  url: string
  token: string
}

/** Reads the server that commands ask. @throws PipelineError `bad-config` without its token */
export function readServer(read: Read): ServerConfig | null {
  const url = read('MIRRORWATCH_SERVER')
  const token = read('MIRRORWATCH_TOKEN')
  if (url === null) return null
  if (token !== null) return { url, token }
  throw new PipelineError('bad-config', 'MIRRORWATCH_SERVER is set but MIRRORWATCH_TOKEN is not', {
    todo: 'Set MIRRORWATCH_TOKEN to a token of that server.',
  })
}
