import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { NotifyError } from '../errors.ts'

/** Reads an Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` writes it. @throws NotifyError `bad-config` */
export function parseSigningKey(pem: string): KeyObject {
  let key: KeyObject | null = null
  let cause: unknown
  try {
    key = createPrivateKey(pem)
  } catch (error) {
    cause = error
  }
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new NotifyError('bad-config', 'the signing key is not an Ed25519 private key in PEM', {
    todo: 'Make one with: openssl genpkey -algorithm ed25519 -out deny-list.pem',
    cause,
  })
}

/** Returns the raw Ed25519 signature of a list, which `openssl pkeyutl -verify -rawin` checks. */
export function signList(list: Uint8Array, key: KeyObject): Buffer {
  return sign(null, list, key)
}
