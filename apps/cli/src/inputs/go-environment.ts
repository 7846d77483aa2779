import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { matchesPrefixPatterns } from '@mirrorwatch/gomod/paths/prefix-patterns'

/** The go command's settings for private modules and proxies (https://go.dev/ref/mod#environment-variables). */
export interface GoEnvironment {
  /** First proxy of GOPROXY, or `off` if GOPROXY names no proxy; null if GOPROXY is not set. */
  proxy: string | null
  /** True for modules that no proxy may be asked for. */
  skipsProxy(module: string): boolean
  /** True for modules whose names are not for the checksum database. */
  skipsSumdb(module: string): boolean
  /** True if GOFLAGS has `-mod=vendor`: builds compile the vendor folder. */
  usesVendor: boolean
  /** True if GOFLAGS has `-mod=mod`: builds never compile a vendor folder. */
  ignoresVendor: boolean
  /** Folder of the module cache. */
  moduleCache: string
}

/** Reads variables as the go command does: from the environment, then from its own file (`go env -w`). */
export function readGoEnvironment(env: NodeJS.ProcessEnv): GoEnvironment {
  const file = readGoEnvFile(env)
  const value = (name: string): string | undefined => env[name] || file.get(name)
  const isPrivate = value('GOPRIVATE') ?? ''
  const noProxy = value('GONOPROXY') ?? isPrivate
  const noSumdb = value('GONOSUMDB') ?? isPrivate
  const isSumdbOff = value('GOSUMDB') === 'off'
  return {
    proxy: firstProxy(value('GOPROXY')),
    skipsProxy: (module) => matchesPrefixPatterns(noProxy, module),
    skipsSumdb: (module) => isSumdbOff || matchesPrefixPatterns(noSumdb, module),
    usesVendor: /(?:^|\s)--?mod=vendor(?:\s|$)/.test(value('GOFLAGS') ?? ''),
    ignoresVendor: /(?:^|\s)--?mod=mod(?:\s|$)/.test(value('GOFLAGS') ?? ''),
    moduleCache: value('GOMODCACHE') ?? path.join(firstGoPath(value('GOPATH')), 'pkg/mod'),
  }
}

function firstGoPath(list: string | undefined): string {
  return list?.split(path.delimiter)[0] || path.join(os.homedir(), 'go')
}

function firstProxy(list: string | undefined): string | null {
  if (list === undefined || list.trim() === '') return null
  const first = list
    .split(/[,|]/)
    .map((entry) => entry.trim())
    .find((entry) => entry !== '' && entry !== 'direct')
  return first === undefined || first === 'off' ? 'off' : first
}

function readGoEnvFile(env: NodeJS.ProcessEnv): Map<string, string> {
  const named = env['GOENV']
  const folder =
    env['XDG_CONFIG_HOME'] ||
    path.join(os.homedir(), process.platform === 'darwin' ? 'Library/Application Support' : '.config')
  const file = named || path.join(folder, 'go', 'env')
  if (named === 'off' || !existsSync(file)) return new Map()
  const lines = readFileSync(file, 'utf8').split(/\r?\n/)
  const pairs = lines.filter((line) => /^[A-Z0-9_]+=/.test(line))
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
