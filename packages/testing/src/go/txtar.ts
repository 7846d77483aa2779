/**
 * Parses a txtar archive. A line `-- name --` begins a file; the text up to the next such line is its content. Text before
 * the first file is a comment.
 */
export function parseTxtar(text: string): Map<string, string> {
  const [, ...parts] = text.split(/^-- (.+) --\n/m)
  const files = new Map<string, string>()
  for (let at = 0; at + 1 < parts.length; at += 2) files.set(parts[at] ?? '', parts[at + 1] ?? '')
  return files
}
