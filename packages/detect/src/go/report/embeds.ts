import { toText } from '../parse/bytes.ts'
import { folderOf, isAnalysed, isGoSource } from '../parse/file-kinds.ts'
import type { FileModel } from '../parse/file-model.ts'
import { stringBytes } from '../parse/literals.ts'
import type { SourceFile } from '../types.ts'

/** Bytes of one embedded file that are read, and of all those of a module: hidden strings are short. */
const MAX_EMBEDDED = 64 * 1024
const MAX_ALL_EMBEDDED = 1024 * 1024
/** Patterns that are looked for among all files: more are an attempt to make that expensive. */
const MAX_PATTERNS = 500

/** Returns the small files that Go files embed, as bytes (see parse/bytes.ts). */
export function embeddedFiles(untrusted: ReadonlyMap<string, Buffer>): SourceFile[] {
  const patterns = [...untrusted].flatMap(([path, content]) =>
    isGoSource(path) && content.includes('//go:embed ')
      ? content
          .toString('utf8')
          .split('\n')
          .flatMap((line) => patternsIn(line, folderOf(path)))
      : [],
  )
  if (patterns.length === 0 || patterns.length > MAX_PATTERNS) return []
  const files: SourceFile[] = []
  let left = MAX_ALL_EMBEDDED
  for (const [path, content] of untrusted) {
    if (isAnalysed(path) || content.length > Math.min(left, MAX_EMBEDDED)) continue
    if (!isEmbedded(path, patterns)) continue
    files.push({ path, content: content.toString('latin1') })
    left -= content.length
  }
  return files
}

/** Returns the patterns of a file's `//go:embed` lines, relative to the module's root. */
export function embedsOf({ directory, directives, builds }: FileModel): string[] {
  if (!builds) return []
  return directives.flatMap(({ text }) => patternsIn(text, directory))
}

function patternsIn(line: string, directory: string): string[] {
  const [, listed = ''] = /^\/\/go:embed\s(.*)$/.exec(line) ?? []
  const words = listed.match(/"(?:\\.|[^"\\])*"|`[^`]*`|\S+/g) ?? []
  return words.map((word) => {
    const pattern = /^["`]/.test(word) ? toText(stringBytes(word)) : word
    return `${directory === '' ? '' : `${directory}/`}${pattern.replace(/^all:/, '')}`
  })
}

/**
 * Returns true if a pattern matches the file or one of its parent folders. Anything matches the text between a pattern's first
 * and last wildcard, so the check may include a file too many but misses none.
 */
export function isEmbedded(path: string, patterns: readonly string[]): boolean {
  const covered = path.split('/').map((_, at, names) => names.slice(0, at + 1).join('/'))
  return patterns.some((pattern) => {
    const prefix = /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
    if (prefix === pattern) return covered.includes(pattern)
    const suffix = /[^*?\]\\]*$/.exec(pattern)?.[0] ?? ''
    return covered.some((name) => name.startsWith(prefix) && name.endsWith(suffix))
  })
}
