/** Files from this size on, and lists of literals from this length on, are taken for generated tables. */
const MIN_BLANKED_CHARS = 256 * 1024
const LONG_LIST = 1_000

/** One token: comment, string, raw string, rune, number, sign, comma, white space; anything else is one character. */
const TOKEN =
  /(\/\/[^\n]*|\/\*[^]*?\*\/)|("(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+'|\d[\da-zA-Z_.]*)|(-|,|\s+)|[\p{L}_][\p{L}\p{N}_]*|[^]/uy
const COMMENT = 1
const LITERAL = 2
const BETWEEN = 3

/**
 * Overwrites the long lists of plain literals in a large file with blanks. Large files are nearly always tables: blanked,
 * they cost no more to parse than other code, and the code around them keeps its lines and columns. Smaller files are
 * returned unchanged.
 */
export function blankLongLists(text: string): string {
  if (text.length < MIN_BLANKED_CHARS) return text
  const pieces: string[] = []
  let [copied, runStart, runEnd, literals] = [0, 0, 0, 0]
  const closeRun = (): void => {
    if (literals >= LONG_LIST) {
      pieces.push(text.slice(copied, runStart), text.slice(runStart, runEnd).replace(/[^\n]/g, ' '))
      copied = runEnd
    }
    literals = 0
  }
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (token[LITERAL] !== undefined) {
      if (literals++ === 0) runStart = token.index
    } else if (token[COMMENT] === undefined && token[BETWEEN] === undefined) closeRun()
    // The run ends after its last comma, so that what follows stays whole.
    if (literals > 0 && token[BETWEEN] === ',') runEnd = TOKEN.lastIndex
  }
  closeRun()
  return pieces.join('') + text.slice(copied)
}
