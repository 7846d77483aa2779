import type { ModulePlace } from '@mirrorwatch/gomod/tree/module-dir'
import { type ModuleTree, moduleTree } from '@mirrorwatch/gomod/tree/module-tree'
import { otherVendorRules } from '@mirrorwatch/gomod/tree/vendor-rules'
import type { ModuleZip } from '@mirrorwatch/gomod/zip/module-zip'
import type { Snapshot } from '@mirrorwatch/upstream/git/snapshot'
import type { CachedVersion } from './cached-version.ts'
import { compareZip } from './compare-zip.ts'
import { comparisonNotes } from './comparison-notes.ts'
import { addNote, type Outcome, type VerifyContext } from './context.ts'
import { moduleAt } from './module-at.ts'
import { tagMove } from './tag-move.ts'
import { prefetchModule, sumOfTree } from './tree-sum.ts'

/**
 * Compares the contents of the zip (or the hash in its place) with those of the tag's tree.
 *
 * @throws GomodError as `compareZip`, `sumOfTree` and `CachedVersion.openZip`.
 */
export async function compareContent(
  context: VerifyContext,
  snapshot: Snapshot,
  place: ModulePlace,
): Promise<Outcome> {
  const { cached, request } = context
  if (request.zip === undefined && request.expectedSum !== undefined)
    return compareSum(context, snapshot, place, request.expectedSum)
  const zip = await cached.openZip(snapshot.job.objectFormat)
  // A zip that the user supplies is compared only with what the user named.
  const recorded = request.zip === undefined ? await cached.signedSum() : null
  if (zip !== null)
    return compareFiles(context, snapshot, place, zip, request.expectedSum ?? recorded ?? zip.sum)
  if (recorded !== null) return compareSum(context, snapshot, place, recorded)
  return { verdict: 'unverifiable', reason: `nothing to compare with: ${whyNothing(cached)}` }
}

/** Says why the mirror gave nothing; distinguishes a refusal and an outage from a version that was never cached. */
function whyNothing({ status, failure }: CachedVersion): string {
  if (failure !== null) return `the mirror could not be asked: ${failure.message}`
  return status === 'blocked' ? 'the mirror refuses the module' : 'the mirror has not cached the version'
}

async function compareSum(
  context: VerifyContext,
  snapshot: Snapshot,
  place: ModulePlace,
  expectedSum: string,
): Promise<Outcome> {
  const { module, version } = context.request
  await prefetchModule(snapshot, place)
  const at = await moduleAt(snapshot, place)
  context.repository.declaredPath = at.declaredPath
  const repositorySum = await sumByEitherRules(context, snapshot, at.tree, expectedSum)
  if (repositorySum === expectedSum && at.fault === null)
    return same(context, snapshot, { expectedSum, repositorySum, reason: 'the tag has the recorded hash' })
  const zip = await context.cached.openZip(snapshot.job.objectFormat)
  if (zip?.sum === expectedSum) return compareFiles(context, snapshot, place, zip, expectedSum)
  if (zip !== null)
    addNote(
      context,
      `the hash of the mirror's zip of ${module} ${version} differs from the expected one: ${zip.sum}`,
    )
  return differs(context, snapshot, {
    expectedSum,
    repositorySum: at.fault === null ? repositorySum : null,
    reason: at.fault ?? "the tag's hash differs from the recorded one",
  })
}

/** Computes the tag's hash, using the other vendor rules if only they give the expected one. */
async function sumByEitherRules(
  context: VerifyContext,
  snapshot: Snapshot,
  tree: ModuleTree,
  expected: string,
): Promise<string> {
  const { module, version } = context.request
  const sum = await sumOfTree(snapshot, tree, module, version)
  if (sum === expected) return sum
  const other = moduleTree(snapshot.entries, tree.dir, otherVendorRules(tree.vendorRules))
  if (haveSameKeys(other.files, tree.files)) return sum
  const otherSum = await sumOfTree(snapshot, other, module, version)
  if (otherSum !== expected) return sum
  addNote(context, `the recorded hash follows the vendor rules of Go ${other.vendorRules}`)
  return otherSum
}

function haveSameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key))
}

async function compareFiles(
  context: VerifyContext,
  snapshot: Snapshot,
  place: ModulePlace,
  zip: ModuleZip,
  expectedSum: string,
): Promise<Outcome> {
  const { module, version } = context.request
  const comparison = await compareZip(snapshot, place, zip, module, version)
  const { files, at } = comparison
  context.differing = comparison.differing
  context.repository.declaredPath ??= at.declaredPath
  for (const note of comparisonNotes(comparison)) addNote(context, note)
  const repositorySum = at.fault === null ? comparison.repositorySum : null
  const sums = { expectedSum, repositorySum }
  if (repositorySum === expectedSum && zip.sum === expectedSum)
    return same(context, snapshot, {
      ...sums,
      reason: `all ${zip.entries.length} files are the repository's`,
    })
  return differs(context, snapshot, {
    ...sums,
    files,
    reason: differenceOf(zip, expectedSum, files.length, at.fault),
  })
}

function differenceOf(zip: ModuleZip, expectedSum: string, files: number, fault: string | null): string {
  if (zip.sum !== expectedSum) return `the zip's own hash differs from the recorded one: ${zip.sum}`
  if (files > 0) return `${files} of ${zip.entries.length} files differ from the repository's`
  return fault ?? 'the zip has entries for directories, which Go never writes'
}

/** Notes a tag that was rewritten with the same files, if the mirror's record is known already. */
async function same(
  context: VerifyContext,
  snapshot: Snapshot,
  outcome: Omit<Outcome, 'verdict'>,
): Promise<Outcome> {
  const move = context.cached.record === null ? null : await tagMove(context.cached, snapshot)
  if (move !== null) addNote(context, `${move}, with the same files`)
  return { verdict: 'same', ...outcome }
}

/** Returns `tag-moved` if the mirror's record proves that the tag named another commit when the version was cached. */
async function differs(
  context: VerifyContext,
  snapshot: Snapshot,
  { reason, ...outcome }: Omit<Outcome, 'verdict'>,
): Promise<Outcome> {
  const move = await tagMove(context.cached, snapshot)
  if (move === null) return { verdict: 'differs', reason, ...outcome }
  return { verdict: 'tag-moved', reason: `${reason}; ${move}`, ...outcome }
}
