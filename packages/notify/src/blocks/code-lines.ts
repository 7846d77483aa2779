import { signalRule } from '@mirrorwatch/detect/judge/signals/table'
import type { StoredSignal } from '@mirrorwatch/store/queries/findings-list'
import { LINE_END_CHARS, MAX_CODE_LINES, MAX_FILE_CHARS, MAX_LINE_CHARS } from '../report/limits.ts'
import { cutMiddle, defang, shown, visibleText } from './safe-text.ts'

/**
 * The lines that matter of a finding: what was added and acts, else the start of a difference. Ready to be shown.
 */
export function codeLines(signals: readonly StoredSignal[]): string[] {
  const quoted = signals.filter(isAboutCode).flatMap(({ evidence }) => quotes(evidence['lines']))
  const lines = quoted.length > 0 ? quoted : signals.flatMap(({ evidence }) => differences(evidence))
  const distinct = [...new Set(lines)]
  const kept = distinct.slice(0, MAX_CODE_LINES)
  if (distinct.length > kept.length) kept.push(`… and ${distinct.length - kept.length} more lines`)
  return kept
}

function isAboutCode({ rule }: StoredSignal): boolean {
  return signalRule(rule)?.category === 'code'
}

function quotes(untrusted: unknown): string[] {
  return asArray(untrusted).flatMap((each) => {
    const { file, line, quote, folded } = asRecord(each)
    if (typeof quote !== 'string') return []
    const place =
      typeof file === 'string' ? `${shortFile(file)}:${typeof line === 'number' ? line : '?'}: ` : ''
    const hidden = typeof folded === 'string' && folded !== '' ? [`    which is: ${folded}`] : []
    // The place is added to the line, so that it takes no room from the code.
    return [`${place}${shownLine(quote)}`, ...hidden.map(shownLine)]
  })
}

/** The end of a file's name: a long one must not push the code out of the line. */
function shortFile(untrustedFile: string): string {
  const text = Array.from(visibleText(untrustedFile.slice(-4 * MAX_FILE_CHARS)))
  const end = text.length <= MAX_FILE_CHARS ? text : ['…', ...text.slice(1 - MAX_FILE_CHARS)]
  return defang(end.join('').replaceAll(/[\t\n]/g, ' '))
}

/** Which files differ from what is copied, or from what the repository shows, and how: `db.go modified`. */
export function changedFiles(signals: readonly StoredSignal[]): string[] {
  const files = signals.flatMap(({ evidence }) => [
    ...asArray(evidence['quoted']).map(asRecord),
    ...asArray(evidence['files']).map(asRecord),
  ])
  const named = new Map<string, string>()
  for (const { path, change, relation } of files) {
    const how = change ?? (relation === 'changed' || relation === 'added' ? relation : null)
    if (typeof path !== 'string' || typeof how !== 'string' || named.has(path)) continue
    named.set(path, `${shortFile(path)} ${shown(how, 30)}`)
  }
  return [...named.values()]
}

function differences(evidence: Record<string, unknown>): string[] {
  const files = asArray(evidence['quoted']).map(asRecord)
  const texts = [evidence['diff'], ...files.map(({ diff }) => diff)]
  const changed = texts
    .flatMap((text) => (typeof text === 'string' ? text.split('\n') : []))
    .filter((line) => /^[+-](?![+-]{2} )/.test(line) && line.trim().length > 1)
    .map(shownLine)
  if (changed.length > 0) return changed
  return files.flatMap(({ path, change }) =>
    typeof path === 'string'
      ? [shownLine(`${typeof change === 'string' ? change : 'differs'}: ${path}`)]
      : [],
  )
}

/** Of a line that has more than twice as many characters, so many of its start and of its end are looked at. */
const MAX_READ_CHARS = 2_000

/** Runs of white space, with which code is pushed out of sight, are told instead of shown. */
export function shownLine(untrustedLine: string): string {
  const both =
    untrustedLine.length <= 2 * MAX_READ_CHARS
      ? untrustedLine
      : `${untrustedLine.slice(0, MAX_READ_CHARS)} … ${untrustedLine.slice(-MAX_READ_CHARS)}`
  const near = both
    .replaceAll(/[ \t]{9,}/g, (run) => ` [${run.length} blanks] `)
    .replaceAll(/[\t\r\n]/g, '  ')
  const text = defang(visibleText(near))
  if (Array.from(text).length <= MAX_LINE_CHARS) return text
  return cutMiddle(text, MAX_LINE_CHARS - LINE_END_CHARS - 3, LINE_END_CHARS)
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
