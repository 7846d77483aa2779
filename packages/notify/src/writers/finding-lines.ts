import type { CodeLine } from '../blocks/code.ts'
import type { Diff } from '../blocks/diff.ts'
import type { FindingBlocks } from '../blocks/finding.ts'
import { cutMiddle, defang, shown } from './defang.ts'

/** Files named of one finding. */
const MAX_FILES = 5
/** Lines quoted of one finding. */
const MAX_CODE_LINES = 14
/** Characters of a file's name in front of a quoted line. */
const MAX_FILE_CHARS = 60
/**
 * Characters of a quoted line. What stands far to the right is there to be overlooked, so blanks are counted instead of shown,
 * and a line that is still longer loses its middle.
 */
const MAX_LINE_CHARS = 160
/** Characters kept of the line's end. */
const LINE_END_CHARS = 60
/** Characters read at each end of a line. A line of more than twice this length is not read in between. */
const MAX_READ_CHARS = 2_000

/** A finding that is read in ten seconds, safe in mail and chat. HTML writers still escape it. */
export interface ShortFinding {
  title: string
  imitates: string | null
  says: string
  facts: { label: string; text: string }[]
  code: string[]
}

export function shortFinding(finding: FindingBlocks, maxCode: number = MAX_CODE_LINES): ShortFinding {
  const { heading, summary, versions, why } = finding
  const isTold = versions.length === 1 && why[0]?.text.startsWith(`${versions[0]}: `) === true
  return {
    title: shown(heading.module),
    imitates: heading.target === null ? null : shown(heading.target),
    // The module stands above it.
    says: shown(
      summary.startsWith(`${heading.module} `) ? `It ${summary.slice(heading.module.length + 1)}` : summary,
    ),
    facts: [
      ...why.map(({ label, text, row, signals }) => ({
        label,
        text: `${shown(text)}${signals.length === 0 ? '' : ` (${shown(signals.join(', '))})`} [${shown(row)}]`,
      })),
      ...filesFact(finding),
      ...(versions.length === 0 || isTold
        ? []
        : [{ label: 'versions', text: shown(versions.join(', '), 120) }]),
      { label: `#${heading.id}`, text: `${heading.status}, first seen ${heading.firstSeen.slice(0, 10)}` },
    ],
    code: quotedLines(finding, maxCode),
  }
}

function filesFact({ files }: FindingBlocks): ShortFinding['facts'] {
  if (files.length === 0) return []
  const named = files.slice(0, MAX_FILES).map(({ path, how }) => `${shortFile(path)} ${shown(how, 30)}`)
  const more = files.length > MAX_FILES ? `, … and ${files.length - MAX_FILES} more` : ''
  return [{ label: 'differs', text: `${named.join(', ')}${more}` }]
}

/** Returns the lines that matter: the added code, else the start of the differences, else the files. */
function quotedLines({ code, diffs, files }: FindingBlocks, max: number): string[] {
  const quoted = code.flatMap(quotedCode)
  const changed = quoted.length > 0 ? quoted : diffs.flatMap(changedLines)
  const lines = changed.length > 0 ? changed : files.map(({ path, how }) => shownLine(`${how}: ${path}`))
  const distinct = [...new Set(lines)]
  const kept = distinct.slice(0, max)
  if (distinct.length > kept.length) kept.push(`… and ${distinct.length - kept.length} more lines`)
  return kept
}

/** The place is added to the line, so that it takes no room from the code. */
function quotedCode({ file, line, quote, folded }: CodeLine): string[] {
  const hidden = folded === null ? [] : [shownLine(`    which is: ${folded}`)]
  return [`${shortFile(file)}:${line}: ${shownLine(quote)}`, ...hidden]
}

function changedLines(diff: Diff): string[] {
  return diff
    .filter(({ kind, text }) => (kind === 'added' || kind === 'removed') && text.trim().length > 1)
    .map(({ text }) => shownLine(text))
}

/** Returns the end of a file's name: a long one must not push the code out of the line. */
function shortFile(file: string): string {
  const text = Array.from(file.slice(-4 * MAX_FILE_CHARS))
  const end = text.length <= MAX_FILE_CHARS ? text : ['…', ...text.slice(1 - MAX_FILE_CHARS)]
  return defang(end.join('').replaceAll(/[\t\n]/g, ' '))
}

/** Returns a line of code with long runs of white space, which push code out of sight, counted instead of shown. */
export function shownLine(line: string): string {
  const both =
    line.length <= 2 * MAX_READ_CHARS
      ? line
      : `${line.slice(0, MAX_READ_CHARS)} … ${line.slice(-MAX_READ_CHARS)}`
  const near = both
    .replaceAll(/[ \t]{9,}/g, (run) => ` [${run.length} blanks] `)
    .replaceAll(/[\t\r\n]/g, '  ')
  const text = defang(near)
  if (Array.from(text).length <= MAX_LINE_CHARS) return text
  return cutMiddle(text, MAX_LINE_CHARS - LINE_END_CHARS - 3, LINE_END_CHARS)
}
