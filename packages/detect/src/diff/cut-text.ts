/** The first `units` UTF-16 units of a text; one less where that would halve a character. */
export function cutText(text: string, units: number): string {
  const last = text.charCodeAt(units - 1)
  const halves = text.length > units && last >= 0xd800 && last <= 0xdbff
  return text.slice(0, halves ? units - 1 : units)
}
