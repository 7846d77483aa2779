import type { TreeEntry } from '@mirrorwatch/gomod/tree/tree-entry'
import { writeIndex } from './index-file.ts'
import { gitFailure } from './run/failure.ts'
import type { GitJob } from './run/job.ts'
import { MAX_TREE_BYTES } from './tree.ts'

/** Words without which a `.gitattributes` converts nothing on the way out (filters do nothing where none is configured). */
const CONVERTING = /eol|ident|working-tree-encoding/

/** False where this `.gitattributes` cannot change a byte of any file. */
export function mayConvert(untrustedAttributes: Buffer): boolean {
  return CONVERTING.test(untrustedAttributes.toString('latin1'))
}

/**
 * The `.gitattributes` that can act on `path`: regular ones, in its directory and above. A symlink of that name is ignored
 * by git.
 */
export function attributeFilesFor(path: string, byPath: ReadonlyMap<string, TreeEntry>): TreeEntry[] {
  const found: TreeEntry[] = []
  let directory = path
  while (directory !== '') {
    directory = directory.slice(0, Math.max(0, directory.lastIndexOf('/')))
    const entry = byPath.get(directory === '' ? '.gitattributes' : `${directory}/.gitattributes`)
    if (entry !== undefined && isRegular(entry.mode)) found.push(entry)
  }
  return found
}

/** Regular files, with any permissions: ancient repositories have `100664`. */
export function isRegular(mode: string): boolean {
  return mode.startsWith('100')
}

/**
 * Those of `files` whose attributes ask for a conversion. Whether it changes anything depends on the content. Needs the
 * contents of the attribute files alone, which must be there.
 */
export async function convertiblePaths(
  job: GitJob,
  files: readonly TreeEntry[],
  attributes: readonly TreeEntry[],
): Promise<Set<string>> {
  const env = await writeIndex(job, [...files, ...attributes])
  const names = ['eol', 'ident', 'working-tree-encoding']
  const result = await job.run(['check-attr', '--cached', '-z', '--stdin', ...names], {
    env,
    stdin: files.map(({ path }) => `${path}\0`).join(''),
    maxStdoutBytes: 4 * MAX_TREE_BYTES,
  })
  if (result.code !== 0) throw gitFailure('reading the attributes', result)
  const fields = result.stdout.toString('utf8').split('\0')
  const converted = new Set<string>()
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [path = '', name = '', value = ''] = fields.slice(i, i + 3)
    if (asksForConversion(name, value)) converted.add(path)
  }
  return converted
}

function asksForConversion(name: string, value: string): boolean {
  if (name === 'eol') return value === 'crlf'
  if (name === 'ident') return value === 'set'
  return value !== 'unspecified' && value !== 'unset'
}
