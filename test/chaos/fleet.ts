import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const APPS = path.join(import.meta.dirname, '../../apps')

type Role = 'crawler' | 'worker'

const ROLES: readonly Role[] = ['crawler', 'worker', 'worker']

interface Member {
  role: Role
  child: ChildProcess
}

/**
 * The processes of a small installation: a crawler and two workers, each started again whenever it ends, as a container
 * engine would.
 */
export class Fleet implements AsyncDisposable {
  /** The processes' log lines. */
  readonly logged: string[] = []
  readonly #env: Record<string, string>
  #members: Member[] = []
  #stopping = false

  constructor(env: Record<string, string>) {
    this.#env = env
  }

  /** Starts all of them; resolves once they have said that they are up. */
  async started(): Promise<void> {
    this.#stopping = false
    const before = this.#up()
    for (const role of ROLES) this.#launch(role)
    while (this.#up() < before + ROLES.length) await sleep(50)
  }

  /** Returns the logged warnings and errors. */
  warnings(): string[] {
    return this.logged.filter((line) => /"level":[456]0/.test(line))
  }

  #up(): number {
    return this.logged.filter((line) => line.includes(' is up"')).length
  }

  /** Kills one process of this kind; another takes its place. */
  kill(role: Role, random: () => number): void {
    const some = this.#members.filter((member) => member.role === role)
    some[Math.floor(random() * some.length)]?.child.kill('SIGKILL')
  }

  /** Ends all of them as an operator would, and waits. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(
      this.#members.map(async ({ child }) => {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        await exited
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    await Promise.all(
      this.#members.map(async ({ child }) => {
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        await exited
      }),
    )
  }

  #launch(role: Role): void {
    const main = path.join(APPS, role, 'src/main.ts')
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [main], {
      env: { PATH, ...this.#env },
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: tmpdir(),
    })
    let rest = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      this.logged.push(...lines)
    })
    const member = { role, child }
    this.#members.push(member)
    child.once('exit', () => {
      this.#members = this.#members.filter((other) => other !== member)
      if (!this.#stopping) this.#launch(role)
    })
  }
}
