import { visibleText } from '../blocks/visible-text.ts'

/** Characters of a name or sentence from outside. Module paths have no limit of their own that fits a page. */
const MAX_TEXT_CHARS = 300

/** Top-level domains under which a bare name is made a link of by some mail client. */
const LINKED =
  'com|net|org|io|dev|app|ai|co|me|info|biz|xyz|top|ru|cn|su|tk|ml|ga|cf|gq|cc|tv|ws|pw|site|online|shop|live|link|click|sh|rs|eu|de|uk|fr|in|us|gov|edu|mil|zip|mov'
const BARE = new RegExp(
  `(?<![\\p{L}\\p{N}_.-])((?:[\\p{L}\\p{N}_-]+\\.)+(?:${LINKED}))(?![\\p{L}\\p{N}_-])`,
  'giu',
)

/** Returns text whose addresses no mail client makes clickable: `https[:]//evil[.]example`, `a[@]b[.]com`. */
export function defang(text: string): string {
  return text
    .replaceAll(
      /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*):(\/\/[^\s/]*)/gi,
      (_, scheme: string, rest: string) => `${scheme}[:]${dots(rest)}`,
    )
    .replaceAll(/\b(mailto|javascript|data|tel|file):/gi, '$1[:]')
    .replaceAll(/(?<=[^\s[])@(?=[^\s\]])/g, '[@]')
    .replaceAll(/\bwww\./gi, 'www[.]')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, dots)
    .replaceAll(
      /(?<![\p{L}\p{N}_.\]-])((?:[\p{L}\p{N}_-]+\.)+[\p{L}][\p{L}\p{N}-]*)(?=[/:][^\s])/gu,
      (host) =>
        // A place in a Go file; no top-level domain is called so.
        host.endsWith('.go') ? host : dots(host),
    )
    .replaceAll(BARE, dots)
}

function dots(text: string): string {
  return text.replaceAll(/(?<!\[)\./g, '[.]')
}

/** Returns one line: visible, unclickable, of bounded length. It is cut in the middle, as both ends of a path matter. */
export function shown(untrustedText: string, max: number = MAX_TEXT_CHARS): string {
  const both =
    untrustedText.length <= 4 * max
      ? untrustedText
      : `${untrustedText.slice(0, 2 * max)} … ${untrustedText.slice(-2 * max)}`
  const text = defang(visibleText(both).replaceAll(/\s*[\t\n]\s*/g, ' '))
  const half = Math.floor((max - 3) / 2)
  return Array.from(text).length <= max ? text : cutMiddle(text, half, half)
}

/** Keeps at most `start` characters of the start and `end` of the end, without cutting through an escape. */
export function cutMiddle(text: string, start: number, end: number): string {
  const units = text.match(/\\u\{[0-9a-f]+\}|\[[.:@]\]|./gsu) ?? []
  return `${firstOf(units, start).join('')} … ${firstOf(units.toReversed(), end).toReversed().join('')}`
}

function firstOf(units: readonly string[], characters: number): string[] {
  let left = characters
  const past = units.findIndex((unit) => (left -= Array.from(unit).length) < 0)
  return units.slice(0, past === -1 ? units.length : past)
}
