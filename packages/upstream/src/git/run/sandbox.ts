import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { GomodError } from '@mirrorwatch/gomod/errors'
import type { ObjectFormat } from '@mirrorwatch/gomod/zip/dirhash'
import { makeFolder } from '../../make-folder.ts'
import { GIT_PATH, type GitRemote } from './environment.ts'
import {
  FOLDER_PREFIX,
  GIT_LOCAL_TIMEOUT_MS,
  type GitJob,
  type GitSandboxOptions,
  MAX_SMALL_OUTPUT_BYTES,
  openJob,
  PRLIMIT,
} from './job.ts'
import { spawnLimited } from './spawn.ts'

/** Job folders older than this were left by a process that was killed: no job lasts that long. */
const STALE_JOB_MS = 2 * 3600 * 1000

/** Starts jobs. It holds no state but its folder, so one serves any number of concurrent jobs. */
export interface GitSandbox {
  readonly options: Readonly<GitSandboxOptions>
  /** False where the system has no `prlimit`: then only time, output and the folder's size are bounded. */
  readonly hasResourceLimits: boolean
  /** A fresh bare repository in a new folder, deleted with the job. Never shared. */
  openJob(remote: GitRemote, options?: { objectFormat?: ObjectFormat; signal?: AbortSignal }): Promise<GitJob>
}

/** Prepares `workDir` and clears what a killed process may have left there. */
export async function createGitSandbox(options: GitSandboxOptions): Promise<GitSandbox> {
  makeFolder(path.resolve(options.workDir))
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
