import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'
import type { RateLimiter } from '../../http/types.ts'
import { throwIfDiskFull } from './disk-full.ts'
import { watchFolder } from './disk-watch.ts'
import { type GitRemote, gitConfigFile, gitEnvironment } from './environment.ts'
import { type SpawnRequest, type SpawnResult, spawnLimited } from './spawn.ts'

/** One file that git writes, so one pack: Go itself refuses a module of more than 500 MiB. */
const MAX_PACK_BYTES = 512 * 1024 * 1024
/** Everything in one job's folder: a pack, its index, and a second pack for contents asked for later. */
export const MAX_JOB_BYTES = 1280 * 1024 * 1024
/**
 * Address space of one git process. Git inflates trees and commits of any size whole, and a file twice where it
 * converts it; packs are mapped in windows of 16 MiB.
 */
const MAX_GIT_MEMORY_BYTES = 1536 * 1024 * 1024
/** CPU seconds of one git process: a depth-1 fetch of the largest repositories takes a few. */
const MAX_GIT_CPU_SECONDS = 120
/** Wall time of a command that talks to a server. */
const GIT_NETWORK_TIMEOUT_MS = 300_000
/** Wall time of a command that does not. */
export const GIT_LOCAL_TIMEOUT_MS = 120_000
/** Standard output of a command that answers in a line or a few. */
export const MAX_SMALL_OUTPUT_BYTES = 4 * 1024 * 1024

export interface GitSandboxOptions {
  /** Folder in which each job gets a folder. It is created if it is missing. */
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
  /** Starts commands; `spawn-pool.ts` has one for processes whose event loop must not block. Default: this thread starts them. */
  spawn?: (request: SpawnRequest) => Promise<SpawnResult>
}

interface RunOptions {
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
  /** Resolves when the server may be sent that number of requests in a row. */
  acquire(requests: number): Promise<void>
  /** The server said that it is asked too often. */
  throttled(): Promise<void>
  /** Runs `git ARGS`; resolves for every exit status. @throws Error `ENOSPC` where it failed for want of disk. */
  run(args: string[], options?: RunOptions): Promise<SpawnResult>
  /** The most that the job's folder was seen to hold, now included, in bytes. */
  peakBytes(): Promise<number>
}

/** Sets resource limits and becomes the command; null where the system has none. */
export const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find((file) => existsSync(file)) ?? null
/** Start of the names of job folders. */
export const FOLDER_PREFIX = 'mirrorwatch-git-'

/** Makes a job's repository. @see GitSandbox.openJob */
export async function openJob(
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
