import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PipelineError } from '../errors.ts'
import type { Config } from './config.ts'

/**
 * Checks that the local folders of the configuration exist. A missing one would otherwise look as if every module and
 * repository had vanished.
 *
 * @throws PipelineError `bad-config`
 */
export async function checkLocalFolders({ proxyUrl, gitInsteadOf }: Config): Promise<void> {
  await checkFolder('MIRRORWATCH_PROXY_URL', proxyUrl)
  for (const { from, to } of gitInsteadOf) {
    // A rewrite replaces a prefix, which need not end with a whole name.
    await checkFolder(`MIRRORWATCH_GIT_INSTEAD_OF (for ${from})`, to.slice(0, to.lastIndexOf('/') + 1))
  }
}

async function checkFolder(variable: string, url: string): Promise<void> {
  if (!url.startsWith('file:')) return
  const fault = await folderFault(url)
  if (fault === null) return
  throw new PipelineError('bad-config', `${variable} leads to ${url}: ${fault}`, {
    todo: 'Create the folder, or correct the path. A file URL has three slashes: file:///srv/mirror.',
  })
}

/** Returns why a file URL is not that of a folder, or null. */
export async function folderFault(url: string): Promise<string | null> {
  try {
    return (await stat(fileURLToPath(url))).isDirectory() ? null : 'it is not a folder'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return 'there is no such folder'
    return error instanceof Error ? error.message : String(error)
  }
}
