import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { GomodError, type GomodErrorCode } from '@mirrorwatch/gomod/errors'
import { createAddressResolver } from '@mirrorwatch/upstream/git/address'
import { createGitSandbox } from '@mirrorwatch/upstream/git/run/sandbox'
import { createHttpClient } from '@mirrorwatch/upstream/http/client'
import type { VersionInfo } from '@mirrorwatch/upstream/proxy/proxy'
import type { VerifyDeps } from '@mirrorwatch/verify/types'
import { writeModuleZip } from '@mirrorwatch/world/build/module-zip-writer'
import { type GitServer, type Intercept, serveRepositories } from './git-http-server.ts'
import { addCommit, commitOf, type LabFiles, makeRepository } from './git-lab.ts'

export const MODULE = 'github.com/lab/m'

/** A server with laboratory repositories, and everything that a verification works with. */
export interface VerifyLab extends AsyncDisposable {
  root: string
  server: GitServer
  deps: VerifyDeps
  /** The proxy's data. An error code makes it refuse the request. */
  proxy: { info: Partial<VersionInfo> | GomodErrorCode; zip: Buffer | GomodErrorCode; asked: string[] }
  repository(name: string): string
}

export async function openVerifyLab(intercept?: Intercept): Promise<VerifyLab> {
  const root = mkdtempSync(path.join(tmpdir(), 'mirrorwatch-verify-'))
  const server = await serveRepositories(path.join(root, 'hosts'), intercept)
  const http = createHttpClient({ userAgent: 'test', retries: 0, allowPrivateHosts: true })
  const proxy: VerifyLab['proxy'] = { info: 'not-cached', zip: 'not-cached', asked: [] }
  const git = await createGitSandbox({ workDir: path.join(root, 'work') })
  const insteadOf = ['github.com/', 'go.googlesource.com/', 'vanity.example/', 'gopkg.in/'].map((host) => ({
    from: `https://${host}`,
    to: server.url + host,
  }))
  const deps: VerifyDeps = {
    http,
    git,
    resolveAddress: createAddressResolver(false),
    insteadOf,
    sumdb: null,
    proxy: {
      async info(_module, version) {
        proxy.asked.push('info')
        return { version, time: null, origin: null, ...orThrow(proxy.info) }
      },
      mod: () => Promise.reject(new GomodError('not-cached', 'the lab has no .mod')),
      zipDirectory: () => Promise.reject(new GomodError('not-cached', 'the lab has no zip directory')),
      async zip() {
        proxy.asked.push('zip')
        return orThrow(proxy.zip)
      },
    },
  }
  return {
    root,
    server,
    deps,
    proxy,
    repository: (name) => path.join(root, 'hosts', name),
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      rmSync(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function orThrow<T>(answer: T | GomodErrorCode): T {
  if (typeof answer === 'string') throw new GomodError(answer as GomodErrorCode, `the test says ${answer}`)
  return answer
}

/** Makes `github.com/lab/m` (or another) with one tag, and moves the tag where `later` is given. */
export function tagged(
  lab: VerifyLab,
  files: LabFiles,
  { name = MODULE, tag = 'v1.0.0', later = null as LabFiles | null } = {},
): { first: string; now: string } {
  const dir = lab.repository(name)
  makeRepository(dir, files, [{ name: tag }])
  const first = commitOf(dir)
  if (later !== null) addCommit(dir, later, [{ name: tag }], 1_700_000_000)
  return { first, now: commitOf(dir) }
}

export function zipOf(files: Record<string, string | Buffer>, module = MODULE, version = 'v1.0.0'): Buffer {
  return writeModuleZip(
    Object.entries(files).map(
      ([name, content]) => [`${module}@${version}/${name}`, Buffer.from(content)] as const,
    ),
  )
}
