import type { Strength } from '../../types.ts'
import type { TargetFace } from '../project.ts'
import { mostSimilar } from '../project.ts'
import type { Face } from '../rules/face.ts'
import type { NameRule } from '../rules/rule.ts'
import type { Found } from './hits.ts'
import { toCandidate } from './hits.ts'
import type { NamedModule } from './judge.ts'
import type { KeptFaces } from './kept-faces.ts'
import type { LineBuffer } from './line-buffer.ts'
import { LENGTH_BYTES, lengthAt, textsInOne } from './line-buffer.ts'

/**
 * What follows the module in the lines of a repository name's targets ({@link textsInOne}): all in one piece, as every other
 * place in memory would be waited for.
 */
export interface LineRests {
  bytes: Uint8Array
  /** Of a target with several paths, each has a text; null where none has several. */
  counts: readonly number[] | null
}

/**
 * Adds what was found of one module as lines of JSON, each as `JSON.stringify` of the candidate would write it. Nearly all
 * are of the rule of the same repository name. Their text differs from one module to the next in the module alone, so the
 * rest is written once for each repository name.
 */
export function writeCandidates({ module, hits, clones, kept, cloneRule }: Found, into: LineBuffer): void {
  for (const { rule, face, known } of hits) {
    into.addText(`${JSON.stringify(toCandidate(module, rule, face, known))}\n`)
  }
  const [face] = module.faces
  if (cloneRule === null || face === undefined || clones.length === 0) return
  if (kept !== null && cloneRule.aboutTarget === true) {
    kept.lines ??= restsOf(kept, module, cloneRule, face)
    if (kept.lines !== null) return writeClones(module, clones, kept, kept.lines, into)
  }
  for (const known of clones) into.addText(`${JSON.stringify(toCandidate(module, cloneRule, face, known))}\n`)
}

/** `clones` are in the order of the list that is kept, where they are not all of it. */
function writeClones(
  module: NamedModule,
  clones: readonly TargetFace[],
  { projects }: KeptFaces,
  { bytes, counts }: LineRests,
  into: LineBuffer,
): void {
  const start = into.length
  into.addShort('{"module":')
  into.addShort(JSON.stringify(module.path))
  into.addShort(',"target":')
  const all = clones === projects
  if (all && counts === null) return into.addEach(bytes, clones.length, start)
  const end = into.length
  let added = 0
  let text = 0
  for (let at = 0; text < bytes.length && added < clones.length; at++) {
    const count = counts === null ? 1 : (counts[at] ?? 1)
    const known = all && count === 1 ? undefined : projects[at]
    const chosen = known === undefined || count === 1 ? 0 : mostSimilar(known.project, module.parts)
    const isWritten = all || known === clones[added]
    if (isWritten && added++ > 0) into.addAgain(start, end)
    for (let i = 0; i < count; i++) {
      const length = lengthAt(bytes, text)
      text += LENGTH_BYTES
      if (isWritten && i === chosen) into.addBytes(bytes, text, text + length)
      text += length
    }
  }
}

/** The rule speaks of the target alone, so that any module will do. Null where a text is too long for its length. */
function restsOf(
  { projects }: KeptFaces,
  module: NamedModule,
  nameRule: NameRule,
  face: Face,
): LineRests | null {
  const texts = projects.flatMap((known) => {
    const { rule, distance, strength, reason } = toCandidate(module, nameRule, face, known)
    const rest = JSON.stringify({ rule, distance, strength, reason }).slice(1)
    return known.project.paths.map(({ target }) => Buffer.from(`${JSON.stringify(target.path)},${rest}\n`))
  })
  const bytes = textsInOne(texts)
  if (bytes === null) return null
  const counts = projects.map(({ project }) => project.paths.length)
  return { bytes, counts: counts.every((count) => count === 1) ? null : counts }
}

/** Adds up how much was found of each strength. */
export function countStrengths({ hits, clones }: Found, into: Record<Strength, number>): void {
  for (const { rule } of hits) into[rule.strength]++
  into.candidate += clones.length
}
