import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const CLI = path.join(import.meta.dirname, '../../apps/cli/src/main.ts')

export interface BenchWorker extends AsyncDisposable {
  pid: number
}

/** Starts a worker process, as an operator would, with its own data folder. */
export async function startWorkerProcess(
  args: readonly string[],
  env: Record<string, string>,
): Promise<BenchWorker> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mirrorwatch-bench-'))
  const { PATH = '' } = process.env
  const child: ChildProcess = spawn(process.execPath, [CLI, 'worker', ...args], {
    env: {
      PATH,
      MIRRORWATCH_LOG_LEVEL: 'warn',
      MIRRORWATCH_KNOWN_URL: 'off',
      ...env,
      MIRRORWATCH_DATA_DIR: folder,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: tmpdir(),
  })
  const ended = once(child, 'exit')
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
