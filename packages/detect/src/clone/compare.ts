import { cutText } from '../diff/cut-text.ts'
import { unifiedDiff } from '../diff/file-diff.ts'
import { foldOwnPath, type OwnPaths, sortImports } from '../diff/fold-path.ts'
import { fileWeight } from '../files/file-weight.ts'
import { type CodePairs, type GoSources, pairCode } from './code-pairs.ts'
import type { FingerprintFile } from './fingerprint.ts'
import {
  MAX_COMPARED_BYTES,
  MAX_COMPARED_TOTAL,
  MAX_DIFF_CHARS,
  MAX_NAMED_FILES,
  MIN_LINE_SHARE,
} from './limits.ts'
import { type MatchedFiles, matchFiles } from './match-files.ts'
import { lineShare, similarityOf } from './similarity.ts'
import type { ComparedFile, ModuleComparison } from './types.ts'

/** One module version with its listing and those contents that are at hand. */
export interface ListedModule extends OwnPaths {
  version: string
  files: readonly FingerprintFile[]
  /** Contents by name; those of {@link contentsNeeded} are enough. */
  contents: ReadonlyMap<string, Buffer>
}

/**
 * Names of the files whose contents a comparison looks at: what differs by its listing, of a size that can be compared,
 * source first. Most clones need one or two.
 */
export function contentsNeeded(
  original: readonly FingerprintFile[],
  lookalike: readonly FingerprintFile[],
): { original: string[]; lookalike: string[] } {
  const { changed, added } = matchFiles(original, lookalike)
  const needed = { original: [] as string[], lookalike: [] as string[] }
  let total = 0
  const wanted = [
    ...changed.map((pair) => ({ ...pair })),
    ...added.map((file) => ({ original: null, lookalike: file })),
  ]
  for (const pair of wanted.toSorted((a, b) => fileWeight(b.lookalike.name) - fileWeight(a.lookalike.name))) {
    const size = Math.max(pair.original?.size ?? 0, pair.lookalike.size)
    if (size > MAX_COMPARED_BYTES || total + size > MAX_COMPARED_TOTAL) continue
    total += size
    if (pair.original !== null) needed.original.push(pair.original.name)
    needed.lookalike.push(pair.lookalike.name)
  }
  return needed
}

/**
 * A look-alike against one version of an original: what is equal, equal once both modules' own paths are written alike,
 * changed, added, removed; how near a copy it is; and a diff (original first) of what is left.
 */
export function compareListings(original: ListedModule, lookalike: ListedModule): ModuleComparison {
  const matched = matchFiles(original.files, lookalike.files)
  const texts = new Map(matched.changed.map((pair) => [pair, foldedTexts(pair, original, lookalike)]))
  const shares = new Map(matched.changed.map((pair) => [pair, pairShare(texts.get(pair) ?? null)]))
  const code = pairCode(...goSources(matched, shares, original, lookalike))
  const { similarity, nearCopy, inPlace, ofOriginal, holdsOriginal } = similarityOf(
    matched,
    (pair) => shares.get(pair) ?? 0,
    code,
  )
  const isSame = (name: string): boolean => code.ofLookalike(name) === 1
  const equalButPath = [
    ...matched.changed.filter((pair) => shares.get(pair) === 1 || isSame(pair.lookalike.name)),
    ...matched.added.filter(({ name }) => isSame(name)).map((lookalike) => ({ lookalike })),
  ]
  const changed = matched.changed.filter((pair) => shares.get(pair) !== 1 && !isSame(pair.lookalike.name))
  const added = matched.added.filter(({ name }) => !isSame(name))
  // What was moved to another file was not removed.
  const removed = matched.removed.filter(({ name }) => code.ofOriginal(name) < 1)
  const files: ComparedFile[] = [
    ...changed.map((pair) => ({ path: pair.lookalike.name, relation: 'changed' as const })),
    ...added.map(({ name }) => ({ path: name, relation: 'added' as const })),
    ...equalButPath.map((each) => ({ path: each.lookalike.name, relation: 'equal-but-path' as const })),
    ...removed.map(({ name }) => ({ path: name, relation: 'removed' as const })),
  ]
  return {
    original: original.path,
    originalVersion: original.version,
    lookalike: lookalike.path,
    lookalikeVersion: lookalike.version,
    counted: [...original.files, ...lookalike.files].filter(({ name }) => fileWeight(name) > 0).length,
    similarity,
    equal: matched.equal.length,
    equalButPath: equalButPath.length,
    changed: changed.length,
    added: added.length,
    removed: removed.length,
    files: sourceFirst(files).slice(0, MAX_NAMED_FILES),
    diff: diffOf(changed, texts, added, lookalike, original.path, code),
    declaredPath: lookalike.declaredPath,
    nearCopy,
    inPlace,
    contained: ofOriginal,
    holdsOriginal,
  }
}

type Pair = MatchedFiles['changed'][number]

