import type { OidcConfig, WebConfig } from '@mirrorwatch/pipeline/config/web-config'
import type { Role } from '@mirrorwatch/pipeline/config/web-variables'
import * as client from 'openid-client'
import { z } from 'zod'
import { WebProblem } from '../problem.ts'
import { roleOf } from './roles.ts'

/** State kept between the redirect to the issuer and the one back. */
interface OidcAttempt {
  state: string
  nonce: string
  verifier: string
}

/** OpenID Connect by authorization code with PKCE. */
export interface Oidc {
  begin(): Promise<{ url: URL; attempt: OidcAttempt }>
  /** @throws WebProblem 403 where the issuer's answer does not hold, or the person has no role */
  finish(callback: URL, attempt: OidcAttempt): Promise<{ name: string; role: Role }>
}

const CALLBACK = '/sign-in/oidc/callback'
/** Time limit of a request to the issuer, in seconds. */
const TIMEOUT_SECONDS = 10

/** Claims that name a person, best first. */
const claimsSchema = z.object({
  email: z.string().max(200).optional(),
  email_verified: z.boolean().optional(),
  preferred_username: z.string().max(200).optional(),
  sub: z.string().max(255),
})

/** Creates the client. It fetches the issuer's addresses at the first sign-in, and again after a failure. */
export function createOidc(config: OidcConfig, publicUrl: string, groupRoles: WebConfig['groupRoles']): Oidc {
  let found: Promise<client.Configuration> | null = null
  const configuration = (): Promise<client.Configuration> =>
    (found ??= discover(config).catch((error: unknown) => {
      found = null
      throw new WebProblem(503, `The issuer cannot be asked: ${String(error)}`)
    }))
  const redirectUri = `${publicUrl}${CALLBACK}`
  return {
    async begin() {
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      })
      return { url, attempt }
    },
    async finish(callback, attempt) {
      const claims = await claimsOf(await configuration(), new URL(callback.search, redirectUri), attempt)
      const untrustedGroups = claims[config.groupsClaim]
      const groups = z.array(z.string()).catch([]).parse(untrustedGroups)
      const role = roleOf(groups, groupRoles)
      if (role === null) throw new WebProblem(403, 'You signed in, but none of your groups may enter.')
      return { name: nameOf(claims), role }
    },
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcConfig): Promise<client.Configuration> {
  const isPlain = issuer.startsWith('http:')
  const authentication = clientSecret === null ? client.None() : undefined
  return client.discovery(new URL(issuer), clientId, clientSecret ?? undefined, authentication, {
    timeout: TIMEOUT_SECONDS,
    // The configuration accepts http for an issuer on this machine alone.
    ...(isPlain ? { execute: [client.allowInsecureRequests] } : {}),
  })
}

async function claimsOf(
  configuration: client.Configuration,
  callback: URL,
  { state, nonce, verifier }: OidcAttempt,
): Promise<client.IDToken> {
  try {
    const tokens = await client.authorizationCodeGrant(configuration, callback, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims !== undefined) return claims
  } catch (error) {
    throw new WebProblem(403, `The issuer's answer cannot be used: ${String(error)}`)
  }
  throw new WebProblem(403, 'The issuer sent no ID token.')
}

/** An address counts only where the issuer has verified it: others can be chosen to look like a colleague's. */
function nameOf(claims: client.IDToken): string {
  const { email, email_verified: isVerified, preferred_username: userName, sub } = claimsSchema.parse(claims)
  return (isVerified === true ? email : undefined) ?? userName ?? sub
}
