import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { World } from '@mirrorwatch/world/world'

const run = promisify(execFile)

/** `{ skip }` for tests that need the real `go` and `git`. */
export const needsGo = {
  skip: spawnSync('go', ['version']).status === 0 ? false : 'the go command is not installed',
}

/** The real go command in a separate folder, isolated from the machine's modules, caches and settings. */
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

  /** Sums of what `go mod download` got; versions that it could not get are left out, any other failure rejects. */
  async downloadAll(moduleVersions: string[]): Promise<Map<string, { zip: string; goMod: string }>> {
    await writeFile(join(this.directory, 'go.mod'), 'module example.com/reader\n')
    const output = await this.run('mod', 'download', '-json', ...moduleVersions).catch(outputOfFailedDownload)
    const sums = new Map<string, { zip: string; goMod: string }>()
    for (const text of output.split(/(?<=^\})\n/m).filter((each) => each.trim() !== '')) {
      const { Path, Version, Sum, GoModSum, Error: failure } = JSON.parse(text)
      if (failure === undefined) sums.set(`${Path}@${Version}`, { zip: Sum, goMod: GoModSum })
    }
    return sums
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** go reports versions that it could not get in its JSON, and by its exit code. */
function outputOfFailedDownload(error: Error & { stdout?: string; stderr?: string }): string {
  if (!error.stdout?.includes('"Error"') || error.stderr) throw error
  return error.stdout
}
