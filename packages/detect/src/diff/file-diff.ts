import { structuredPatch } from 'diff'
import { cutText } from './cut-text.ts'

export interface DiffLimits {
  /** Lines of one diff. */
  maxLines: number
  /** Characters of one line; minified code has lines of a megabyte. */
  maxLineChars: number
  /** Edits beyond which two files count as having nothing in common: the search costs the square of it. */
  maxEdits: number
}

/** Bounds for a readable diff, a small database row and half a second of work on the worst two files of a megabyte. */
const DIFF_LIMITS: DiffLimits = { maxLines: 200, maxLineChars: 400, maxEdits: 2000 }

const CONTEXT_LINES = 3
/** Git's own way to tell a binary: a NUL near the start. */
const BINARY_PROBE_BYTES = 8000

/**
 * A unified diff of one file, repository side first: `-` is what is shown, `+` is what is compiled. `sides` names both. Null for binaries and for
 * files that have too little in common. Characters that could hide or reorder text are shown as `\u{…}`: a diff that lies
 * about itself is what an attacker wants.
 */
export function unifiedDiff(
  path: string,
  shown: Buffer | null,
  compiled: Buffer | null,
  limits: DiffLimits = DIFF_LIMITS,
  sides: readonly [shown: string, compiled: string] = ['repository', 'zip'],
): string | null {
  const before = asText(shown)
  const after = asText(compiled)
  if (before === null || after === null) return null
  const patch = structuredPatch(path, path, before, after, undefined, undefined, {
    context: CONTEXT_LINES,
    maxEditLength: limits.maxEdits,
  })
  if (patch === undefined) return null
  const lines = [`--- ${shown === null ? '/dev/null' : `${sides[0]}/${path}`}`]
  lines.push(`+++ ${compiled === null ? '/dev/null' : `${sides[1]}/${path}`}`)
  for (const hunk of patch.hunks) {
    lines.push(`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`, ...hunk.lines)
    if (lines.length > limits.maxLines) break
  }
  return capped(lines, limits).map(escapeInvisible).join('\n')
}

function capped(lines: string[], { maxLines, maxLineChars }: DiffLimits): string[] {
  const kept = lines.slice(0, maxLines).map((line) => {
    return line.length > maxLineChars ? `${cutText(line, maxLineChars)} … (${line.length} characters)` : line
  })
  if (lines.length > maxLines) kept.push('… (the rest of the difference is not shown)')
  return kept
}

function asText(content: Buffer | null): string | null {
  if (content === null) return ''
  if (content.subarray(0, BINARY_PROBE_BYTES).includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return null
  }
}

/**
 * Shows control and format characters (bidirectional overrides, zero-width joiners, escape sequences) and foreign line breaks
 * by number. Tabs stay.
 */
export function escapeInvisible(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\u3164\u115f\u1160\uffa0]/gu, (character) => {
    if (character === '\t') return character
    return `\\u{${character.codePointAt(0)?.toString(16)}}`
  })
}
