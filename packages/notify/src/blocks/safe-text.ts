import { MAX_TEXT_CHARS } from '../report/limits.ts'

/**
 * Text from outside as a mail may show it. Whatever a reader cannot see, or that would reorder what he sees, is written
 * out: controls, bidirectional and zero-width characters, other spaces than the common one, letters that stack; and, in names
 * and paths, letters of scripts that look like Latin ones or run the other way.
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

/** Top-level domains under which a bare name is made a link of by some mail client. */
const LINKED =
  'com|net|org|io|dev|app|ai|co|me|info|biz|xyz|top|ru|cn|su|tk|ml|ga|cf|gq|cc|tv|ws|pw|site|online|shop|live|link|click|sh|rs|eu|de|uk|fr|in|us|gov|edu|mil|zip|mov'
const BARE = new RegExp(
  `(?<![\\p{L}\\p{N}_.-])((?:[\\p{L}\\p{N}_-]+\\.)+(?:${LINKED}))(?![\\p{L}\\p{N}_-])`,
  'giu',
)

/** Makes addresses unclickable, whatever a mail client takes for one: `https[:]//evil[.]example`, `a[@]b[.]com`. */
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

/** One line, visible, unclickable, of bounded length: cut in the middle, as both ends of a path matter. */
export function shown(untrustedText: string, max: number = MAX_TEXT_CHARS): string {
  const both =
    untrustedText.length <= 4 * max
      ? untrustedText
      : `${untrustedText.slice(0, 2 * max)} … ${untrustedText.slice(-2 * max)}`
  const text = defang(visibleText(both).replaceAll(/\s*[\t\n]\s*/g, ' '))
  const half = Math.floor((max - 3) / 2)
  return Array.from(text).length <= max ? text : cutMiddle(text, half, half)
}

/** At most `start` characters of the start and `end` of the end; what is written out in several of them stays whole. */
export function cutMiddle(text: string, start: number, end: number): string {
  const units = text.match(/\\u\{[0-9a-f]+\}|\[[.:@]\]|./gsu) ?? []
  return `${firstOf(units, start).join('')} … ${firstOf(units.toReversed(), end).toReversed().join('')}`
}

function firstOf(units: readonly string[], characters: number): string[] {
  let left = characters
  const past = units.findIndex((unit) => (left -= Array.from(unit).length) < 0)
  return units.slice(0, past === -1 ? units.length : past)
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
