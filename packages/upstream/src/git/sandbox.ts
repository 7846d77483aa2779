import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { GomodError } from '@mirrorwatch/gomod/errors'
import type { ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'
import type { RateLimiter } from '../http/types.ts'
import { throwIfDiskFull } from './disk-full.ts'
import { watchFolder } from './disk-watch.ts'
import { GIT_PATH, type GitRemote, gitConfigFile, gitEnvironment } from './environment.ts'
import {
  GIT_LOCAL_TIMEOUT_MS,
  GIT_NETWORK_TIMEOUT_MS,
  MAX_GIT_CPU_SECONDS,
  MAX_GIT_MEMORY_BYTES,
  MAX_JOB_BYTES,
  MAX_PACK_BYTES,
  MAX_SMALL_OUTPUT_BYTES,
  STALE_JOB_MS,
} from './limits.ts'
import { type SpawnRequest, type SpawnResult, spawnLimited } from './spawn.ts'

export interface GitSandboxOptions {
  /** Folder in which each job gets one of its own. It is created where it is missing. */
  workDir: string
  /** Bytes that one job may have on disk. */
  maxJobBytes?: number
  /** Bytes of one pack. */
  maxPackBytes?: number
  /** Bytes of address space of one git process. */
  maxMemoryBytes?: number
  /** Milliseconds that a command which talks to a server may take. */
  networkTimeoutMs?: number
  /** Names us to servers. Default: git's own. */
  userAgent?: string
  /** Spaces what git asks of one host, together with all other requests to it. */
  rateLimiter?: RateLimiter
  /** Starts commands; `spawn-pool.ts` has one for processes that must not stand still meanwhile. Default: this thread does. */
  spawn?: (request: SpawnRequest) => Promise<SpawnResult>
}

/** What starts jobs. It holds no state but its folder, so one serves any number of concurrent jobs. */
export interface GitSandbox {
  readonly options: Readonly<GitSandboxOptions>
  /** False where the system has no `prlimit`: then only time, output and the folder's size are bounded. */
  readonly hasResourceLimits: boolean
  /** A fresh bare repository in a folder of its own, deleted with the job. Never shared. */
  openJob(remote: GitRemote, options?: { objectFormat?: ObjectFormat; signal?: AbortSignal }): Promise<GitJob>
}

export interface RunOptions {
  stdin?: string | Uint8Array
  timeoutMs?: number
  maxStdoutBytes?: number
  onStdout?: (chunk: Buffer) => void
  env?: Record<string, string>
}

/** One repository's short life on disk. */
export interface GitJob extends AsyncDisposable {
  readonly dir: string
  readonly remote: GitRemote
  readonly objectFormat: ObjectFormat
  /** Milliseconds that a command which talks to the server may take. */
  readonly networkTimeoutMs: number
  /** Ids and sizes of the file contents that are there, as last listed; null after a fetch. Kept by `localBlobs`. */
  blobs: Map<string, number> | null
  /** Resolves when the server may be asked so many requests in a row. */
  acquire(requests: number): Promise<void>
  /** The server said that it is asked too often. */
  throttled(): Promise<void>
  /** Runs `git ARGS`; resolves for every exit status. @throws Error `ENOSPC` where it failed for want of disk. */
  run(args: string[], options?: RunOptions): Promise<SpawnResult>
  /** The most that the job's folder was seen to hold, now included, in bytes. */
  peakBytes(): Promise<number>
}

const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find((file) => existsSync(file)) ?? null
const FOLDER_PREFIX = 'mirrorwatch-git-'

/** Prepares `workDir` and clears what a killed process may have left there. */
export async function createGitSandbox(options: GitSandboxOptions): Promise<GitSandbox> {
  await mkdir(options.workDir, { recursive: true })
  await removeStaleJobs(options.workDir)
  let checked: Promise<void> | null = null
  return {
    options,
    hasResourceLimits: PRLIMIT !== null,
    async openJob(remote, jobOptions = {}) {
      checked ??= requireGit(options.workDir)
      await checked
      return openJob(options, remote, jobOptions)
    },
  }
}

/** Older ones do not read the configuration file that a job gives them, and so would not be bound by it. */
const OLDEST_GIT = [2, 32] as const

/** @throws GomodError `git-failed` where git is missing or too old to be held. */
async function requireGit(cwd: string): Promise<void> {
  const { code, stdout } = await spawnLimited({
    file: 'git',
    args: ['version'],
    cwd,
    env: { PATH: GIT_PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
    timeoutMs: GIT_LOCAL_TIMEOUT_MS,
    maxStdoutBytes: MAX_SMALL_OUTPUT_BYTES,
  })
  const [, major = '0', minor = '0'] = /^git version (\d+)\.(\d+)/.exec(stdout.toString('latin1')) ?? []
  const isOld =
    Number(major) < OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) < OLDEST_GIT[1])
  if (code === 0 && !isOld) return
  throw new GomodError('git-failed', `git ${OLDEST_GIT.join('.')} or newer is needed to look at repositories`)
}

