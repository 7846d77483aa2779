import { isCompiled } from '@mirrorwatch/detect/diff/tree-compare'
import { isGomodError } from '@mirrorwatch/gomod/errors'
import { type ModuleZip, readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import { compareRecordedSums, type SumComparison } from '../sums/recorded-sums.ts'
import { compareFolder, type FolderComparison } from './compare-folder.ts'
import type { VendoredFiles } from './vendor-folder.ts'
import { type FolderVerification, folderFault, folderVerification, loggedSums } from './verification.ts'

/** Source of the zips, for messages: the module cache, a proxy. */
export interface ZipSource {
  name: string
  client: Pick<ProxyClient, 'zip'>
}

export interface VendoredDeps {
  /** Asked in order, until one has the zip with the confirmed hash. */
  sources: readonly ZipSource[]
  /** Null if the checksum database must not learn of the module. */
  sumdb: Pick<SumdbClient, 'lookup' | 'name'> | null
  /** `h1:` of the zip in the project's go.sum; null if it has none. */
  recordedSum: string | null
}

/**
 * Compares the files of a vendored module with the zip that the checksum database confirms, or the go.sum where the database
 * is not asked. `go mod vendor` copies only a part of a module, so a missing file counts only if a build would compile it.
 *
 * @throws the signal's reason when aborted
 */
export async function verifyVendoredModule(
  deps: VendoredDeps,
  vendored: VendoredFiles,
  signal?: AbortSignal,
): Promise<FolderVerification> {
  const { module, version, folder } = vendored
  try {
    const compared = await compareLine(deps, vendored, signal)
    const facts = { folder, ...loggedSums(compared) }
    if (compared?.outcome === 'disagrees')
      return folderVerification(vendored, 'sum-disagrees', `go.sum: ${compared.reason}`, facts)
    const expectedSum = compared?.loggedSum ?? deps.recordedSum
    if (expectedSum === null)
      return folderVerification(vendored, 'unverifiable', nothingConfirms(compared), facts)
    const found = await findZip(deps.sources, { module, version }, expectedSum, signal)
    if (!('zip' in found))
      return folderVerification(vendored, found.verdict, found.reason, { ...facts, expectedSum })
    const contents = await compareFolder({ ...vendored, mustHave: isNeeded(vendored) }, found.zip)
    return conclude(vendored, contents, { ...facts, expectedSum })
  } catch (error) {
    signal?.throwIfAborted()
    if (!isGomodError(error)) throw error
    return folderVerification(vendored, 'unverifiable', error.message, { folder })
  }
}

async function compareLine(
  { sumdb, recordedSum }: VendoredDeps,
  { module, version }: VendoredFiles,
  signal: AbortSignal | undefined,
): Promise<SumComparison | null> {
  if (sumdb === null) return null
  return compareRecordedSums(sumdb, { module, version, sum: recordedSum, goModSum: null }, signal)
}

function nothingConfirms(compared: SumComparison | null): string {
  const why = compared?.reason ?? 'the checksum database is not asked about it'
  return `go.sum has no hash of it, and ${why}`
}

type Found = { zip: ModuleZip } | { verdict: 'sum-disagrees' | 'unverifiable'; reason: string }

/** Finds the zip with the confirmed hash. A source that has another one is named, if no other source has the right one. */
async function findZip(
  sources: readonly ZipSource[],
  { module, version }: { module: string; version: string },
  expectedSum: string,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const others: string[] = []
  const failures: string[] = []
  for (const source of sources) {
    try {
      const zip = await readModuleZip(await source.client.zip(module, version, signal), { module, version })
      if (zip.sum === expectedSum) return { zip }
      others.push(`${source.name} has a zip with ${zip.sum}`)
    } catch (error) {
      signal?.throwIfAborted()
      if (!isGomodError(error)) throw error
      failures.push(error.message)
    }
  }
  if (others.length > 0)
    return { verdict: 'sum-disagrees', reason: `${others.join('; ')}, not ${expectedSum}` }
  const why = failures.length === 0 ? 'no proxy may be asked for it' : failures.join('; ')
  return { verdict: 'unverifiable', reason: `its zip cannot be had: ${why}` }
}

/** Returns whether `go mod vendor` copies a file of the zip and a build could compile it. */
function isNeeded({
  packages,
}: VendoredFiles): (name: string, read: () => Promise<Buffer>) => Promise<boolean> {
  return async (name, read) => {
    const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')))
    if (!packages.has(folder) || !isCompiled(name) || /(?:^|\/)go\.mod$|_test\.go$/.test(name)) return false
    return !name.endsWith('.go') || !isTaggedIgnore(await read())
  }
}

/** Returns true for a Go file whose build constraint mentions `ignore`, which `go mod vendor` leaves out. */
function isTaggedIgnore(content: Buffer): boolean {
  const [header = ''] = content.toString('utf8').split(/^package\s/m, 1)
  return /^\/\/\s*(?:go:build|\+build)\b.*\bignore\b/m.test(header)
}

function conclude(
  vendored: VendoredFiles,
  { files, differing, eolOnly, sum }: FolderComparison,
  facts: Parameters<typeof folderVerification>[3],
): FolderVerification {
  // Git converts line ends on checkout where it is set so, and Go's compiler does not mind.
  const notes = eolOnly === 0 ? [] : [`${eolOnly} files differ in their line ends alone`]
  const all = { ...facts, folderSum: sum, notes, files: files.filter(({ change }) => change !== 'eol-only') }
  if (differing > 0) return folderVerification(vendored, 'folder-differs', folderFault({ differing }), all)
  return folderVerification(vendored, 'same', 'the files here are those of the confirmed zip', all)
}
