import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../context.ts'
import { WebProblem } from '../problem.ts'

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/**
 * Refuses a `Host` that is not ours with 421. A page of another site whose name is made to lead to this machine (DNS
 * rebinding) sends that name. Addresses are let through: they cannot be rebound.
 */
export function hostCheck(publicUrl: string | null): MiddlewareHandler<WebEnv> {
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host
  return async (c, next) => {
    const untrustedHost = c.req.header('host')?.toLowerCase() ?? ''
    if (!isOurHost(untrustedHost, publicHost)) {
      throw new WebProblem(421, 'This server does not answer for that host name; see MIRRORWATCH_PUBLIC_URL.')
    }
    await next()
  }
}

function isOurHost(untrustedHost: string, publicHost: string | null): boolean {
  if (untrustedHost === publicHost) return true
  const name = untrustedHost.replace(/:\d{1,5}$/, '')
  return LOOPBACK_NAMES.includes(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses writes that another site's page makes a browser send. A browser always sends `Origin` along with a POST. Without it,
 * only a request with a bearer token is let through, because browsers do not add one.
 */
export function originCheck(publicUrl: string | null): MiddlewareHandler<WebEnv> {
  const publicOrigin = publicUrl === null ? null : new URL(publicUrl).origin
  return async (c, next) => {
    if (!SAFE_METHODS.has(c.req.method)) {
      const untrustedOrigin = c.req.header('origin')
      const isBearer = /^bearer /i.test(c.req.header('authorization') ?? '')
      const isOurs =
        untrustedOrigin === undefined
          ? isBearer
          : isSameOrigin(untrustedOrigin, publicOrigin, c.req.header('host'))
      if (!isOurs)
        throw new WebProblem(403, 'The request comes from another site, or does not say where from.')
    }
    await next()
  }
}

function isSameOrigin(untrustedOrigin: string, publicOrigin: string | null, host = ''): boolean {
  if (untrustedOrigin === publicOrigin) return true
  // hostCheck has accepted the host. Behind TLS, only the public URL tells our scheme.
  return untrustedOrigin === `http://${host.toLowerCase()}`
}
