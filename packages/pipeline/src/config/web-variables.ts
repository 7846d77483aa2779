import { NotifyError } from '@mirrorwatch/notify/errors'
import { parseSigningKey } from '@mirrorwatch/notify/writers/sign-list'
import { z } from 'zod'
import * as schemas from './schemas.ts'

/** Roles of people who use the page and the API. */
const ROLES = ['reader', 'triage'] as const
export type Role = (typeof ROLES)[number]

const header = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/)
  .transform((name) => name.toLowerCase())

const signingKey = z.string().transform((pem, context) => {
  try {
    return parseSigningKey(pem)
  } catch (error) {
    if (!(error instanceof NotifyError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
    return z.NEVER
  }
})

/** Variables of the page and the API. */
export const WEB_VARIABLES = {
  MIRRORWATCH_WEB_LISTEN: {
    schema: z.union([z.literal('off').transform(() => null), schemas.listenAddress]),
    expected: '"off", HOST:PORT such as 0.0.0.0:8417, or a port alone for this machine only',
    purpose:
      'Address that serves the page and the API. Beyond this machine it needs `MIRRORWATCH_PUBLIC_URL` and a way to sign in.',
    unset: '127.0.0.1:8417, or any free port if that one is in use',
  },
  MIRRORWATCH_WEB_TOKENS_FILE: {
    schema: z.string(),
    expected: 'the path of a file that `mirrorwatch token` writes',
    purpose: 'Tokens that may sign in to the page and use the API.',
    unset: 'no tokens',
  },
  MIRRORWATCH_AUTH_PROXY_HEADER: {
    schema: header,
    expected: 'the name of a header such as X-Forwarded-User',
    purpose: 'Header in which a reverse proxy names the person. Needs `MIRRORWATCH_AUTH_PROXY_NETWORKS`.',
    unset: 'no such header is read',
  },
  MIRRORWATCH_AUTH_PROXY_NETWORKS: {
    schema: schemas.networks,
    expected: 'networks with commas between them, such as 10.0.0.0/8,fd00::/8',
    purpose: 'Networks whose proxies may send that header.',
    unset: 'none',
  },
  MIRRORWATCH_AUTH_PROXY_GROUPS_HEADER: {
    schema: header,
    expected: 'the name of a header such as X-Forwarded-Groups',
    purpose: "Header in which the proxy lists the person's groups, with commas between them.",
    unset: 'no groups',
  },
  MIRRORWATCH_AUTH_ROLES: {
    schema: schemas.groupRoles,
    expected:
      'GROUP=ROLE pairs with commas between them, such as security=triage,*=reader; ROLE is reader or triage',
    purpose:
      'Roles of people who sign in by proxy or OIDC. The highest role counts; `*` is everyone. Others may not enter.',
    fallback: '*=reader',
  },
  MIRRORWATCH_OIDC_ISSUER: {
    schema: schemas.baseUrl('http', 'https'),
    expected: 'the https URL of an issuer; http on this machine only',
    purpose: 'OpenID Connect issuer. Needs `MIRRORWATCH_OIDC_CLIENT_ID` and `MIRRORWATCH_PUBLIC_URL`.',
    unset: 'no OpenID Connect',
  },
  MIRRORWATCH_OIDC_CLIENT_ID: {
    schema: z.string(),
    expected: 'the id of the client',
    purpose:
      'Client at that issuer. Its redirect URL is `MIRRORWATCH_PUBLIC_URL` with /sign-in/oidc/callback.',
    unset: 'none',
  },
  MIRRORWATCH_OIDC_CLIENT_SECRET: {
    schema: z.string(),
    expected: "the client's secret",
    purpose: 'Secret of that client.',
    unset: 'a public client',
    secret: true as const,
  },
  MIRRORWATCH_OIDC_GROUPS_CLAIM: {
    schema: z.string().regex(/^\S{1,200}$/),
    expected: 'the name of a claim',
    purpose: "Claim of the ID token that lists the person's groups.",
    fallback: 'groups',
  },
  MIRRORWATCH_DENY_KEY: {
    schema: signingKey,
    expected: 'an Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` writes it',
    purpose: 'Key that signs the deny list of the API.',
    unset: 'the list is not signed',
    secret: true as const,
  },
  MIRRORWATCH_SERVER: {
    schema: schemas.baseUrl('http', 'https'),
    expected: 'an http(s) URL such as https://mirrorwatch.example.com',
    purpose:
      'Server that `findings`, `allow` and `watch` ask instead of a database. Needs `MIRRORWATCH_TOKEN`.',
    unset: 'the store is asked',
  },
  MIRRORWATCH_TOKEN: {
    schema: z.string().regex(/^mw_[A-Za-z0-9_-]{43}$/),
    expected: 'a token that `mirrorwatch token` made',
    purpose: 'Token for that server.',
    unset: 'none',
    secret: true as const,
  },
}
