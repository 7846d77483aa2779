import { isHarmlessFile } from '@mirrorwatch/detect/judge/signals/harmless-files'
import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { type DiffLine, parseDiff } from './diff.ts'
import { visibleLine } from './visible-text.ts'

/** A version next to what it should be: its repository, or the module that it copies. */
export interface Difference {
  than: 'repository' | 'original'
  version: string
  /** The other side: a repository at a commit, or a module at a version. */
  from: string
  /** When an earlier inspection saw it, where the repository no longer shows it. */
  seenUntil: string | null
  files: DifferentFile[]
  /** Files that differ; more than `files` where only the first of them were kept. */
  count: number
}

export interface DifferentFile {
  /** Untrusted name in the zip. Show `name` instead. */
  untrustedPath: string
  name: string
  /** `modified`, `only-in-zip`, `added`, … */
  how: string
  /** True for documents, tests and settings that no build reads. */
  harmless: boolean
  /** Empty where no contents were kept: a binary file, or one too many. */
  lines: DiffLine[]
}

/** Returns the differences that hold: repository first, then originals. `marks` has signal ids by `file:line`. */
export function differencesOf(
  signals: readonly StoredSignal[],
  marks: ReadonlyMap<string, string[]>,
): Difference[] {
  const found = signals.flatMap((signal): Difference[] => {
    if (signal.rule === 'unreadable' || signal.withdrawnAt !== null) return []
    const { evidence } = signal
    const version = visibleLine(signal.version ?? '')
    if ('quoted' in evidence) {
      const { repository, commit, quoted, files: count } = evidence
      const at = commit === null ? '' : ` at ${commit.slice(0, 12)}`
      const from = visibleLine(`${repository ?? 'its repository'}${at}`)
      const seenUntil = 'lastSeenAt' in evidence ? evidence.lastSeenAt : null
      const files = quoted.map(({ path, change, diff }) => fileOf(path, change, linesOf(diff, marks)))
      return [{ than: 'repository', version, from, seenUntil, files, count }]
    }
    if (!('compared' in evidence)) return []
    const { original, originalVersion, compared, diff, changed, added, removed, equalButPath } = evidence
    const byFile = splitFiles(linesOf(diff, marks))
    const files = compared.map(({ path, relation }) =>
      fileOf(path, relation, byFile.get(visibleLine(path)) ?? []),
    )
    const from = visibleLine(`${original} ${originalVersion}`)
    const count = changed + added + removed + equalButPath
    return [{ than: 'original', version, from, seenUntil: null, files, count }]
  })
  return found.toSorted((a, b) => Number(a.than === 'original') - Number(b.than === 'original'))
}

function fileOf(untrustedPath: string, how: string, lines: DiffLine[]): DifferentFile {
  const harmless = how === 'eol-only' || how === 'equal-but-path' || isHarmlessFile(untrustedPath, [])
  return { untrustedPath, name: visibleLine(untrustedPath), how, harmless, lines }
}

function linesOf(untrustedDiff: string | null, marks: ReadonlyMap<string, string[]>): DiffLine[] {
  return untrustedDiff === null || untrustedDiff === '' ? [] : parseDiff(untrustedDiff.trimEnd(), marks)
}

/** Splits the diff of several files by the names in their headers. */
function splitFiles(lines: readonly DiffLine[]): Map<string, DiffLine[]> {
  const byFile = new Map<string, DiffLine[]>()
  let current: DiffLine[] = []
  for (const line of lines) {
    if (line.kind === 'file' && line.text.startsWith('--- ')) current = []
    if (line.kind === 'file' && line.text.startsWith('+++ '))
      byFile.set(line.text.slice(4).replace(/^[^/]*\//, ''), current)
    current.push(line)
  }
  return byFile
}
