import { createHash } from 'node:crypto'

/** `h1:` over files in byte order of their names. */
export function hash1(files: Iterable<readonly [string, Buffer]>): string {
  const lines = [...files]
    .map(([name, content]) => ({ name: Buffer.from(name), content }))
    .sort((a, b) => Buffer.compare(a.name, b.name))
    .map(({ name, content }) => `${createHash('sha256').update(content).digest('hex')}  ${name.toString()}\n`)
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`
}
