/** A module's names for itself: the path that it is fetched by and the one that its go.mod declares. */
export interface OwnPaths {
  path: string
  declaredPath: string | null
}

/**
 * Replaces every mention of the module's own path by `to`, so that two modules that differ in nothing else give the same text.
 * A mention ends where the path does: `a.b/c` is not in `a.b/cd`. A quoted path below the module's own, `"a.b/c/d"`, stays
 * where `stays` says so of `d`.
 */
export function foldOwnPath(
  text: string,
  own: OwnPaths,
  to: string,
  stays?: (below: string) => boolean,
): string {
  return foldOwnPaths(text, own.declaredPath === null ? [own.path] : [own.path, own.declaredPath], to, stays)
}

/** Replaces every mention of any of `names`, as {@link foldOwnPath} does. */
export function foldOwnPaths(
  text: string,
  names: readonly string[],
  to: string,
  stays?: (below: string) => boolean,
): string {
  let folded = text
  for (const name of [...new Set(names)].toSorted((a, b) => b.length - a.length))
    folded = replacePath(folded, name, to, stays)
  return folded
}

const PART_OF_NAME = /[\p{L}\p{N}._~-]/u

function replacePath(text: string, name: string, to: string, stays?: (below: string) => boolean): string {
  if (name === '' || name === to) return text
  let folded = ''
  let from = 0
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length
    const before = at === 0 ? '' : text.charAt(at - 1)
    // A full stop ends a sentence, unless more of a name follows.
    const after = text.charAt(end) === '.' ? text.charAt(end + 1) : text.charAt(end)
    if ((before !== '' && PART_OF_NAME.test(before)) || (after !== '' && PART_OF_NAME.test(after))) continue
    const below = stays === undefined ? null : quotedRest(text, at, end)
    if (below !== null && stays?.(below) === true) continue
    folded += text.slice(from, at) + to
    from = end
  }
  return folded + text.slice(from)
}

/** Returns what follows a path up to the quote that closes it; null where the path is not the beginning of a longer quoted one. */
function quotedRest(text: string, at: number, end: number): string | null {
  const quote = at === 0 ? '' : text.charAt(at - 1)
  if ((quote !== '"' && quote !== '`') || text.charAt(end) !== '/') return null
  REST_OF_PATH.lastIndex = end + 1
  const rest = REST_OF_PATH.exec(text)?.[0] ?? ''
  return rest !== '' && text.charAt(end + 1 + rest.length) === quote ? rest : null
}

/** Characters of an import path (https://pkg.go.dev/golang.org/x/mod/module#CheckImportPath). */
const REST_OF_PATH = /[\p{L}\p{N}._~/+-]+/uy

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
