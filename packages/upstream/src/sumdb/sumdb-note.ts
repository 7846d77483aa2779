import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { GomodError } from '@mirrorwatch/gomod/errors'

/** A tree head note is 200 bytes; witnesses may add signatures. */
export const MAX_NOTE_BYTES = 64 * 1024
/** More signatures than this in one note are refused, as Go does. */
const MAX_NOTE_SIGNATURES = 100

/** Signed notes (https://pkg.go.dev/golang.org/x/mod/sumdb/note) and the tree heads in them. */

/** The key whose signature counts: `name+hash+key`, as in GOSUMDB. */
export interface VerifierKey {
  name: string
  /** First four bytes of the key's hash, big-endian. */
  hash: number
  publicKey: KeyObject
}

/** A signed statement: the log has `size` records, and this is the hash over all of them (RFC 6962). */
export interface TreeHead {
  size: bigint
  hash: Buffer
}

const ED25519 = 1
/** DER around a raw 32-byte Ed25519 public key (RFC 8410). */
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex')
const SIGNATURE_PREFIX = '\u2014 '

/** Throws `malformed`. */
export function parseVerifierKey(text: string): VerifierKey {
  // The base64 may hold more plus signs.
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim())
  const [, name = '', hex = '', base64 = ''] = match ?? []
  const key = Buffer.from(base64, 'base64')
  if (!match || key.length !== 33 || key[0] !== ED25519) {
    throw new GomodError('malformed', 'not a verifier key: expected name+hash+key with an Ed25519 key')
  }
  const hash = createHash('sha256').update(`${name}\n`).update(key).digest().readUInt32BE(0)
  if (hash !== Number.parseInt(hex, 16)) {
    throw new GomodError(
      'malformed',
      `verifier key of ${name}: its hash does not fit, a character may be wrong`,
    )
  }
  const der = Buffer.concat([SPKI_ED25519, key.subarray(1)])
  return { name, hash, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

/**
 * The text of a note, which `key` has signed. Signatures of other keys are not looked at. Throws `malformed` for what is no
 * note, `not-trusted` for one that the key has not signed.
 */
export function openNote(untrustedNote: string, key: VerifierKey): string {
  const { text, signatures } = splitNote(untrustedNote)
  let signed = false
  for (const { name, raw } of signatures) {
    if (name !== key.name || raw.readUInt32BE(0) !== key.hash) continue
    if (!verify(null, Buffer.from(text), key.publicKey, raw.subarray(4))) {
      throw new GomodError('not-trusted', `the signature of ${key.name} is wrong`)
    }
    signed = true
  }
  if (!signed) throw new GomodError('not-trusted', `not signed by ${key.name}`)
  return text
}

function splitNote(untrustedNote: string): { text: string; signatures: { name: string; raw: Buffer }[] } {
  if (untrustedNote.length > MAX_NOTE_BYTES) throw malformed('too long')
  // The signature covers bytes: text that changes on its way to UTF-8 is refused, and so are control characters.
  if (!untrustedNote.isWellFormed() || /[^\n\P{Cc}]/u.test(untrustedNote))
    throw malformed('control characters')
  const cut = untrustedNote.lastIndexOf('\n\n')
  if (cut < 0 || !untrustedNote.endsWith('\n')) throw malformed('no signatures')
  const lines = untrustedNote.slice(cut + 2, -1).split('\n')
  if (lines.length > MAX_NOTE_SIGNATURES) throw malformed('too many signatures')
  return { text: untrustedNote.slice(0, cut + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): { name: string; raw: Buffer } {
  const [name = '', base64 = '', ...rest] = line.slice(SIGNATURE_PREFIX.length).split(' ')
  const raw = Buffer.from(base64, 'base64')
  const isSound = line.startsWith(SIGNATURE_PREFIX) && rest.length === 0 && name !== '' && !name.includes('+')
  if (isSound && raw.length > 4 && raw.toString('base64') === base64) return { name, raw }
  throw malformed('a malformed signature line')
}

/** Reads the tree head in a note's text; lines after the third are for others. Throws `malformed`. */
export function parseTreeHead(text: string): TreeHead {
  const match = /^go\.sum database tree\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n/.exec(text)
  const hash = Buffer.from(match?.[2] ?? '', 'base64')
  if (!match || hash.toString('base64') !== match[2]) {
    throw new GomodError('malformed', 'not a tree head of a checksum database')
  }
  return { size: BigInt(match[1] ?? '0'), hash }
}

function malformed(problem: string): GomodError {
  return new GomodError('malformed', `not a signed note: ${problem}`)
}
