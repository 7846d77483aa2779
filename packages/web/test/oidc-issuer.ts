import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small OpenID Connect issuer on loopback that signs in the person of `claims`, without asking. */
export interface OidcIssuer extends AsyncDisposable {
  url: string
  claims: Record<string, unknown>
}

/** Starts the issuer. It checks the code, the redirect and the PKCE verifier, as a real one does. */
export async function startOidcIssuer(clientId: string): Promise<OidcIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, { challenge: string; nonce: string; redirect: string }>()
  const issuer = { claims: {} as Record<string, unknown> }
  let url = ''

  const idToken = (nonce: string): string => {
    const now = Math.floor(Date.now() / 1000)
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const head = part({ alg: 'RS256', kid: 'one', typ: 'JWT' })
    const body = part({ iss: url, aud: clientId, iat: now, exp: now + 60, nonce, ...issuer.claims })
    return `${head}.${body}.${sign('sha256', Buffer.from(`${head}.${body}`), privateKey).toString('base64url')}`
  }

  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', url)
    const send = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    if (asked.pathname === '/.well-known/openid-configuration') {
      return send({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      })
    }
    if (asked.pathname === '/keys') {
      return send({
        keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
      })
    }
    if (asked.pathname === '/authorize') {
      const value = (name: string): string => asked.searchParams.get(name) ?? ''
      const code = randomUUID()
      const redirect = value('redirect_uri')
      codes.set(code, { challenge: value('code_challenge'), nonce: value('nonce'), redirect })
      const back = new URL(redirect)
      back.searchParams.set('code', code)
      back.searchParams.set('state', value('state'))
      response.writeHead(302, { location: back.href }).end()
      return
    }
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const form = new URLSearchParams(text)
      const code = form.get('code') ?? ''
      const kept = codes.get(code)
      codes.delete(code)
      const verifier = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      const isRight = kept?.challenge === verifier && kept.redirect === form.get('redirect_uri')
      if (!isRight) return send({ error: 'invalid_grant' }, 400)
      send({ access_token: 'x', token_type: 'Bearer', id_token: idToken(kept.nonce) })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    get claims() {
      return issuer.claims
    },
    set claims(claims) {
      issuer.claims = claims
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
