/** Kinds of content that a few bytes at the beginning give away. */
const PROGRAMS_AND_ARCHIVES: readonly [name: string, bytes: readonly number[]][] = [
  ['an ELF program', [0x7f, 0x45, 0x4c, 0x46]],
  ['a Mach-O program', [0xcf, 0xfa, 0xed, 0xfe]],
  ['a Mach-O program', [0xce, 0xfa, 0xed, 0xfe]],
  ['a WebAssembly program', [0x00, 0x61, 0x73, 0x6d]],
  ['a gzip archive', [0x1f, 0x8b, 0x08]],
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf]],
]

/** Names of text and of pictures: no program and no archive has one. */
const TEXT_OR_PICTURE =
  /\.(go|md|txt|json|jsonc|ya?ml|toml|xml|html?|css|js|ts|mjs|svg|csv|tsv|sh|proto|tmpl|sql|mod|sum|cfg|ini|conf|env|png|jpe?g|gif|webp|ico|ttf|otf|woff2?)$/i

const PICTURES: readonly [name: RegExp, magic: readonly (readonly number[])[]][] = [
  [/\.png$/i, [[0x89, 0x50, 0x4e, 0x47]]],
  [/\.jpe?g$/i, [[0xff, 0xd8, 0xff]]],
  [/\.gif$/i, [[0x47, 0x49, 0x46, 0x38]]],
  [/\.woff2$/i, [[0x77, 0x4f, 0x46, 0x32]]],
  [/\.woff$/i, [[0x77, 0x4f, 0x46, 0x46]]],
]

/** Smaller files are stubs and tests' broken pictures. */
const MIN_BYTES = 64

/** Says what a file is where its name says another kind; null where the name may be right. */
export function contradicts(
  path: string,
  content: Uint8Array,
): { kind: 'false-extension'; detail: string } | null {
  if (content.length < MIN_BYTES || !TEXT_OR_PICTURE.test(path)) return null
  const program = PROGRAMS_AND_ARCHIVES.find(([, magic]) => startsWith(content, magic))?.[0]
  const found = program ?? (isWindowsProgram(content) ? 'a Windows program' : null)
  if (found !== null) return { kind: 'false-extension', detail: `is ${found}` }
  const picture = PICTURES.find(([name]) => name.test(path))
  if (picture === undefined || isText(content)) return null
  const isOne = PICTURES.some(([, magics]) => magics.some((magic) => startsWith(content, magic)))
  return isOne || startsWith(content, [0x52, 0x49, 0x46, 0x46])
    ? null
    : { kind: 'false-extension', detail: 'is not what its name says' }
}

function startsWith(content: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => content[at] === byte)
}

/** `MZ`, and `PE` where the header says: two letters alone begin many texts. */
function isWindowsProgram(content: Uint8Array): boolean {
  if (!startsWith(content, [0x4d, 0x5a]) || content.length < 64) return false
  const at = new DataView(content.buffer, content.byteOffset, content.length).getUint32(60, true)
  return at + 1 < content.length && content[at] === 0x50 && content[at + 1] === 0x45
}

/** A picture's place is often held by text: a pointer of Git LFS, an empty drawing. */
function isText(content: Uint8Array): boolean {
  return !content.subarray(0, 512).includes(0) && content[0] !== undefined && content[0] < 128
}
