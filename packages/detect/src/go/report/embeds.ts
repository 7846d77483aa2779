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
 * True for a file that one of the patterns covers, by itself or by a folder that it is in. What stands between the first and
 * the last wildcard of a pattern counts as anything: a file too many is looked at, none too few.
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
