import { createHash } from 'node:crypto'

/** Returns the anchor of a file on a page of differences. Paths are from outside, so the anchor is a hash. */
export function fileAnchor(than: string, version: string, untrustedPath: string): string {
  const hash = createHash('sha256').update(`${than}\0${version}\0${untrustedPath}`).digest('hex')
  return `f-${hash.slice(0, 10)}`
}

/** Returns the anchor of a line: `R80` on the compiled side, `L80` on the other. */
export function lineAnchor(file: string, side: 'L' | 'R', line: number): string {
  return `${file}-${side}${line}`
}
