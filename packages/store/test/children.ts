import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Child {
  pid: number
  /** The next line of its output; null once that has ended. */
  line(): Promise<string | null>
  /** Lines not yet asked for. */
  unread(): string[]
  kill(): Promise<void>
  /** Ends its input and waits for it to exit. */
  finish(): Promise<number | null>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs one of the scripts in `children/` in a separate process. */
export function startChild(script: string, ...parameters: string[]): Child {
  const path = new URL(`./children/${script}.ts`, import.meta.url).pathname
  const child = spawn(process.execPath, [path, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] })
  running.add(child)
  const exited = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  const lines: string[] = []
  const waiting: ((line: string | null) => void)[] = []
  let ended = false
  const reader = createInterface(child.stdout)
  reader.on('line', (line) => {
    const waiter = waiting.shift()
    if (waiter === undefined) lines.push(line)
    else waiter(line)
  })
  reader.on('close', () => {
    ended = true
    for (const waiter of waiting.splice(0)) waiter(null)
  })
  return {
    pid: child.pid ?? 0,
    unread: () => lines.splice(0),
    line() {
      const line = lines.shift()
      if (line !== undefined || ended) return Promise.resolve(line ?? null)
      return new Promise((resolve) => waiting.push(resolve))
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async finish() {
      child.stdin.end()
      return exited
    },
  }
}
