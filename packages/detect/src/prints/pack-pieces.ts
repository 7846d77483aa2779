import { MAX_PIECES } from './code-prints.ts'

const FORMAT = 1
/** Bytes of the largest packed list: eight a number at most. */
const MAX_BYTES = MAX_PIECES * 8 + 1

/** Packs ascending numbers below 2^52: one byte of format, then the step from one to the next as LEB128, five bytes on average. */
export function packPieces(pieces: readonly number[]): Buffer {
  const bytes: number[] = [FORMAT]
  let before = 0
  for (const piece of pieces) {
    let step = piece - before
    before = piece
    for (; step >= 128; step = Math.floor(step / 128)) bytes.push((step % 128) | 0x80)
    bytes.push(step)
  }
  return Buffer.from(bytes)
}

/**
 * Reverse of {@link packPieces}.
 *
 * @throws RangeError for bytes that are not packed pieces.
 */
export function unpackPieces(bytes: Uint8Array): number[] {
  if (bytes[0] !== FORMAT || bytes.length > MAX_BYTES) throw new RangeError('not packed pieces')
  const pieces: number[] = []
  let [before, step, factor] = [0, 0, 1]
  for (const byte of bytes.subarray(1)) {
    step += (byte & 0x7f) * factor
    factor *= 128
    if (step >= 2 ** 52) throw new RangeError('packed pieces: a number is too large')
    if (byte >= 0x80) continue
    before += step
    pieces.push(before)
    ;[step, factor] = [0, 1]
  }
  if (factor !== 1) throw new RangeError('packed pieces: cut off')
  return pieces
}
