import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const APPS = path.join(import.meta.dirname, '../../apps')

type Role = 'crawler' | 'worker'

/** A process to keep running: its script below apps/, with arguments. */
export interface Launch {
  role: Role
  args: readonly [script: string, ...rest: string[]]
}

/** A crawler and two workers. */
const INSTALLATION: readonly Launch[] = [
  { role: 'crawler', args: ['crawler/src/main.ts'] },
  { role: 'worker', args: ['worker/src/main.ts'] },
  { role: 'worker', args: ['worker/src/main.ts'] },
]

interface Member {
  role: Role
  child: ChildProcess
  isUp: boolean
}

/** The processes of a small installation, each started again whenever it ends, as a container engine would. */
export class Fleet implements AsyncDisposable {
  /** The processes' log lines. */
  readonly logged: string[] = []
  readonly #env: Record<string, string>
  readonly #launches: readonly Launch[]
  #members: Member[] = []
  #stopping = false

  constructor(env: Record<string, string>, launches: readonly Launch[] = INSTALLATION) {
    this.#env = env
    this.#launches = launches
  }

  /** Starts all of them; resolves once they have said that they are up. */
  async started(): Promise<void> {
    this.#stopping = false
    for (const launch of this.#launches) this.#launch(launch)
    await this.isUp()
  }

  /** Resolves once those that took the place of others are up, too. */
  async isUp(): Promise<void> {
    while (this.#members.length < this.#launches.length || this.#members.some(({ isUp }) => !isUp))
      await sleep(50)
  }

  /** Returns the logged warnings and errors. */
  warnings(): string[] {
    return this.logged.filter((line) => /"level":[456]0/.test(line))
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

  #launch(launch: Launch): void {
    const [script, ...rest] = launch.args
    const { role } = launch
    const { PATH = '' } = process.env
    const child = spawn(process.execPath, [path.join(APPS, script), ...rest], {
      env: { PATH, ...this.#env },
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: tmpdir(),
    })
    let begun = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (begun + chunk).split('\n')
      begun = lines.pop() ?? ''
      this.logged.push(...lines)
      if (lines.some((line) => line.includes(' is up"'))) member.isUp = true
    })
    const member: Member = { role, child, isUp: false }
    this.#members.push(member)
    child.once('exit', () => {
      this.#members = this.#members.filter((other) => other !== member)
      if (!this.#stopping) this.#launch(launch)
    })
  }
}
