import { isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_GO_MOD_BYTES, MAX_ZIP_BYTES } from '@mirrorwatch/gomod/limits'
import { escapePath, escapeVersion } from '@mirrorwatch/gomod/paths/module-path'
import { hashGoMod } from '@mirrorwatch/gomod/zip/dirhash'
import { type ModuleZip, readModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import { createFileStore } from '@mirrorwatch/upstream/proxy/proxy-file'
import type { ProxyStore } from '@mirrorwatch/upstream/proxy/proxy-store'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'
import { compareRecordedSums, type SumComparison } from '../sums/recorded-sums.ts'
import { compareFolder, type FolderComparison, FolderHashes } from './compare-folder.ts'
import { digestFile, listFiles } from './local-files.ts'
import { type CachedModule, downloadFolder } from './module-cache.ts'
import { type FolderVerification, folderFault, folderVerification, loggedSums } from './verification.ts'

/** Files and folders of one extracted module: more than any zip may have. */
const MAX_FOLDER_ENTRIES = 500_000
/** A `.ziphash` is 47 characters long. */
const MAX_ZIPHASH_BYTES = 1024

/**
 * Holds a version of a module cache to the checksum database: the hash of its zip, of its `.mod` and the one in its
 * `.ziphash`, which the go command takes for the zip's. Then the extracted folder, which is what builds read, is compared with
 * the zip. Without a zip, the hash of the folder is held to the database instead.
 *
 * @param sumdb null if the database must not learn of the module: its files are then compared with each other
 * @throws the signal's reason when aborted
 */
export async function verifyCachedModule(
  moduleCache: string,
  cached: CachedModule,
  sumdb: Pick<SumdbClient, 'lookup' | 'name'> | null,
  signal?: AbortSignal,
): Promise<FolderVerification> {
  const store = createFileStore(downloadFolder(moduleCache))
  try {
    const hashes = await readHashes(store, cached)
    return cached.hasZip
      ? await verifyZip(store, cached, hashes, sumdb, signal)
      : await verifyFolderAlone(cached, hashes, sumdb, signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (!isGomodError(error)) throw error
    // What exceeds every limit of a module is not that module.
    const verdict = error.code === 'too-large' ? 'folder-differs' : 'unverifiable'
    return folderVerification(cached, verdict, error.message, { folder: cached.folder })
  }
}

/** Hashes next to a zip; null where the cache has none. */
interface CachedHashes {
  goModSum: string | null
  /** Content of the `.ziphash`. */
  ziphash: string | null
}

async function readHashes(store: ProxyStore, { module, version }: CachedModule): Promise<CachedHashes> {
  const base = `${escapePath(module)}/@v/${escapeVersion(version)}`
  const goMod = await orAbsent(store.fetch(`${base}.mod`, MAX_GO_MOD_BYTES))
  const ziphash = await orAbsent(store.fetch(`${base}.ziphash`, MAX_ZIPHASH_BYTES))
  return {
    goModSum: goMod && hashGoMod(goMod),
    ziphash: ziphash && ziphash.toString('utf8').trim(),
  }
}

async function orAbsent(asked: Promise<Buffer>): Promise<Buffer | null> {
  try {
    return await asked
  } catch (error) {
    if (isGomodError(error, 'not-found')) return null
    throw error
  }
}

async function verifyZip(
  store: ProxyStore,
  cached: CachedModule,
  { goModSum, ziphash }: CachedHashes,
  sumdb: Pick<SumdbClient, 'lookup' | 'name'> | null,
  signal: AbortSignal | undefined,
): Promise<FolderVerification> {
  const { module, version, folder } = cached
  const file = `${escapePath(module)}/@v/${escapeVersion(version)}.zip`
  await using source = await store.openZip(file, MAX_ZIP_BYTES)
  const zip = await readOrExplain(source, cached)
  if (typeof zip === 'string') return folderVerification(cached, 'sum-disagrees', zip, { folder })
  const compared =
    sumdb && (await compareRecordedSums(sumdb, { module, version, sum: zip.sum, goModSum }, signal))
  const contents = folder === null ? null : await compareExtracted(cached, folder, zip)
  const facts = {
    ...loggedSums(compared),
    folder,
    folderSum: contents?.sum ?? null,
    expectedSum: zip.sum,
    files: contents?.files ?? [],
  }
  const faults = [
    ...(compared?.outcome === 'disagrees' ? [compared.reason] : []),
    ...(ziphash !== null && ziphash !== zip.sum
      ? [`its .ziphash is ${ziphash}, and its zip has ${zip.sum}`]
      : []),
  ]
  if (faults.length > 0) return folderVerification(cached, 'sum-disagrees', faults.join('; '), facts)
  if (contents !== null && contents.differing + contents.eolOnly > 0) {
    const differing = contents.differing + contents.eolOnly
    return folderVerification(cached, 'folder-differs', folderFault({ differing }), facts)
  }
  return folderVerification(cached, ...outcomeOf(compared), facts)
}

/** Returns the zip, or why it cannot be what was recorded: the go command refuses to make or to read such a zip. */
async function readOrExplain(
  source: Parameters<typeof readModuleZip>[0],
  { module, version }: CachedModule,
): Promise<ModuleZip | string> {
  try {
    return await readModuleZip(source, { module, version })
  } catch (error) {
    if (isGomodError(error, 'malformed', 'too-large')) return error.message
    throw error
  }
}

async function compareExtracted(
  { module, version }: CachedModule,
  folder: string,
  zip: ModuleZip,
): Promise<FolderComparison> {
  const files = await listFiles(folder, MAX_FOLDER_ENTRIES)
  if (module !== TOOLCHAIN) return compareFolder({ module, version, files, mustHave: () => true }, zip)
  const copies = new Map(
    zip.entries.flatMap((entry) => (isKeptGoMod(entry.name) ? [[copyOf(entry.name), entry]] : [])),
  )
  const unpacked: ModuleZip = {
    ...zip,
    entries: [...zip.entries, ...Array.from(copies, ([name, entry]) => ({ ...entry, name }))],
    read: (name) => zip.read(copies.get(name)?.name ?? name),
  }
  return compareFolder({ module, version, files, mustHave: (name) => !copies.has(name) }, unpacked)
}

/** The go command copies each `_go.mod` of a toolchain to `go.mod`, which no zip may have but at its top. */
const TOOLCHAIN = 'golang.org/toolchain'

function isKeptGoMod(name: string): boolean {
  return /(^|\/)_go\.mod$/.test(name)
}

function copyOf(name: string): string {
  return name.replace(/_go\.mod$/, 'go.mod')
}

async function verifyFolderAlone(
  cached: CachedModule,
  { goModSum, ziphash }: CachedHashes,
  sumdb: Pick<SumdbClient, 'lookup' | 'name'> | null,
  signal: AbortSignal | undefined,
): Promise<FolderVerification> {
  const { module, version, folder } = cached
  const sum = folder === null ? null : await hashFolder(cached, folder)
  const facts = { folder, folderSum: sum }
  if (sum === null)
    return folderVerification(cached, 'folder-differs', 'the folder has what no zip can have', facts)
  const compared =
    sumdb && (await compareRecordedSums(sumdb, { module, version, sum, goModSum, of: 'folder' }, signal))
  const logged = { ...facts, ...loggedSums(compared) }
  if (compared?.outcome === 'disagrees')
    return folderVerification(cached, 'sum-disagrees', `${compared.reason}; there is no zip`, logged)
  if (ziphash !== null && ziphash !== sum)
    return folderVerification(
      cached,
      'sum-disagrees',
      `its .ziphash is ${ziphash}, and its folder has ${sum}`,
      logged,
    )
  return folderVerification(cached, ...outcomeOf(compared), logged)
}

async function hashFolder(cached: CachedModule, folder: string): Promise<string | null> {
  const hashes = new FolderHashes()
  const originals = new Map<string, string | null>()
  for (const file of await listFiles(folder, MAX_FOLDER_ENTRIES)) {
    const digest = file.isRegular ? await digestFile(file.file, hashes.wants()) : null
    if (cached.module === TOOLCHAIN) {
      // `_go.mod` sorts before `go.mod`.
      if (isKeptGoMod(file.path)) originals.set(copyOf(file.path), digest?.sha256 ?? null)
      else if (digest?.sha256 != null && originals.get(file.path) === digest.sha256) continue
    }
    hashes.add(file, digest)
  }
  return hashes.sum(cached)
}

function outcomeOf(compared: SumComparison | null): ['same' | 'unverifiable', string] {
  if (compared === null)
    return ['same', 'its files agree with each other; the checksum database is not asked about it']
  return [compared.outcome === 'agrees' ? 'same' : 'unverifiable', compared.reason]
}
