import { spawn } from 'node:child_process'
import { WorldError } from './errors.ts'

/** Environment that hides the machine's settings from git, so that repositories are the same on every machine. */
export const CLOSED_GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
}

/**
 * Runs git with nothing of the machine's configuration and returns its output.
 *
 * @throws WorldError `git-failed` with git's own words.
 */
export async function runGit(args: string[], input: Buffer | null = null): Promise<Buffer> {
  const child = spawn('git', args, { env: CLOSED_GIT_ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] })
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const output: Buffer[] = []
  const complaints: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  child.once('error', (cause) => reject(new WorldError('git-failed', 'cannot run git', { cause })))
  child.once('close', (code) => {
    if (code === 0) return resolve(Buffer.concat(output))
    const words = Buffer.concat(complaints).toString().trim()
    reject(new WorldError('git-failed', `git ${args.join(' ')} ended with ${code}: ${words}`))
  })
  // git may end before it has read everything; its exit code then says why.
  child.stdin.once('error', () => child.stdin.destroy())
  child.stdin.end(input ?? Buffer.alloc(0))
  return promise
}