/** Go files that are not equal, of both modules. */
function goSources(
  matched: MatchedFiles,
  shares: ReadonlyMap<Pair, number>,
  original: ListedModule,
  lookalike: ListedModule,
): [GoSources, GoSources] {
  const changed = matched.changed.filter((pair) => shares.get(pair) !== 1)
  const texts = (module: ListedModule, names: readonly string[]): Map<string, string> =>
    new Map(
      names.flatMap((name) => {
        const text = name.endsWith('.go') ? textOf(module.contents.get(name)) : null
        return text === null ? [] : [[name, text]]
      }),
    )
  const before = [...changed.map((pair) => pair.original), ...matched.removed].map(({ name }) => name)
  const after = [...changed.map((pair) => pair.lookalike), ...matched.added].map(({ name }) => name)
  return [
    { ...ownPaths(original), texts: texts(original, before) },
    { ...ownPaths(lookalike), texts: texts(lookalike, after) },
  ]
}

function ownPaths({ path, declaredPath }: OwnPaths): OwnPaths {
  return { path, declaredPath }
}

interface Texts {
  original: string
  lookalike: string
}

/** Both contents with own paths folded to the original's; null where they are not at hand or not text. */
function foldedTexts(pair: Pair, original: ListedModule, lookalike: ListedModule): Texts | null {
  const a = textOf(original.contents.get(pair.original.name))
  const b = textOf(lookalike.contents.get(pair.lookalike.name))
  if (a === null || b === null) return null
  const fold = (text: string, own: OwnPaths): string => {
    const folded = foldOwnPath(text, own, original.path)
    return pair.lookalike.name.endsWith('.go') ? sortImports(folded) : folded
  }
  return { original: fold(a, original), lookalike: fold(b, lookalike) }
}

function textOf(content: Buffer | undefined): string | null {
  if (content === undefined || content.length > MAX_COMPARED_BYTES || content.subarray(0, 8_000).includes(0))
    return null
  return content.toString('utf8')
}

/** 1 where nothing but the module path differs, else the share of common lines where that is worth a word. */
function pairShare(texts: Texts | null): number {
  if (texts === null) return 0
  if (texts.original === texts.lookalike) return 1
  const share = lineShare(texts.original, texts.lookalike)
  // Never 1: lines in another order are another file.
  return share >= MIN_LINE_SHARE ? Math.min(share, 0.999) : 0
}

function sourceFirst(files: readonly ComparedFile[]): ComparedFile[] {
  return files.toSorted((a, b) => fileWeight(b.path) - fileWeight(a.path))
}

function diffOf(
  changed: readonly Pair[],
  texts: ReadonlyMap<Pair, Texts | null>,
  added: readonly FingerprintFile[],
  lookalike: ListedModule,
  originalPath: string,
  code: CodePairs,
): string | null {
  const diffs: string[] = []
  let length = 0
  const push = (diff: string | null): void => {
    if (diff === null || length > MAX_DIFF_CHARS) return
    diffs.push(diff)
    length += diff.length
  }
  for (const pair of changed.toSorted(
    (a, b) => fileWeight(b.lookalike.name) - fileWeight(a.lookalike.name),
  )) {
    const both = texts.get(pair) ?? null
    if (both === null) continue
    const lines = moduleDiff(pair.lookalike.name, Buffer.from(both.original), Buffer.from(both.lookalike))
    const shown = code.shown(pair.lookalike.name)
    push(shorter(lines, shown && codeDiff(pair.lookalike.name, shown)))
  }
  for (const { name } of added.filter((file) => fileWeight(file.name) > 0)) {
    const text = textOf(lookalike.contents.get(name))
    const shown = code.shown(name)
    if (shown !== null) push(codeDiff(name, shown))
    else if (text !== null)
      push(moduleDiff(name, null, Buffer.from(foldOwnPath(text, lookalike, originalPath))))
  }
  return diffs.length === 0 ? null : cutText(diffs.join('\n'), MAX_DIFF_CHARS)
}

/** Length up to which a diff of declarations is shown: they are not laid out as the author did. */
const SHORTER = 0.7

/** Picks the diff of lines, unless comments or layout were changed as well. */
function shorter(lines: string | null, declarations: string | null): string | null {
  if (lines === null || declarations === null) return lines ?? declarations
  return declarations.length < lines.length * SHORTER ? declarations : lines
}

/** A diff of declarations, which shows no change of comments or layout. */
function codeDiff(path: string, { before, after }: { before: string; after: string }): string | null {
  return moduleDiff(path, Buffer.from(before), Buffer.from(after))
}

function moduleDiff(path: string, original: Buffer | null, lookalike: Buffer): string | null {
  const diff = unifiedDiff(path, original, lookalike)
  return (
    diff?.replace(/^--- repository\//, '--- original/').replace(/^(--- .*\n\+\+\+ )zip\//, '$1lookalike/') ??
    null
  )
}
