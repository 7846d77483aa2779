import { isGomodError } from '@mirrorwatch/gomod/errors'
import { MAX_GO_MOD_BYTES } from '@mirrorwatch/gomod/limits'
import { declaredModulePath, parseGoMod } from '@mirrorwatch/gomod/mod/go-mod'
import {
  candidateDirs,
  findModuleDir,
  goModPath,
  guessModuleDir,
  type ModulePlace,
} from '@mirrorwatch/gomod/tree/module-dir'
import { type ModuleTree, moduleTree } from '@mirrorwatch/gomod/tree/module-tree'
import { vendorRulesFor } from '@mirrorwatch/gomod/tree/vendor-rules'
import { gitBlobId } from '@mirrorwatch/gomod/zip/dirhash'
import { isRegular } from '@mirrorwatch/upstream/git/attributes'
import { readBlob, requireBlobs } from '@mirrorwatch/upstream/git/objects'
import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'

/** Module in the tag's tree. */
export interface ModuleAt {
  tree: ModuleTree
  /** Module path that its go.mod declares; null without a go.mod or declaration. */
  declaredPath: string | null
  /** Reason why Go cannot make a zip of it; null if it can. */
  fault: string | null
}

/**
 * Finds the module in the snapshot and the files that Go would take. Fetches the contents of go.mod files unless they are
 * among `known`; the zip nearly always has the same file.
 *
 * @throws GomodError as `requireBlobs`.
 */
export async function moduleAt(
  snapshot: Snapshot,
  place: ModulePlace,
  known: readonly Buffer[] = [],
): Promise<ModuleAt> {
  const goMods = await goModContents(snapshot, place, known)
  const declared = new Map<string, string | null>()
  for (const [dir, content] of goMods) declared.set(dir, declaredModulePath(content.toString('utf8')))
  const found = findModuleDir(declared, place)
  const dir = found.dir ?? guessModuleDir(snapshot.byPath, place)
  const content = goMods.get(dir)
  const tree = moduleTree(snapshot.entries, dir, vendorRulesFor(content && goLine(content)))
  return { tree, declaredPath: declared.get(dir) ?? null, fault: found.fault ?? tree.fault }
}

/** Reads the go.mod files of the candidate directories, by directory. Reads a symlink as its target text, as Go does. */
async function goModContents(
  { job, byPath }: Snapshot,
  place: ModulePlace,
  known: readonly Buffer[],
): Promise<Map<string, Buffer>> {
  const wanted = new Map<string, string>()
  for (const dir of candidateDirs(place)) {
    const entry = byPath.get(goModPath(dir))
    if (entry !== undefined && (isRegular(entry.mode) || entry.mode === '120000')) wanted.set(dir, entry.id)
  }
  const contents = new Map<string, Buffer>()
  const byId = new Map(known.map((content) => [gitBlobId(content, job.objectFormat), content]))
  const missing = [...wanted.values()].filter((id) => !byId.has(id))
  if (missing.length > 0) await requireBlobs(job, missing)
  for (const [dir, id] of wanted) {
    contents.set(dir, byId.get(id) ?? (await readBlob(job, id, MAX_GO_MOD_BYTES)))
  }
  return contents
}

/** Returns the `go` line of a go.mod as golang.org/x/mod/zip reads it: null if the file has any error. */
function goLine(content: Buffer): string | null {
  try {
    return parseGoMod(content.toString('utf8')).go
  } catch (error) {
    if (isGomodError(error)) return null
    throw error
  }
}
