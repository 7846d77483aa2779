import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { checkout, commitAndTag } from './git.ts'
import { insertPayload, type Placement } from './insert.ts'
import type { Shape } from './payloads.ts'
import type { Original, OriginalVersion } from './types.ts'
import type { Workplace } from './workplace.ts'

/** A published copy of one version of an original. */
export interface Copy {
  original: Original
  version: OriginalVersion
  /** `github.com/owner/name` of the copy. */
  repository: string
  at: Date
  /** True if the copy replaces the original's module path everywhere with its own. */
  rename: boolean
}

/** The module path of a copy: the original's with another repository in front, its major version kept. */
export function copiedPath(copy: Copy): string {
  const major = /\/v\d+$/.exec(copy.version.module)?.[0] ?? ''
  return copy.repository + major
}

/** The tag that Go wants for it. */
export function copiedTag({ version }: Copy): string {
  const tag = version.version.replace('+incompatible', '')
  return tag.startsWith('v') ? tag : 'v1.0.0'
}

/** Makes the copy's repository; `change` is given the folder before it is committed. False where it declines. */
export async function publishCopy(
  place: Workplace,
  copy: Copy,
  change: (folder: string) => boolean | void,
): Promise<boolean> {
  const folder = path.join(place.root, 'tree')
  rmSync(folder, { recursive: true, force: true })
  await checkout(copy.original.directory, copy.version.ref, folder)
  if (copy.rename) renameModule(folder, copy)
  if (change(folder) === false) return false
  await commitAndTag(folder, place.repository(copy.repository), copiedTag(copy), copy.at)
  return true
}

/** A copy with a payload in it. */
export function publishAttack(
  place: Workplace,
  copy: Copy,
  shape: Shape,
  placement: Placement,
): Promise<boolean> {
  return publishCopy(place, copy, (folder) => {
    if (shape.requires !== undefined) {
      const goMod = path.join(folder, 'go.mod')
      if (!existsSync(goMod)) return false
      appendFileSync(goMod, `\nrequire ${shape.requires.module} ${REQUIRED_VERSION}\n`)
    }
    return insertPayload(folder, shape, placement)
  })
}

/** Has the mirror cache what a shape requires, which no feed of these lists need have brought. */
export async function publishRequired(place: Workplace, { requires }: Shape, at: Date): Promise<void> {
  if (requires === undefined || existsSync(place.repository(requires.module))) return
  const folder = path.join(place.root, 'required')
  for (const [name, content] of Object.entries({
    'go.mod': `module ${requires.module}\n`,
    ...requires.files,
  })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), content)
  }
  await commitAndTag(folder, place.repository(requires.module), REQUIRED_VERSION, at)
  await place.download([`${requires.module}@${REQUIRED_VERSION}`])
}

const REQUIRED_VERSION = 'v1.0.0'

/** The tag rewritten to the clean copy after its zip was made. */
export async function rewriteClean(place: Workplace, copy: Copy): Promise<void> {
  await publishCopy(place, { ...copy, at: new Date(copy.at.getTime() + 3_600_000) }, () => undefined)
}

const TEXT = /\.(go|mod|md|ya?ml|toml|json|txt|sh|proto|tmpl)$|(^|\/)(Makefile|Dockerfile|README)$/

function renameModule(folder: string, copy: Copy): void {
  const [from, to] = [copy.version.module, copiedPath(copy)]
  const pattern = new RegExp(`${from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-]*[\\w-])`, 'g')
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name)
    if (!TEXT.test(name) || !lstatSync(file).isFile()) continue
    const text = readFileSync(file, 'utf8')
    const renamed = text.replaceAll(pattern, to)
    if (renamed !== text) writeFileSync(file, renamed)
  }
}
