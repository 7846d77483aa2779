import { runGit } from './git-command.ts'
import type { Tree } from './spec.ts'

const BLOCK = 512

/** Whether git may write other bytes than it stores (`eol`, `ident`, `working-tree-encoding`). */
export function hasAttributes(tree: Tree): boolean {
  for (const [path, file] of tree)
    if ((path === '.gitattributes' || path.endsWith('/.gitattributes')) && file.mode.startsWith('100'))
      return true
  return false
}

/** What `git archive` writes for a commit, called as cmd/go calls it: contents of regular files by full path. */
export async function archiveContents(directory: string, commit: string): Promise<Map<string, Buffer>> {
  const tar = await runGit([
    `--git-dir=${directory}`,
    '-c',
    'core.autocrlf=input',
    '-c',
    'core.eol=lf',
    'archive',
    '--format=tar',
    commit,
  ])
  return readTar(tar)
}

function readTar(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  let longName: string | undefined
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK)
    const size = Number.parseInt(text(header, 124, 12), 8)
    const content = tar.subarray(at + BLOCK, at + BLOCK + size)
    const type = text(header, 156, 1)
    if (type === 'x') longName = / path=(.*)\n/.exec(content.toString())?.[1]
    if (type === '0') files.set(longName ?? joined(text(header, 345, 155), text(header, 0, 100)), content)
    if (type !== 'x' && type !== 'g') longName = undefined
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return files
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? length : end).toString()
}

function joined(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}/${name}`
}
