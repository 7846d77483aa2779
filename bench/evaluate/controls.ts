import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Copy, copiedPath, copiedTag, publishCopy } from './copies.ts'
import { checkout, commitAndTag, git } from './git.ts'
import { largestPackage } from './insert.ts'
import type { Original, OriginalVersion, Subject } from './types.ts'
import type { Workplace } from './workplace.ts'

const DAY = 24 * 3_600_000

/** Honest uses of others' code, four or five of every original. */
export async function publishControls(
  place: Workplace,
  originals: readonly Original[],
  now: Date,
): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const [i, original] of originals.entries()) {
    const at = new Date(now.getTime() - (40 + i) * DAY)
    const [newest] = original.versions
    const older = original.versions.at(-1)
    if (newest === undefined || older === undefined) continue
    const head = await headOf(original, newest)
    const owner = (kind: string): string => `${kind}-${['anna', 'bruno', 'chidi', 'dana'][i % 4]}${i}`
    const copy = (kind: string, version: OriginalVersion, rename: boolean): Copy => ({
      original,
      version,
      repository: `github.com/${owner(kind)}/${original.repository.split('/')[2]}`,
      at,
      rename,
    })
    const kept = copy('replace', head, false)
    await publishCopy(place, kept, ordinaryChanges)
    subjects.push(control('fork that keeps the path', kept, copiedTag(kept)))
    const own = copy('fork', head, true)
    await publishCopy(place, own, ordinaryChanges)
    subjects.push(control('fork with its own path', own, copiedTag(own)))
    const old = copy('old', older, true)
    await publishCopy(place, old, () => undefined)
    subjects.push(control('older copy', old, copiedTag(old)))
    subjects.push(await vendored(place, original, newest, `github.com/${owner('app')}/app-${i}`, at))
  }
  return subjects
}

/** Forks, with what came after the last release, of projects that run programs because that is what they are for. */
export async function publishToolForks(
  place: Workplace,
  originals: readonly Original[],
  now: Date,
): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const [i, original] of originals.entries()) {
    const [newest] = original.versions
    if (newest === undefined) continue
    const version = await headOf(original, newest)
    const repository = `github.com/toolsmith${i}/${original.repository.split('/')[2]}`
    const copy = { original, version, repository, at: new Date(now.getTime() - 30 * DAY), rename: true }
    await publishCopy(place, copy, ordinaryChanges)
    subjects.push(control('fork of a build tool', copy, copiedTag(copy)))
  }
  return subjects
}

/** Returns the head of the original's repository, as a version after the newest release. */
async function headOf(original: Original, newest: OriginalVersion): Promise<OriginalVersion> {
  const head = (await git(['-C', original.directory, 'rev-parse', 'HEAD'])).trim()
  const goMod = await git(['-C', original.directory, 'show', 'HEAD:go.mod']).catch(() => '')
  const declared = /^module\s+"?([^\s"]+)/m.exec(goMod)?.[1] ?? original.repository
  return declared === newest.module ? { ...newest, ref: head } : newest
}

/** Adds a few lines of documentation and code, as in an ordinary fork. */
function ordinaryChanges(folder: string): void {
  const readme = path.join(folder, 'README.md')
  if (existsSync(readme))
    writeFileSync(readme, `${readFileSync(readme, 'utf8')}\n## This fork\n\nSee CHANGES.\n`)
  const [file] = largestPackage(folder)
  if (file === undefined) return
  const code = `
// ForkLevel tells how this fork is set up.
var ForkLevel = forkLevel(os.Getenv("FORK_LEVEL"))

func forkLevel(text string) string {
	if text == "" {
		return "default"
	}
	return strings.ToLower(text)
}
`
  const text = readFileSync(file, 'utf8')
  const missing = ['os', 'strings'].filter((name) => !new RegExp(`^(import )?\\s*"${name}"`, 'm').test(text))
  const block = missing.map((name) => `import "${name}"\n`).join('')
  writeFileSync(file, `${text.replace(/^package \w+.*$/m, (clause) => `${clause}\n\n${block}`)}${code}`)
}

/** Publishes an application that contains the original's code in a separate folder. */
async function vendored(
  place: Workplace,
  original: Original,
  version: OriginalVersion,
  repository: string,
  at: Date,
): Promise<Subject> {
  const folder = path.join(place.root, 'tree')
  rmSync(folder, { recursive: true, force: true })
  const name = original.repository.split('/')[2]
  for (const below of [`vendor/${version.module}`, `third_party/${name}`]) {
    await checkout(original.directory, version.ref, path.join(folder, below))
    // With its go.mod it would be a separate module, which the zip leaves out.
    rmSync(path.join(folder, below, 'go.mod'), { force: true })
  }
  const app = `package app

import "fmt"

// Greet says who is greeted.
func Greet(name string) string { return fmt.Sprintf("Hello, %s.", name) }
`
  writeFileSync(path.join(folder, 'app.go'), app)
  writeFileSync(path.join(folder, 'go.mod'), `module ${repository}\n\ngo 1.19\n`)
  await commitAndTag(folder, place.repository(repository), 'v0.1.0', at)
  return {
    ...control('vendored copy', { original, version, repository, at, rename: true }, 'v0.1.0'),
    module: repository,
  }
}

function control(kind: string, copy: Copy, tag: string): Subject {
  const incompatible = copy.version.version.endsWith('+incompatible') && kind !== 'vendored copy'
  return {
    group: 'control',
    kind,
    module: copiedPath(copy),
    version: incompatible ? `${tag}+incompatible` : tag,
    at: copy.at,
    original: copy.original.repository,
    quote: null,
    folded: null,
    placement: null,
  }
}
