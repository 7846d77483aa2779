import { execFile } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Environment that hides this machine's git configuration, so that repositories are the same everywhere. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_AUTHOR_NAME: 'evaluation',
  GIT_AUTHOR_EMAIL: 'evaluation@example.invalid',
  GIT_COMMITTER_NAME: 'evaluation',
  GIT_COMMITTER_EMAIL: 'evaluation@example.invalid',
}

/** Runs git and returns its output. It is async because this process also serves repositories at the same time. */
export async function git(args: string[], extra: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await run('git', args, {
    env: { ...ENVIRONMENT, ...extra },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

/** Runs git and returns its output, or null if git fails. */
export async function gitOrNull(args: string[]): Promise<string | null> {
  try {
    return await git(args)
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return null
    throw error
  }
}

/** Writes a ref's files into a new folder, leaving the repository as it is. */
export async function checkout(directory: string, ref: string, into: string): Promise<void> {
  mkdirSync(into, { recursive: true })
  const index = `${into}.index`
  await git(['--git-dir', directory, '--work-tree', into, 'checkout', '-q', '-f', ref, '--', '.'], {
    GIT_INDEX_FILE: index,
  })
  rmSync(index, { force: true })
}

/** Makes a repository of one commit and a tag out of a folder, which becomes its work tree; an existing tag moves. */
export async function commitAndTag(folder: string, bare: string, tag: string, at: Date): Promise<void> {
  const date = { GIT_AUTHOR_DATE: at.toISOString(), GIT_COMMITTER_DATE: at.toISOString() }
  const here = ['--git-dir', bare, '--work-tree', folder]
  mkdirSync(path.dirname(bare), { recursive: true })
  await git(['init', '-q', '--bare', '-b', 'main', bare])
  await git(['--git-dir', bare, 'config', 'core.bare', 'false'])
  await git([...here, 'add', '-A', '-f', '.'], date)
  await git([...here, 'commit', '-q', '--allow-empty', '-m', 'Release'], date)
  await git([...here, 'tag', '-f', tag], date)
  await git(['--git-dir', bare, 'config', 'core.bare', 'true'])
}
