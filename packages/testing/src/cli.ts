import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

const MAIN = path.join(import.meta.dirname, '../../../apps/cli/src/main.ts')

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  /** Working directory. The command looks here for a store and a `.env`. */
  cwd: string
  env?: Record<string, string>
  /** Text for its stdin; default: none. */
  input?: string
  /** Called with the process once it has started. */
  onStart?: (child: ChildProcess) => void
}

/** Variables passed on to every process: the path of commands, and V8's cache of compiled modules (set by test/run.ts). */
const PASSED_ON = ['PATH', 'NODE_COMPILE_CACHE']

/** Runs the command line as a separate process, with only {@link PASSED_ON} of our environment. */
export async function mirrorwatch(args: readonly string[], options: RunOptions): Promise<Ran> {
  const env = { ...passedOn(), ...options.env }
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd, env })
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  options.onStart?.(child)
  // It may end before it has read all of it.
  child.stdin.on('error', () => undefined).end(options.input ?? '')
  const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), closed])
  return { code, stdout, stderr }
}

/** Returns the variables of this process that processes of a test need. */
export function passedOn(): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
