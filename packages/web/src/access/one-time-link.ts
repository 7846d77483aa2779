import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Lets the owner of this machine in, once for each link. */
export interface OneTimeLink {
  /** Path and query of the link that is valid now. */
  path(): string
  /** Returns true and makes a new link if `untrustedCode` is that of the valid one. */
  use(untrustedCode: string): boolean
}

export function createOneTimeLink(): OneTimeLink {
  let code = randomBytes(24).toString('base64url')
  return {
    path: () => `/enter?code=${code}`,
    use(untrustedCode) {
      if (!timingSafeEqual(hashOf(untrustedCode), hashOf(code))) return false
      code = randomBytes(24).toString('base64url')
      return true
    },
  }
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
