import { LONG_LIST, MIN_BLANKED_CHARS } from '../limits.ts'

/** One token: comment, string, raw string, rune, number, sign, comma, white space; anything else is one character. */
const TOKEN =
  /(\/\/[^\n]*|\/\*[^]*?\*\/)|("(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])+'|\d[\da-zA-Z_.]*)|(-|,|\s+)|[\p{L}_][\p{L}\p{N}_]*|[^]/uy
const COMMENT = 1
const LITERAL = 2
const BETWEEN = 3

/**
 * Large files are nearly always tables. Their long lists of plain literals are written over with blanks, line for line and
 * column for column, so that what is left costs no more to parse than other code does, and padding hides nothing. A file
 * that is not large is returned as it is.
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
    // The run ends behind its last comma, so that what follows stays whole.
    if (literals > 0 && token[BETWEEN] === ',') runEnd = TOKEN.lastIndex
  }
  closeRun()
  return pieces.join('') + text.slice(copied)
}
