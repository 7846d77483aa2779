import { GomodError } from '@mirrorwatch/gomod/errors'

/**
 * Git's packet framing (https://git-scm.com/docs/protocol-common#_pkt_line_format): four hex digits of length, themselves
 * included, then the payload; `0000` ends a list, `0001` separates sections, `0002` ends a response.
 */

export type Packet = { type: 'data'; data: Buffer } | { type: 'flush' | 'delimiter' | 'response-end' }

export const FLUSH = '0000'
export const DELIMITER = '0001'

const LENGTH_DIGITS = 4
const LENGTH = /^[0-9a-fA-F]{4}$/

/** One packet holding `text`. */
export function packet(text: string): string {
  const length = Buffer.byteLength(text) + LENGTH_DIGITS
  return length.toString(16).padStart(LENGTH_DIGITS, '0') + text
}

/**
 * Splits an answer into packets.
 *
 * @throws GomodError `bad-response` where a length is not one, or reaches beyond the end.
 */
export function* readPackets(untrustedBytes: Buffer): Generator<Packet> {
  let at = 0
  while (at < untrustedBytes.length) {
    const digits = untrustedBytes.toString('latin1', at, at + LENGTH_DIGITS)
    if (!LENGTH.test(digits)) throw new GomodError('bad-response', 'the server does not speak pkt-line')
    const length = Number.parseInt(digits, 16)
    if (length < LENGTH_DIGITS) {
      yield { type: special(length) }
      at += LENGTH_DIGITS
      continue
    }
    if (at + length > untrustedBytes.length) {
      throw new GomodError('bad-response', "the server's answer ends inside a packet")
    }
    yield { type: 'data', data: untrustedBytes.subarray(at + LENGTH_DIGITS, at + length) }
    at += length
  }
}

function special(length: number): 'flush' | 'delimiter' | 'response-end' {
  if (length === 0) return 'flush'
  if (length === 1) return 'delimiter'
  if (length === 2) return 'response-end'
  throw new GomodError('bad-response', 'the server sent a packet of impossible length')
}
