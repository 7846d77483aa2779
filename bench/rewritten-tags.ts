// Whether a tag that was rewritten before the first look is found by each proof alone, in real repositories:
// `npm run bench:rewritten-tags -- --repositories FOLDER [--versions N]`. FOLDER holds bare repositories, each in a folder
// OWNER+NAME (GitHub). They are copied and served by a world on loopback; the mirror, the index and the checksum database are
// the world's. Uses the embedded store. Nothing of the repositories is run. Exit code 1 if a tag is missed or one is invented.
import { parseArgs } from 'node:util'
import { signalOf } from '@mirrorwatch/detect/finding'
import { findRewrittenTags, ONLY, type Proof, type RewrittenTags } from '@mirrorwatch/testing/rewritten-tags'
import { startWorld, type World } from '@mirrorwatch/world/world'
import { git } from './evaluate/git.ts'
import { readOriginals } from './evaluate/originals.ts'
import type { Original, OriginalVersion } from './evaluate/types.ts'

/** The mirror caches a version this long after its commit. */
const CACHED_AFTER_MS = 86_400_000
const PROOFS: readonly Proof[] = ['record', 'time', 'sum']

const { values } = parseArgs({
  options: { repositories: { type: 'string' }, versions: { type: 'string', default: '4' } },
})
if (values.repositories === undefined) throw new Error('--repositories FOLDER is needed')

const all = await readOriginals(values.repositories, Number(values.versions))
const originals = all.filter(({ versions: [latest] }) => latest !== undefined && isTagged(latest))
let failed = 0
for (const proof of PROOFS) failed += await tryProof(proof)
process.exitCode = failed === 0 ? 0 : 1

async function tryProof(proof: Proof): Promise<number> {
  await using world = await startWorld({ repositories: [] })
  const copies = await copy(world)
  for (const { repository, versions } of copies.keys()) {
    const { module } = versions[0] as OriginalVersion
    if (!module.startsWith('github.com/'))
      world.changes.addPages([
        { root: module.replace(/\/v\d+$/, ''), vcs: 'git', url: `https://${repository}` },
      ])
    for (const { module: path, version, at } of versions) {
      const cached = { module: path, version, at: listedAt(at).toISOString(), origin: ONLY[proof].origin }
      await world.changes.cacheTag(repository, cached)
    }
  }
  const count = [...copies.keys()].reduce((sum, { versions }) => sum + versions.length, 0)
  console.log(`\n${proof} alone: ${copies.size} repositories, ${count} versions`)
  const before = await findRewrittenTags(world, proof)
  const invented = [...before.differing.keys()]
  console.log(`  untouched: ${invented.length} differ ${invented.join(' ')}`)
  const expected = new Set<string>()
  for (const [original, directory] of copies) {
    await rewriteOldest(original, directory, proof)
    expected.add(nameOf(original.versions.at(-1) as OriginalVersion))
  }
  const after = await findRewrittenTags(world, proof)
  const missed = [...expected].filter((each) => !after.differing.has(each))
  const extra = [...after.differing.keys()].filter((each) => !expected.has(each))
  console.log(
    `  one tag of each rewritten: ${expected.size - missed.length} of ${expected.size} found, ${extra.length} others`,
  )
  for (const each of missed) console.log(`  missed: ${each}`)
  for (const each of extra) console.log(`  invented: ${each} (${after.differing.get(each)})`)
  printFindings(after)
  return invented.length + missed.length + extra.length
}

/** Copies the repositories into the world; those that lack objects are said and left out. Returns the copies' folders. */
async function copy(world: World): Promise<Map<Original, string>> {
  const copies = new Map<Original, string>()
  for (const original of originals) {
    try {
      copies.set(original, await world.changes.adopt(original.repository, original.directory))
    } catch (error) {
      console.log(`left out: ${original.repository}: ${(error as Error).message.split('\n')[0]}`)
    }
  }
  return copies
}

function printFindings({ inspected, findings }: RewrittenTags): void {
  console.log(`  ${inspected.length} versions inspected`)
  for (const { module, severity, signals } of findings) {
    const difference = signalOf(signals, 'cache-differs', 'cache-differs-harmless')
    console.log(
      `  ${severity.padEnd(8)} ${module}@${difference?.version}: ${difference?.evidence.files} files differ`,
    )
  }
  const [first] = findings
  const proofs = ['tag-moved', 'cache-differs'] as const
  for (const text of proofs.flatMap((rule) => signalOf(first?.signals ?? [], rule)?.evidence.proof ?? []))
    console.log(`  proof: ${text}`)
}

/** Moves the oldest version's tag to a new commit with the files of a later one; each second such tag is annotated. */
async function rewriteOldest(original: Original, directory: string, proof: Proof): Promise<void> {
  const [oldest, later] = original.versions.toReversed() as [OriginalVersion, OriginalVersion | undefined]
  const time = ONLY[proof].commitTime(oldest.at, listedAt(oldest.at)).toISOString()
  const date = { GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time }
  const tree = `${later?.module === oldest.module ? later.ref : 'HEAD'}^{tree}`
  const here = ['--git-dir', directory]
  const commit = await git(
    [...here, 'commit-tree', tree, '-p', `${oldest.ref}^{commit}`, '-m', 'Release'],
    date,
  )
  const kind = originals.indexOf(original) % 2 === 0 ? [] : ['-a', '-m', 'Release']
  await git([...here, 'tag', '-f', ...kind, oldest.ref, commit.trim()], date)
}

function isTagged({ ref }: OriginalVersion): boolean {
  return /^v\d/.test(ref)
}

function listedAt(committed: Date): Date {
  return new Date(committed.getTime() + CACHED_AFTER_MS)
}

function nameOf({ module, version }: OriginalVersion): string {
  return `${module}@${version}`
}
