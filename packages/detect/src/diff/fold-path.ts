/** A module's names for itself: the path that it is fetched by and the one that its go.mod declares. */
export interface OwnPaths {
  path: string
  declaredPath: string | null
}

/**
 * Text with every mention of the module's own path replaced by `to`, so that two modules that differ in nothing else give
 * the same text. A mention ends where the path does: `a.b/c` is not in `a.b/cd`.
 */
export function foldOwnPath(text: string, own: OwnPaths, to: string): string {
  return foldOwnPaths(text, own.declaredPath === null ? [own.path] : [own.path, own.declaredPath], to)
}

/** The same for any number of names. */
export function foldOwnPaths(text: string, names: readonly string[], to: string): string {
  let folded = text
  for (const name of [...new Set(names)].toSorted((a, b) => b.length - a.length))
    folded = replacePath(folded, name, to)
  return folded
}

const PART_OF_NAME = /[\p{L}\p{N}._~-]/u

function replacePath(text: string, name: string, to: string): string {
  if (name === '' || name === to) return text
  let folded = ''
  let from = 0
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length
    const before = at === 0 ? '' : text.charAt(at - 1)
    // A full stop ends a sentence, unless more of a name follows.
    const after = text.charAt(end) === '.' ? text.charAt(end + 1) : text.charAt(end)
    if ((before !== '' && PART_OF_NAME.test(before)) || (after !== '' && PART_OF_NAME.test(after))) continue
    folded += text.slice(from, at) + to
    from = end
  }
  return folded + text.slice(from)
}

/**
 * A Go file's text with the lines of its import blocks sorted: a renamed path moves its line where imports are kept in
 * order.
 */
export function sortImports(text: string): string {
  return text.replace(/^import \(\n([^)]*)\)/m, (_all, body: string) => {
    const groups = body.split(/\n[ \t]*\n/)
    const sorted = groups.map((group) =>
      group
        .split('\n')
        .filter((line) => line.trim() !== '')
        .toSorted()
        .join('\n'),
    )
    return `import (\n${sorted.join('\n\n')}\n)`
  })
}
