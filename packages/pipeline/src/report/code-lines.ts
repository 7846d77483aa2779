import { signalRule } from '@mirrorwatch/detect/signals/table'
import type { StoredSignal } from '@mirrorwatch/store/findings-list'
import { MAX_CODE_LINES, MAX_FILE_CHARS, MAX_LINE_CHARS } from './limits.ts'
import { defang, visibleText } from './safe-text.ts'

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
    return [`${place}${quote}`, ...hidden].map(shownLine)
  })
}

/** The end of a file's name: a long one must not push the code out of the line. */
function shortFile(untrustedFile: string): string {
  const text = Array.from(visibleText(untrustedFile.slice(-4 * MAX_FILE_CHARS)))
  return text.length <= MAX_FILE_CHARS ? text.join('') : `…${text.slice(1 - MAX_FILE_CHARS).join('')}`
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

/** Runs of white space, with which code is pushed out of sight, are told instead of shown. */
export function shownLine(untrustedLine: string): string {
  const near = untrustedLine
    .slice(0, 4_000)
    .replaceAll(/[ \t]{9,}/g, (run) => ` [${run.length} blanks] `)
    .replaceAll(/[\t\r\n]/g, '  ')
  const text = Array.from(defang(visibleText(near)))
  return text.length <= MAX_LINE_CHARS ? text.join('') : `${text.slice(0, MAX_LINE_CHARS - 1).join('')}…`
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
