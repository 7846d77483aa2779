import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { git, gitOrNull } from './git.ts'
import type { Original, OriginalVersion } from './types.ts'

/**
 * The repositories of a folder that holds `OWNER+NAME` folders, each a bare repository or with one inside (`repo`,
 * `repo/.git`). Those without a commit or without Go are left out, and so are versions of which objects are missing.
 */
export async function readOriginals(folder: string, versionsEach: number): Promise<Original[]> {
  const originals: Original[] = []
  for (const entry of readdirSync(folder).toSorted()) {
    const [owner, name] = entry.split('+')
    const directory = findGit(path.join(folder, entry))
    if (owner === undefined || name === undefined || directory === null) continue
    const original = await readOriginal(`github.com/${owner}/${name}`, directory, versionsEach)
    if (original !== null) originals.push(original)
  }
  return markForks(originals)
}

function findGit(folder: string): string | null {
  const places = ['', 'repo/.git', 'repo', '.git'].map((below) => path.join(folder, below))
  return places.find((place) => existsSync(path.join(place, 'objects'))) ?? null
}

async function readOriginal(
  repository: string,
  directory: string,
  versionsEach: number,
): Promise<Original | null> {
  const roots = await gitOrNull(['-C', directory, 'rev-list', '--max-parents=0', 'HEAD'])
  const listing = await gitOrNull(['-C', directory, 'ls-tree', '-r', '--name-only', 'HEAD'])
  if (roots === null || listing === null || !/\.go$/m.test(listing)) return null
  const tags = (await git(['-C', directory, 'tag', '--sort=-v:refname'])).split('\n')
  const versions: OriginalVersion[] = []
  for (const tag of tags.filter((tag) => /^v\d+\.\d+\.\d+$/.test(tag))) {
    const version = await readVersion(repository, directory, tag)
    if (version !== null) versions.push(version)
    if (versions.length >= versionsEach) break
  }
  if (versions.length === 0) {
    const head = await readVersion(repository, directory, 'HEAD')
    if (head !== null) versions.push(head)
  }
  if (versions.length === 0) return null
  return { repository, directory, root: roots.trim().split('\n').at(-1) ?? '', versions, forkOf: null }
}

async function readVersion(
  repository: string,
  directory: string,
  ref: string,
): Promise<OriginalVersion | null> {
  // A snapshot may lack its largest files.
  const objects = ['rev-list', '--objects', '--no-walk', '--quiet', ref]
  if ((await gitOrNull(['-C', directory, ...objects])) === null) return null
  const goMod = await gitOrNull(['-C', directory, 'show', `${ref}:go.mod`])
  const declared = /^module\s+"?([^\s"]+)/m.exec(goMod ?? '')?.[1]
  const module = declared ?? repository
  const [commit = '', seconds = '0'] = (
    await git(['-C', directory, 'log', '-1', '--format=%H %ct', ref])
  ).split(' ')
  const at = new Date(Number(seconds) * 1000)
  if (ref === 'HEAD') return { module, version: commit.trim(), ref: commit.trim(), at }
  const major = Number(/^v(\d+)/.exec(ref)?.[1])
  const suffix = Number(/(?:\/|\.)v(\d+)$/.exec(module)?.[1] ?? 1)
  if (major < 2 && (suffix <= 1 || module.startsWith('gopkg.in/'))) return { module, version: ref, ref, at }
  if (major === suffix) return { module, version: ref, ref, at }
  return goMod === null ? { module, version: `${ref}+incompatible`, ref, at } : null
}

/** Names another repository that has the same first commit: which of both was there first is not asked. */
function markForks(originals: Original[]): Original[] {
  return originals.map((original) => {
    const relative = originals.find((other) => other !== original && other.root === original.root)
    return relative === undefined ? original : { ...original, forkOf: relative.repository }
  })
}
