import { isGomodError } from '@mirrorwatch/gomod/errors'
import type { ModulePlace } from '@mirrorwatch/gomod/tree/module-dir'
import { type ModuleTree, moduleTree } from '@mirrorwatch/gomod/tree/module-tree'
import { otherVendorRules } from '@mirrorwatch/gomod/tree/vendor-rules'
import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import { compareZip } from './compare.ts'
import { describeComparison } from './describe.ts'
import { addNote, fromProxy, type Look, type Outcome } from './look.ts'
import { moduleAt } from './module-at.ts'
import { differing, moveOf, reasonOf } from './moved.ts'
import { prefetchModule, sumOfTree } from './tree-sum.ts'
import { type OpenZip, openZip } from './zip.ts'

/**
 * The verdict of what the zip (or the hash that stands for it) and the tag's tree hold.
 *
 * @throws GomodError as `compareZip`, `sumOfTree` and `openZip`.
 */
export async function outcomeOfContent(look: Look, snapshot: Snapshot, place: ModulePlace): Promise<Outcome> {
  const { expectedSum, zip: given } = look.request
  if (given === undefined && expectedSum !== undefined) return bySum(look, snapshot, place, expectedSum)
  const bytes = given ?? (await zipFromProxy(look))
  if (bytes !== null) {
    const zip = await openZip(look, bytes, snapshot.job.objectFormat)
    // A zip that a person gives is not held against what they did not ask about.
    const known = given === undefined || look.request.recordedSum !== undefined
    const recorded = known ? await recordedSum(look) : null
    return byZip(look, snapshot, place, zip, expectedSum ?? recorded ?? zip.sum)
  }
  const recorded = await recordedSum(look)
  if (recorded !== null) return bySum(look, snapshot, place, recorded)
  return { verdict: 'unverifiable', reason: 'nothing to compare with: the mirror has not cached the version' }
}

async function zipFromProxy(look: Look): Promise<Buffer | null> {
  const { proxy } = look.deps
  const { module, version, signal } = look.request
  return proxy === null ? null : fromProxy(look, () => proxy.zip(module, version, signal))
}

/** The checksum database is only asked for what the mirror is known to have: other questions would make it fetch. */
async function recordedSum(look: Look): Promise<string | null> {
  const { sumdb } = look.deps
  const { module, version, signal, recordedSum: known } = look.request
  if (known !== undefined) {
    look.seen.recordedSum = known
    return known
  }
  if (sumdb === null || (look.seen.proxyStatus !== 'cached' && (await look.info()) === null)) return null
  try {
    look.seen.recordedSum = await sumdb.zipSum(module, version, signal)
  } catch (error) {
    look.request.signal?.throwIfAborted()
    if (!isGomodError(error) || error.code === 'not-trusted') throw error
    addNote(look, `the checksum database could not be asked: ${error.message}`)
  }
  return look.seen.recordedSum
}

async function bySum(look: Look, snapshot: Snapshot, place: ModulePlace, expected: string): Promise<Outcome> {
  const { module, version } = look.request
  await prefetchModule(snapshot, place)
  const at = await moduleAt(snapshot, place)
  look.seen.declaredPath = at.declaredPath
  const repositorySum = await sumByEitherRules(look, snapshot, at.tree, expected)
  if (repositorySum === expected && at.fault === null) {
    await noteMove(look, snapshot)
    return { verdict: 'same', repositorySum, expectedSum: expected, reason: 'the tag has the recorded hash' }
  }
  const bytes = await zipFromProxy(look)
  const zip = bytes && (await openZip(look, bytes, snapshot.job.objectFormat))
  if (zip !== null && zip.sum === expected) return byZip(look, snapshot, place, zip, expected)
  if (zip !== null)
    addNote(look, `the mirror's zip of ${module} ${version} has another hash than expected: ${zip.sum}`)
  return {
    ...(await differing(look, snapshot)),
    expectedSum: expected,
    repositorySum: at.fault === null ? repositorySum : null,
    reason: await reasonOf(look, snapshot, at.fault ?? 'the tag has another hash than the recorded one'),
  }
}

/** The tag's hash; by the other vendor rules where only they give the expected one. */
async function sumByEitherRules(
  look: Look,
  snapshot: Snapshot,
  tree: ModuleTree,
  expected: string,
): Promise<string> {
  const { module, version } = look.request
  const sum = await sumOfTree(snapshot, tree, module, version)
  if (sum === expected) return sum
  const other = moduleTree(snapshot.entries, tree.dir, otherVendorRules(tree.vendorRules))
  if (sameKeys(other.files, tree.files)) return sum
  const otherSum = await sumOfTree(snapshot, other, module, version)
  if (otherSum !== expected) return sum
  addNote(look, `the recorded hash follows the vendor rules of Go ${other.vendorRules}`)
  return otherSum
}

function sameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key))
}

async function byZip(
  look: Look,
  snapshot: Snapshot,
  place: ModulePlace,
  zip: OpenZip,
  expectedSum: string,
): Promise<Outcome> {
  const { module, version } = look.request
  const comparison = await compareZip(snapshot, place, zip, module, version)
  const { files, at, converted } = comparison
  look.seen.convertedFiles = converted.map(({ path }) => path).toSorted()
  look.shown = comparison.shown
  look.seen.declaredPath ??= at.declaredPath
  for (const note of describeComparison(comparison)) addNote(look, note)
  const repositorySum = at.fault === null ? comparison.repositorySum : null
  if (repositorySum === expectedSum && zip.sum === expectedSum) {
    const reason = `all ${zip.files.size} files are the repository's`
    await noteMove(look, snapshot)
    return { verdict: 'same', expectedSum, repositorySum, reason }
  }
  const what = differenceOf(zip, expectedSum, files.length, at.fault)
  const reason = await reasonOf(look, snapshot, what)
  return { ...(await differing(look, snapshot)), expectedSum, repositorySum, files, reason }
}

/** A tag that was made anew on the same files is worth a remark, not a request of its own. */
async function noteMove(look: Look, snapshot: Snapshot): Promise<void> {
  const move = look.seen.info === null ? null : await moveOf(look, snapshot)
  if (move !== null) addNote(look, `${move}, with the same files`)
}

function differenceOf(zip: OpenZip, expectedSum: string, files: number, fault: string | null): string {
  if (zip.sum !== expectedSum) return `the zip itself has another hash than the recorded one: ${zip.sum}`
  if (files > 0) return `${files} of ${zip.files.size} files differ from the repository's`
  return fault ?? 'the zip has entries for directories, which Go never writes'
}
