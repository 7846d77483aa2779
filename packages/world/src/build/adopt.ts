import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WorldError } from './errors.ts'
import { runGit } from './git-command.ts'
import type { Commit } from './history.ts'
import type { Repository } from './repositories.ts'
import type { FileMode, TreeFile } from './spec.ts'

/**
 * Brings the branches, the tags and HEAD of a git repository on this machine into `repository`, which has none so far.
 *
 * @throws WorldError `git-failed`.
 */
export async function fetchInto({ directory }: Repository, from: string): Promise<void> {
  const refs = ['heads', 'tags'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`)
  await runGit([`--git-dir=${directory}`, 'fetch', '--quiet', from, ...refs])
  await writeFile(join(directory, 'HEAD'), await readFile(join(from, 'HEAD')))
}

/**
 * Reads from git the commit that a tag or branch names, for repositories whose past is not in memory.
 *
 * @throws WorldError `git-failed`.
 */
export async function readCommit(directory: string, ref: string): Promise<{ id: string; commit: Commit }> {
  const git = (args: string[], input?: Buffer): Promise<Buffer> =>
    runGit([`--git-dir=${directory}`, ...args], input)
  const [id = '', seconds] = String(await git(['log', '-1', '--format=%H %ct', ref])).split(' ')
  const listed = String(await git(['ls-tree', '-r', '-z', '--full-tree', id])).split('\0')
  const entries = listed.flatMap((line) => {
    const [, mode, object, path] = /^(\d{6}) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    return path === undefined ? [] : [{ mode: mode as FileMode, object: object as string, path }]
  })
  const wanted = entries.filter(({ mode }) => mode !== '160000')
  const output = await git(
    ['cat-file', '--batch'],
    Buffer.from(wanted.map((each) => `${each.object}\n`).join('')),
  )
  const contents = new Map<string, Buffer>()
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at)
    const [object = '', , size] = output.toString('latin1', at, end).split(' ')
    if (size === undefined) throw new WorldError('git-failed', `${directory} lacks the object ${object}`)
    contents.set(object, output.subarray(end + 1, end + 1 + Number(size)))
    at = end + 1 + Number(size) + 1
  }
  const tree = new Map<string, TreeFile>(
    entries.map(({ mode, object, path }) => [
      path,
      { mode, content: contents.get(object) ?? Buffer.from(object) },
    ]),
  )
  return { id, commit: { parent: null, tree, seconds: Number(seconds), author: '', message: '' } }
}
