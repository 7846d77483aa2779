/**
 * Text as Go keeps it: one character of 0 to 255 for each byte. A {@link GAP} stands for a piece that is not known, so that
 * `"http://host/" + name` still says something.
 */

/** The unknown piece of a string; no byte has this code. */
export const GAP = '…'

const ASCII = /^[\0-\x7f]*$/

/** Returns the UTF-8 bytes of a text. */
export function toBytes(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** Returns bytes as text for people: what is not UTF-8 shows as U+FFFD, gaps stay. */
export function toText(bytes: string): string {
  if (ASCII.test(bytes)) return bytes
  return bytes
    .split(GAP)
    .map((piece) => Buffer.from(piece, 'latin1').toString('utf8'))
    .join(GAP)
}

/** Returns the bytes of `string(rune(code))`: U+FFFD for what is no character. */
export function runeToBytes(code: number | bigint): string {
  const valid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
  return toBytes(String.fromCodePoint(valid ? Number(code) : 0xfffd))
}
