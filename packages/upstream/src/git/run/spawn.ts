import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { GomodError } from '@mirrorwatch/gomod/errors'

/** Bytes of standard error that are kept for messages. */
const MAX_STDERR_BYTES = 16 * 1024

export interface SpawnRequest {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  stdin?: string | Uint8Array | undefined
  timeoutMs: number
  /** One byte more of standard output is `too-large`. */
  maxStdoutBytes: number
  /** Takes standard output piece by piece instead of collecting it; an error that it throws ends the command. */
  onStdout?: ((chunk: Buffer) => void) | undefined
  /** Fires where the command must end: cancelled by the caller, or over a limit that the caller watches. */
  signal?: AbortSignal | undefined
}

export interface SpawnResult {
  /** Exit status; null where a signal ended the command. */
  code: number | null
  killedBy: NodeJS.Signals | null
  stdout: Buffer
  /** The beginning of standard error: text that a server may have written. */
  untrustedStderr: string
}

/**
 * Runs one command without a shell, in a process group of its own, and always ends the whole group: git's helpers
 * (`git-remote-https`, `index-pack`) outlive a git that is killed alone.
 *
 * @throws GomodError `retry-later` after `timeoutMs`, `too-large` over `maxStdoutBytes`, `git-failed` where the command
 *   cannot be started; an error of `onStdout`; the signal's reason.
 */
export async function spawnLimited(request: SpawnRequest): Promise<SpawnResult> {
  request.signal?.throwIfAborted()
  const child = spawn(request.file, request.args, {
    cwd: request.cwd,
    env: request.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(ignoreUnlessAwaited)
  const onAbort = (): void => failure.reject(request.signal?.reason)
  request.signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => failure.reject(tooSlow(request)), request.timeoutMs)
  try {
    const streams = collect(child, request, failure.reject)
    const [code, killedBy] = await Promise.race([closed(child, request.file), failure.promise])
    return { code, killedBy, ...streams() }
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', onAbort)
    killGroup(child)
  }
}

/** The rejection is observed through `Promise.race`; without a handler here Node would call it unhandled when it comes late. */
function ignoreUnlessAwaited(): void {}

function tooSlow(request: SpawnRequest): GomodError {
  const seconds = Math.round(request.timeoutMs / 1000)
  return new GomodError('retry-later', `git ${verb(request.args)} took longer than ${seconds} seconds`)
}

/** The git command among the arguments, for messages. */
function verb(args: string[]): string {
  return args.find((argument) => /^[a-z][a-z-]+$/.test(argument)) ?? ''
}

async function closed(child: ChildProcess, file: string): Promise<[number | null, NodeJS.Signals | null]> {
  try {
    return (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  } catch (error) {
    throw new GomodError('git-failed', `could not start ${file}`, { cause: error })
  }
}

function collect(
  child: ChildProcess,
  request: SpawnRequest,
  fail: (error: unknown) => void,
): () => { stdout: Buffer; untrustedStderr: string } {
  const kept: Buffer[] = []
  const errors: Buffer[] = []
  let stdoutBytes = 0
  let stderrBytes = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    stdoutBytes += chunk.length
    if (stdoutBytes > request.maxStdoutBytes) {
      fail(
        new GomodError(
          'too-large',
          `git ${verb(request.args)} wrote more than ${request.maxStdoutBytes} bytes`,
        ),
      )
      killGroup(child)
      return
    }
    try {
      if (request.onStdout === undefined) kept.push(chunk)
      else request.onStdout(chunk)
    } catch (error) {
      fail(error)
      killGroup(child)
    }
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderrBytes < MAX_STDERR_BYTES) errors.push(chunk.subarray(0, MAX_STDERR_BYTES - stderrBytes))
    stderrBytes += chunk.length
  })
  // A command that ends without reading its input breaks the pipe; its exit status says why.
  child.stdin?.on('error', ignoreUnlessAwaited)
  child.stdin?.end(request.stdin)
  return () => ({ stdout: Buffer.concat(kept), untrustedStderr: Buffer.concat(errors).toString() })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: the whole group has already ended, which is the usual case.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
