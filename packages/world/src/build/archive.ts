import { createTarReader } from '@mirrorwatch/upstream/git/tar'
import { runGit } from './git-command.ts'
import type { Tree } from './spec.ts'

/** Returns true if git may write other bytes than it stores (`eol`, `ident`, `working-tree-encoding`). */
export function hasAttributes(tree: Tree): boolean {
  for (const [path, file] of tree)
    if (/(^|\/)\.gitattributes$/.test(path) && file.mode.startsWith('100')) return true
  return false
}

/** Runs `git archive` as cmd/go does, and returns the contents of the commit's regular files by full path. */
export async function archiveContents(directory: string, commit: string): Promise<Map<string, Buffer>> {
  const conversions = ['-c', 'core.autocrlf=input', '-c', 'core.eol=lf']
  const tar = await runGit([`--git-dir=${directory}`, ...conversions, 'archive', '--format=tar', commit])
  const files = new Map<string, Buffer>()
  let path = ''
  let chunks: Buffer[] = []
  const reader = createTarReader({
    file: (name) => {
      path = name
      chunks = []
    },
    data: (chunk) => chunks.push(chunk),
    endFile: () => files.set(path, Buffer.concat(chunks)),
  })
  reader.push(tar)
  await reader.end()
  return files
}
