import type { CodeShape } from '@mirrorwatch/testing/go/code-shapes'
import { type Copy, copiedPath, copiedTag, publishAttack, publishRequired, rewriteClean } from './copies.ts'
import { FURTHER_SHAPES } from './further-shapes.ts'
import { PLACEMENTS, type Placement } from './insert.ts'
import { SHAPES, type Shape } from './payloads.ts'
import type { Group, Original, Subject } from './types.ts'
import type { Workplace } from './workplace.ts'

/** Number of originals with a tag that is rewritten after its zip was made. */
const REWRITTEN = 4
const DAY = 24 * 3_600_000

/** Every one of the shapes in a copy of every original, in turn put in by each of the ways. */
export async function publishAttacks(
  place: Workplace,
  originals: readonly Original[],
  now: Date,
  shapes: readonly Shape[] = SHAPES,
): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const [i, original] of originals.entries()) {
    for (const [k, shape] of shapes.entries()) {
      const placement = PLACEMENTS[(i + k) % PLACEMENTS.length] ?? 'init'
      const copy = copyOf(
        original,
        throwAwayOwner(i * SHAPES.length + k),
        new Date(now.getTime() - (k + 2) * DAY),
      )
      subjects.push(...(await publish(place, copy, shape, placement, 'attack')))
    }
  }
  return subjects
}

/** One further shape in a copy of one original each. */
export async function publishFurther(
  place: Workplace,
  originals: readonly Original[],
  now: Date,
): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const [k, shape] of FURTHER_SHAPES.entries()) {
    const original = originals[k % originals.length]
    if (original === undefined) break
    const placement = PLACEMENTS[k % PLACEMENTS.length] ?? 'init'
    const copy = copyOf(original, throwAwayOwner(5000 + k), new Date(now.getTime() - 3 * DAY))
    subjects.push(...(await publish(place, copy, shape, placement, 'further shape')))
  }
  return subjects
}

/** Each of the shapes, run by `init`, in a copy of one original by a throw-away owner. */
export async function publishShapes(
  place: Workplace,
  originals: readonly Original[],
  now: Date,
  shapes: readonly CodeShape[],
  group: 'red team shape' | 'late shape',
): Promise<Subject[]> {
  const subjects: Subject[] = []
  const first = group === 'late shape' ? 7000 : 6000
  for (const [k, shape] of shapes.entries()) {
    const original = originals[k % originals.length]
    if (original === undefined) break
    const copy = copyOf(original, throwAwayOwner(first + k), new Date(now.getTime() - 3 * DAY))
    const { name, imports, declarations, body, files } = shape
    const payload = { name, imports, declarations, body, files, quote: '', folded: '' }
    const wanted = shape.want === 'high' ? group : 'honest shape'
    for (const subject of await publish(place, copy, payload, 'init', wanted))
      subjects.push({ ...subject, kind: shape.group })
  }
  return subjects
}

/** Owners that add a word to the original's; the tags are rewritten to clean code by {@link rewriteTags}. */
export async function publishRewritten(
  place: Workplace,
  originals: readonly Original[],
  now: Date,
): Promise<{ subjects: Subject[]; copies: Copy[] }> {
  const subjects: Subject[] = []
  const copies: Copy[] = []
  for (const [i, original] of originals.slice(0, REWRITTEN).entries()) {
    const [, owner = ''] = original.repository.split('/')
    const copy = copyOf(original, `${owner}-go`, new Date(now.getTime() - 300 * DAY))
    const shape = SHAPES[(i * 3) % SHAPES.length]
    if (shape === undefined) continue
    subjects.push(...(await publish(place, copy, shape, 'init', 'rewritten tag')))
    copies.push(copy)
  }
  return { subjects, copies }
}

/** To be called when the zips are made. */
export async function rewriteTags(place: Workplace, copies: readonly Copy[]): Promise<void> {
  for (const copy of copies) await rewriteClean(place, copy)
}

async function publish(
  place: Workplace,
  copy: Copy,
  shape: Shape,
  placement: Placement,
  group: Group,
): Promise<Subject[]> {
  if (!(await publishAttack(place, copy, shape, placement))) return []
  await publishRequired(place, shape, copy.at)
  const { name: kind, quote, folded } = shape
  const original = copy.original.repository
  const tag = copiedTag(copy)
  const version = copy.version.version.endsWith('+incompatible') ? `${tag}+incompatible` : tag
  return [{ group, kind, module: copiedPath(copy), version, at: copy.at, original, quote, folded, placement }]
}

function copyOf(original: Original, owner: string, at: Date): Copy {
  const [version] = original.versions
  if (version === undefined) throw new Error(`${original.repository} has no version`)
  const name = original.repository.split('/')[2] ?? ''
  return { original, version, repository: `github.com/${owner}/${name}`, at, rename: true }
}

/** Eleven to thirteen lower-case letters, as most of the disclosed owners had. */
function throwAwayOwner(seed: number): string {
  let state = (seed + 1) * 2_654_435_761
  let owner = ''
  for (let i = 0; i < 11 + (seed % 3); i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    owner += 'abcdefghijklmnopqrstuvwxyz'.charAt((state >>> 16) % 26)
  }
  return owner
}
