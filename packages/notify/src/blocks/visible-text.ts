/**
 * Returns text from outside with everything written out that a reader cannot see or that would reorder what is seen: controls,
 * bidirectional and zero-width characters, spaces other than the common one, stacked marks; and, in names and paths, letters of
 * scripts that look like Latin or run from right to left. Tabs and line ends stay.
 */
export function visibleText(untrustedText: string): string {
  return untrustedText
    .replaceAll(
      /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
      codePoint,
    )
    .replaceAll(/(?! )\p{Zs}/gu, codePoint)
    .replaceAll(/\p{M}{3,}/gu, (marks) => Array.from(marks, codePoint).join(''))
    .replaceAll(/\S+/g, (word) => (isName(word) ? word.replaceAll(DECEPTIVE, codePoint) : word))
}

const DECEPTIVE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu

/** A word of one language alone, in a comment say, stays as it is. */
function isName(word: string): boolean {
  return /[a-z/\\]|\.\p{L}/iu.test(word)
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/** Returns visible text on one line. */
export function visibleLine(untrustedText: string): string {
  return visibleText(untrustedText).replaceAll(/\s*\n\s*/g, ' ')
}
