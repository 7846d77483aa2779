/** Length of an upstream's error answer that is kept for a message. */
const MAX_ERROR_TEXT_CHARS = 300

/**
 * Cleans text from outside for a message, a log line or a terminal: one line, cut to `maxChars`, without control characters
 * and without marks that reorder or hide text.
 */
export function cleanText(untrustedText: string, maxChars: number = MAX_ERROR_TEXT_CHARS): string {
  // Cut generously first, so that the patterns below do not scan megabytes.
  const line = untrustedText
    .slice(0, maxChars * 4)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll(/[\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .trim()
  const chars = Array.from(line)
  return chars.length > maxChars ? `${chars.slice(0, maxChars).join('')}…` : line
}

/** Formats a URL for messages: without credentials, and without a query that is long or may carry a signature. */
export function displayUrl(url: URL | string): string {
  const shown = new URL(url)
  const { search } = shown
  const hideQuery = search.length > 200 || /signature|token|secret|key=/i.test(search)
  shown.username = ''
  shown.password = ''
  shown.hash = ''
  if (hideQuery) shown.search = ''
  return cleanText(hideQuery ? `${shown.href}?…` : shown.href)
}
