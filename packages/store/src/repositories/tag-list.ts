/**
 * The tags of a repository as one packed value: sorted names, each without what it shares with the one before, followed by
 * the commit's 20 bytes (32 in a repository of SHA-256). About 25 bytes a tag.
 *
 * Layout: format (1 byte), bytes of an id (1 byte), then for each tag: shared characters, further characters (both as varints),
 * the further characters, the id.
 */

/** Commit ids in hexadecimal by tag name, without `refs/tags/`. Names are ASCII. */
export type TagList = ReadonlyMap<string, string>

const FORMAT = 1

/** Packs a list. Equal lists give equal bytes, so unchanged tags are recognized without unpacking. */
export function packTags(tags: TagList): Buffer {
  const names = [...tags.keys()].sort()
  const idBytes = (tags.get(names[0] ?? '')?.length ?? 40) / 2
  const parts: Buffer[] = [Buffer.from([FORMAT, idBytes])]
  let before = ''
  for (const name of names) {
    const shared = sharedPrefix(before, name)
    const rest = Buffer.from(name.slice(shared), 'latin1')
    parts.push(Buffer.from([...varint(shared), ...varint(rest.length)]), rest)
    parts.push(Buffer.from(tags.get(name) ?? '', 'hex'))
    before = name
  }
  return Buffer.concat(parts)
}

/** Unpacks a list. @throws RangeError for bytes that {@link packTags} did not write */
export function unpackTags(packed: Buffer): Map<string, string> {
  const tags = new Map<string, string>()
  const [format, idBytes = 0] = packed
  if (format !== FORMAT || (idBytes !== 20 && idBytes !== 32))
    throw new RangeError('not a packed list of tags')
  let at = 2
  let before = ''
  const number = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = packed.readUInt8(at++)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < packed.length) {
    const shared = number()
    const length = number()
    const name = before.slice(0, shared) + packed.toString('latin1', at, at + length)
    at += length
    if (at + idBytes > packed.length) throw new RangeError('the packed list of tags ends inside a tag')
    tags.set(name, packed.toString('hex', at, at + idBytes))
    at += idBytes
    before = name
  }
  return tags
}

function sharedPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return [...bytes, rest]
}
