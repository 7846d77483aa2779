import { toText } from '../parse/bytes.ts'
import type { FileModel } from '../parse/file-model.ts'
import { stringBytes } from '../parse/literals.ts'

/** Returns the patterns of a file's `//go:embed` lines, relative to the module's root. */
export function embedsOf({ directory, directives, builds }: FileModel): string[] {
  if (!builds) return []
  const lines = directives.flatMap(({ text }) => /^\/\/go:embed\s(.*)$/.exec(text)?.[1] ?? [])
  return lines.flatMap((line) => {
    const words = line.match(/"(?:\\.|[^"\\])*"|`[^`]*`|\S+/g) ?? []
    return words.map((word) => {
      const pattern = /^["`]/.test(word) ? toText(stringBytes(word)) : word
      return `${directory === '' ? '' : `${directory}/`}${pattern.replace(/^all:/, '')}`
    })
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