async function removeStaleJobs(workDir: string): Promise<void> {
  const oldest = Date.now() - STALE_JOB_MS
  for (const name of await readdir(workDir)) {
    if (!name.startsWith(FOLDER_PREFIX)) continue
    const folder = path.join(workDir, name)
    const found = await stat(folder).catch(goneMeanwhile)
    if (found !== null && found.mtimeMs < oldest) await rm(folder, { recursive: true, force: true })
  }
}

/** Another process may clear the same folder at the same time. */
function goneMeanwhile(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

async function openJob(
  options: GitSandboxOptions,
  remote: GitRemote,
  { objectFormat = 'sha1', signal }: { objectFormat?: ObjectFormat; signal?: AbortSignal },
): Promise<GitJob> {
  signal?.throwIfAborted()
  const dir = await mkdtemp(path.join(path.resolve(options.workDir), FOLDER_PREFIX))
  try {
    await writeEmptyRepository(dir, gitConfigFile(remote, options.userAgent), objectFormat)
  } catch (error) {
    await removeJob(dir)
    throw error
  }
  const maxJobBytes = options.maxJobBytes ?? MAX_JOB_BYTES
  const watch = watchFolder(dir, maxJobBytes)
  const stop = signal === undefined ? watch.signal : AbortSignal.any([signal, watch.signal])
  const env = gitEnvironment(dir, remote)
  return {
    dir,
    remote,
    objectFormat,
    blobs: null,
    networkTimeoutMs: options.networkTimeoutMs ?? GIT_NETWORK_TIMEOUT_MS,
    peakBytes: () => watch.peakBytes(),
    async acquire(requests) {
      if (remote.scheme !== 'file')
        await options.rateLimiter?.acquire(new URL(remote.url).host, stop, requests)
    },
    async throttled() {
      if (remote.scheme !== 'file') await options.rateLimiter?.throttled(new URL(remote.url).host)
    },
    async run(args, run = {}) {
      const result = await (options.spawn ?? spawnLimited)({
        ...limitedCommand(args, options),
        cwd: dir,
        env: { ...env, ...run.env },
        stdin: run.stdin,
        timeoutMs: run.timeoutMs ?? GIT_LOCAL_TIMEOUT_MS,
        maxStdoutBytes: run.maxStdoutBytes ?? MAX_SMALL_OUTPUT_BYTES,
        onStdout: run.onStdout,
        signal: stop,
      })
      if (result.code !== 0) await throwIfDiskFull(dir, result)
      return result
    },
    async [Symbol.asyncDispose]() {
      await watch.stop()
      await removeJob(dir)
    },
  }
}

async function removeJob(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 })
}

/** `prlimit` sets the limits and becomes git: an argument vector all the way, no shell. */
function limitedCommand(args: string[], options: GitSandboxOptions): { file: string; args: string[] } {
  if (PRLIMIT === null) return { file: 'git', args }
  const limits = [
    `--fsize=${options.maxPackBytes ?? MAX_PACK_BYTES}`,
    `--cpu=${MAX_GIT_CPU_SECONDS}`,
    `--as=${options.maxMemoryBytes ?? MAX_GIT_MEMORY_BYTES}`,
    '--core=0',
  ]
  return { file: PRLIMIT, args: [...limits, '--', 'git', ...args] }
}

/**
 * What `git init --bare --template=` would write, without starting it: no hooks, no description, no exclude file.
 * `info/attributes` outranks the tree's own attributes; Go puts the same line there.
 */
async function writeEmptyRepository(dir: string, gitConfig: string, format: ObjectFormat): Promise<void> {
  const git = path.join(dir, 'git')
  for (const folder of ['objects/pack', 'objects/info', 'refs/heads', 'refs/tags', 'info']) {
    await mkdir(path.join(git, folder), { recursive: true })
  }
  const extensions = format === 'sha256' ? '[extensions]\nobjectFormat = sha256\n' : ''
  await Promise.all([
    writeFile(path.join(git, 'HEAD'), 'ref: refs/heads/none\n'),
    writeFile(path.join(git, 'config'), `[core]\nrepositoryFormatVersion = 1\nbare = true\n${extensions}`),
    writeFile(path.join(git, 'info/attributes'), '* -export-subst -export-ignore\n'),
    writeFile(path.join(dir, 'gitconfig'), gitConfig),
  ])
}

/** The failure of a git command as an error: `git-failed`, or `too-large` where a limit of ours ended it. */
export function gitFailure(what: string, result: SpawnResult): GomodError {
  const text = safeText(result.untrustedStderr)
  if (result.killedBy === 'SIGXFSZ' || /SIGXFSZ|File too large|invalid index-pack output/.test(text)) {
    return new GomodError('too-large', `${what}: the repository is over the size limit`)
  }
  if (/out of memory|malloc, tried|mmap failed|Cannot allocate/i.test(text)) {
    return new GomodError('too-large', `${what}: git needs more memory than it is allowed`)
  }
  if (result.killedBy === 'SIGXCPU') return new GomodError('too-large', `${what}: over the limit of CPU time`)
  const status = result.killedBy ?? `status ${result.code}`
  return new GomodError('git-failed', `${what}: git ended with ${status}${text === '' ? '' : `: ${text}`}`)
}

const SHOWN_STDERR_CHARS = 300

/** Server text in one printable line. */
export function safeText(untrustedText: string): string {
  return untrustedText
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, SHOWN_STDERR_CHARS)
}
