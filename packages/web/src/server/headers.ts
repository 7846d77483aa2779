import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../context.ts'

/** Scripts and styles come from our own files alone; nothing of a repository is loaded, framed or sent elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Same-origin rather than no-referrer, with which browsers send `Origin: null` along with a form. */
const HEADERS: Record<string, string> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-robots-tag': 'noindex, nofollow',
}

const STRICT_TRANSPORT = 'max-age=31536000'

/** Adds the security headers to every answer. Answers are kept by no cache unless a route says otherwise. */
export function securityHeaders(isTls: boolean): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value)
    if (isTls) c.res.headers.set('strict-transport-security', STRICT_TRANSPORT)
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  }
}
