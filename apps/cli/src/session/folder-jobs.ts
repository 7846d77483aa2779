import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_GO_SUM_BYTES, parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import { escapePath, escapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import { createProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { verifyCachedModule } from '@mirrorwatch/verify/folders/cached-module'
import { downloadFolder, listModuleCache } from '@mirrorwatch/verify/folders/module-cache'
import { readVendorFolder } from '@mirrorwatch/verify/folders/vendor-folder'
import { verifyVendoredModule, type ZipSource } from '@mirrorwatch/verify/folders/vendored-module'
import { folderVerification } from '@mirrorwatch/verify/folders/verification'
import type { GoEnvironment } from '../inputs/go-environment.ts'
import { CliError } from '../output/exit.ts'
import { note, visible } from '../output/print.ts'
import { ofFolder, type TargetVerification } from '../verified.ts'
import type { VerifySession } from './verify.ts'

/** The verification of one version, to be run when its turn comes. */
export interface Job {
  module: string
  run(signal: AbortSignal): Promise<TargetVerification>
}

type Session = Pick<VerifySession, 'deps' | 'recordedSums'>

/** Names of modules or files to list in a remark. */
const MAX_NAMES = 5

/**
 * Returns a job for each module of a vendor folder, and one for files that belong to none.
 *
 * @throws CliError if it is not a vendor folder
 */
export async function vendorJobs(vendor: string, session: Session, go: GoEnvironment): Promise<Job[]> {
  const folder = path.resolve(vendor)
  const { modules, replacedByFolder, strangers } = await explained(
    readVendorFolder(folder),
    vendor,
    VENDOR_TODO,
  )
  if (go.ignoresVendor) note(`GOFLAGS has -mod=mod, so builds do not compile ${visible(vendor)}`)
  if (replacedByFolder.length > 0)
    note(
      `${replacedByFolder.length} modules that folders of the project replace are not compared: ${listed(replacedByFolder)}`,
    )
  const sums = await recordedSums(path.dirname(folder))
  const cache = createProxyClient({
    http: session.deps.http,
    baseUrl: pathToFileURL(downloadFolder(go.moduleCache)).href,
  })
  const isCached = (module: string, version: string): boolean =>
    existsSync(
      path.join(downloadFolder(go.moduleCache), escapePath(module), '@v', `${escapeVersion(version)}.zip`),
    )
  const sourcesOf = (module: string, version: string): ZipSource[] => {
    const { proxy } = session.deps
    const sources: ZipSource[] = isCached(module, version)
      ? [{ name: 'the module cache', client: cache }]
      : []
    return proxy === null || go.skipsProxy(module)
      ? sources
      : [...sources, { name: 'the proxy', client: proxy }]
  }
  const leftOut = modules.filter(({ module, version }) => go.skipsProxy(module) && !isCached(module, version))
  if (leftOut.length > 0)
    note(
      `${leftOut.length} private versions (GOPRIVATE, GONOPROXY) are not verified: the module cache does not have them`,
    )
  const jobs = modules
    .filter((vendored) => !leftOut.includes(vendored))
    .map((vendored): Job => {
      const { module, version } = vendored
      const deps = {
        sources: sourcesOf(module, version),
        sumdb: go.skipsSumdb(module) ? null : session.recordedSums,
        recordedSum: sums.get(`${module}@${version}`) ?? null,
      }
      return { module, run: async (signal) => ofFolder(await verifyVendoredModule(deps, vendored, signal)) }
    })
  return strangers.length === 0 ? jobs : [strangersOf(vendor, folder, strangers), ...jobs]
}

const VENDOR_TODO = 'Give a vendor folder with its modules.txt, as "go mod vendor" writes it.'

/** Files of no listed module: `go mod vendor` writes none. */
function strangersOf(vendor: string, folder: string, strangers: readonly string[]): Job {
  const reason = `${strangers.length} files belong to no module of modules.txt`
  const files = strangers.map((path) => ({ path, change: 'only-in-folder' as const, diff: null }))
  const found = folderVerification({ module: vendor, version: '' }, 'folder-differs', reason, {
    folder,
    files,
  })
  return { module: vendor, run: async () => ofFolder(found) }
}

/** Reads the zip hashes of the go.sum (of a workspace also the go.work.sum) next to a vendor folder. */
async function recordedSums(project: string): Promise<Map<string, string>> {
  const sums = new Map<string, string>()
  for (const name of ['go.sum', 'go.work.sum']) {
    const file = path.join(project, name)
    if (!existsSync(file)) continue
    if ((await stat(file)).size > MAX_GO_SUM_BYTES) throw new CliError(`${file} is too large for a go.sum`)
    const lines = await explained(readLines(file), file, 'Give a vendor folder beside a valid go.sum.')
    for (const { path: module, version, of, sum } of lines)
      if (of === 'zip') sums.set(`${module}@${version}`, sum)
  }
  return sums
}

async function readLines(file: string): Promise<ReturnType<typeof parseGoSum>> {
  return parseGoSum(await readFile(file, 'utf8'))
}

/**
 * Returns a job for each version of a module cache.
 *
 * @param given folder of the cache; true for that of the go command's settings
 * @throws CliError if it is not a module cache
 */
export async function cacheJobs(given: string | true, session: Session, go: GoEnvironment): Promise<Job[]> {
  const cache = path.resolve(given === true ? go.moduleCache : given)
  const { modules, strangers } = await explained(listModuleCache(cache), cache, CACHE_TODO)
  if (strangers.length > 0)
    note(`${strangers.length} entries of the cache have names that no module has: ${listed(strangers)}`)
  const isAsked = (module: string): boolean => session.recordedSums !== null && !go.skipsSumdb(module)
  const unasked = modules.filter(({ module }) => !isAsked(module)).length
  if (unasked > 0)
    note(
      `The checksum database is not asked about ${unasked} of ${modules.length} versions; their files are compared with each other`,
    )
  return modules.map((cached) => ({
    module: cached.module,
    run: async (signal) => {
      const sumdb = isAsked(cached.module) ? session.recordedSums : null
      return ofFolder(await verifyCachedModule(cache, cached, sumdb, signal))
    },
  }))
}

const CACHE_TODO = 'Give the folder that "go env GOMODCACHE" prints.'

async function explained<T>(work: Promise<T>, what: string, todo: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isGomodError(error)) throw error
    throw new CliError(`${what}: ${error.message}`, { todo, cause: error })
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(visible).join(', ')
  return names.length > MAX_NAMES ? `${shown}, …` : shown
}
