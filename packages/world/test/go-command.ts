import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { World } from '../src/world.ts'

const run = promisify(execFile)

/** `{ skip }` for tests that need the real `go` and `git`. */
export const needsGo = {
  skip: spawnSync('go', ['version']).status === 0 ? false : 'the go command is not installed',
}

/** The real go command in a folder of its own, with nothing of the machine's modules, caches or settings. */
export class GoCommand implements AsyncDisposable {
  readonly directory: string
  readonly #env: Record<string, string>

  private constructor(directory: string, env: Record<string, string>) {
    this.directory = directory
    this.#env = env
  }

  /** `overrides` win: `GOPROXY: 'direct'` for instance. */
  static async for(world: World, overrides: Record<string, string> = {}): Promise<GoCommand> {
    const directory = await mkdtemp(join(tmpdir(), 'mirrorwatch-go-'))
    const gitConfig = world.gitInsteadOf
      .split(',')
      .map((rule) => rule.split('='))
      .map(([from, to]) => `[url "${to}"]\n\tinsteadOf = ${from}\n`)
      .join('')
    await writeFile(join(directory, 'gitconfig'), gitConfig)
    return new GoCommand(directory, {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      GOPATH: join(directory, 'gopath'),
      GOCACHE: join(directory, 'cache'),
      GOENV: 'off',
      GOFLAGS: '-modcacherw -mod=mod',
      GOTOOLCHAIN: 'local',
      GOPROXY: world.proxyUrl,
      GOSUMDB: `${world.sumdbKey} ${world.sumdbUrl}`,
      GIT_CONFIG_GLOBAL: join(directory, 'gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
      ...overrides,
    })
  }

  /** Standard output of `go …`, run in `directory` below this command's folder. Rejects where go fails. */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await run('go', args, { cwd: this.directory, env: this.#env, maxBuffer: 1 << 26 })
    return stdout
  }

  /** `go mod download -json` of one version. */
  async download(
    moduleVersion: string,
  ): Promise<{ Sum: string; GoModSum: string; Zip: string; Info: string }> {
    return JSON.parse(await this.run('mod', 'download', '-json', moduleVersion))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
  }
}
