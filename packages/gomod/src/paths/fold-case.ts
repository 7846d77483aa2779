/**
 * Returns a key that is equal for two strings exactly if Go's `strings.EqualFold` calls them equal. Folds case code point by
 * code point (`K` and the Kelvin sign, `ſ` and `s`, `ß` and `ẞ`; not `ß` and `ss`, not `İ` and `i`). Compared with Go 1.19
 * for every code point: they differ only in letters newer than its Unicode 13.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text) folded += foldCharacter(character)
  return folded
}

// eslint-disable-next-line no-control-regex
const ASCII = /^[\0-\x7f]*$/

/**
 * Folds one character. Simple folding maps one code point to one, so a step of upper- or lower-casing that gives several
 * (`ß` to `SS`, `İ` to `i̇`) is skipped. Upper-casing before lower-casing unites `ς` with `σ`, and `ſ` with `s`.
 */
function foldCharacter(character: string): string {
  const special = IRREGULAR.get(character)
  if (special !== undefined) return special
  const upper = single(character.toUpperCase(), character)
  return single(upper.toLowerCase(), upper)
}

function single(mapped: string, original: string): string {
  return mapped.length === String.fromCodePoint(mapped.codePointAt(0) ?? 0).length ? mapped : original
}

/** Characters whose simple folding differs from their upper- and lower-casing. */
const IRREGULAR = new Map([
  ['\u0130', '\u0130'],
  ['\u0131', '\u0131'],
  ['\u1e9e', '\u00df'],
])
