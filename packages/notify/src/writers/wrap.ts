/** A long name may be cut behind these, so that its parts stay whole. */
const JOINT = /[/,@_-]/

/**
 * Splits a text into lines of at most `width` characters between words; a word that is longer is cut behind a joint of its
 * parts. Blanks at the start of the text stay.
 */
export function wrap(text: string, width: number): string[] {
  if (Array.from(text).length <= width) return [text]
  const indent = /^\s*/.exec(text)?.[0] ?? ''
  const lines: string[] = []
  let line = indent
  for (const word of text
    .trim()
    .split(/ +/)
    .flatMap((each) => pieces(each, width))) {
    const joined = line.trim() === '' ? `${line}${word.text}` : `${line}${word.glued ? '' : ' '}${word.text}`
    if (Array.from(joined).length <= width || line.trim() === '') line = joined
    else {
      lines.push(line)
      line = word.text
    }
  }
  return [...lines, line]
}

/** A word, or its parts where it is longer than a line; `glued` parts follow the one before without a blank. */
function pieces(word: string, width: number): { text: string; glued: boolean }[] {
  const units = Array.from(word)
  const parts: { text: string; glued: boolean }[] = []
  while (units.length > width) {
    const joint = units.slice(0, width).findLastIndex((unit) => JOINT.test(unit))
    parts.push({
      text: units.splice(0, joint > width / 3 ? joint + 1 : width).join(''),
      glued: parts.length > 0,
    })
  }
  return [...parts, { text: units.join(''), glued: parts.length > 0 }]
}
