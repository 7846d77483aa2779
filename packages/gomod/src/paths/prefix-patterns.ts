/**
 * Returns true if a prefix of `path` matches one of the comma-separated glob patterns of GOPRIVATE, GONOPROXY or GONOSUMDB:
 * `*` and `?` match within one element, `[…]` matches one character of it. Follows Go's `module.MatchPrefixPatterns`
 * (https://pkg.go.dev/golang.org/x/mod/module#MatchPrefixPatterns): empty and malformed patterns match nothing.
 */
export function matchesPrefixPatterns(patterns: string, path: string): boolean {
  return patterns.split(',').some((pattern) => matchesPrefix(pattern.replace(/\/+$/, ''), path))
}

function matchesPrefix(pattern: string, path: string): boolean {
  if (pattern === '') return false
  const globs = pattern.split('/')
  const elements = path.split('/')
  if (globs.length > elements.length) return false
  return globs.every((glob, i) => elementPattern(glob)?.test(elements[i] ?? '') === true)
}

/** Returns the expression for one element's glob, as in Go's `path.Match`; null if the glob is malformed. */
function elementPattern(glob: string): RegExp | null {
  let source = ''
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? ''
    if (char === '*') source += source.endsWith('.*') ? '' : '.*'
    else if (char === '?') source += '.'
    else if (char === '\\') {
      if (++at >= glob.length) return null
      source += quote(glob[at] ?? '')
    } else if (char === '[') {
      const [all, negated = '', ranges = ''] = /^\[(\^?)((?:\\.|[^\]\\])+)\]/s.exec(glob.slice(at)) ?? []
      if (all === undefined) return null
      source += `[${negated}${ranges.replaceAll(/[[\]]/g, '\\$&')}]`
      at += all.length - 1
    } else source += quote(char)
  }
  try {
    return new RegExp(`^${source}$`, 'su')
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function quote(char: string): string {
  return char.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
