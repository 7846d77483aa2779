import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorCode, isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_GO_SUM_BYTES, parseGoSum } from '@mirrorwatch/gomod/mod/go-sum'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import { listFolder, type ModuleVersion, unescapeListed } from '@mirrorwatch/upstream/proxy/proxy-folder'
import { CliError } from '../output/exit.ts'

/** Stands for everything that the proxy lists. */
export const CATALOG = 'catalog'

const TODO = `Give go.sum files, folders laid out like a proxy (GOMODCACHE/cache/download), or "${CATALOG}".`

/**
 * Reads the versions that sources list, each once: go.sum files, folders laid out like a proxy, and `catalog` for the list of the
 * proxy itself.
 *
 * @throws CliError if a source cannot be read, or if there is no version
 */
export async function readListedVersions(
  sources: readonly string[],
  proxy: Pick<ProxyClient, 'catalog'>,
  signal: AbortSignal,
): Promise<ModuleVersion[]> {
  const versions = new Map<string, ModuleVersion>()
  for (const source of sources)
    for (const each of await readSource(source, proxy, signal))
      versions.set(`${each.module}@${each.version}`, each)
  if (versions.size > 0) return [...versions.values()]
  throw new CliError(`${sources.join(', ')}: no version of a module is listed`, { todo: TODO })
}

async function readSource(
  source: string,
  proxy: Pick<ProxyClient, 'catalog'>,
  signal: AbortSignal,
): Promise<ModuleVersion[]> {
  try {
    if (source === CATALOG) return await proxy.catalog(signal)
    const found = await stat(source)
    if (found.isDirectory())
      return (await listFolder(source, ['zip'])).flatMap((each) => unescapeListed(each) ?? [])
    if (found.size > MAX_GO_SUM_BYTES)
      throw new CliError(`${source} is too large for a go.sum`, { todo: TODO })
    return parseGoSum(await readFile(source, 'utf8'))
      .filter((line) => line.of === 'zip')
      .map(({ path: module, version }) => ({ module, version }))
  } catch (error) {
    signal.throwIfAborted()
    if (source === CATALOG && isGomodError(error, 'not-found', 'not-cached')) throw withoutCatalog(error)
    if (isGomodError(error)) throw new CliError(`${source}: ${error.message}`, { todo: TODO, cause: error })
    if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error))) throw error
    throw new CliError(`${path.resolve(source)} cannot be read (${errorCode(error)})`, {
      todo: TODO,
      cause: error,
    })
  }
}

function withoutCatalog(cause: Error): CliError {
  return new CliError(`the proxy of MIRRORWATCH_PROXY_URL has no catalog: ${cause.message}`, {
    todo: 'Athens and folders have one. For other proxies, name go.sum files.',
    cause,
  })
}
