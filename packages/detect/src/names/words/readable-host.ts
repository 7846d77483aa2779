import { domainToUnicode } from 'node:url'

/**
 * A host as a person reads it. A module path's host is ASCII, so that a host with foreign letters is written in Punycode:
 * `xn--gthub-n2e.com` is what a browser shows as `gіthub.com`, with a Cyrillic і. Accents are left out, and letters of
 * other scripts are read as the Latin ones that they look like. A host without Punycode is returned as it is, one with a
 * label that is no Punycode too.
 */
export function readableHost(host: string): string {
  if (!host.includes('xn--')) return host
  const shown = domainToUnicode(host).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const latin = Array.from(shown, (letter) => LATIN.get(letter) ?? letter).join('')
  return latin === '' ? host : latin
}

/** Letters that look like Latin ones in a usual font, from Unicode's confusables: Cyrillic, Greek, Armenian, Latin. */
const LATIN: ReadonlyMap<string, string> = new Map(
  [
    'aаαɑ', 'bЬьƅ', 'cсϲᴄ', 'dԁɗđ', 'eеєҽɛ', 'fƒ', 'gɡցǥ', 'hһհħ', 'iіιıɩ', 'jјʝ', 'kкκ', 'lӏłǀ', 'mмᴍ', 'nոпη', 'oоοօøσ', 'pрρþ',
    'qԛզ', 'rгᴦɾ', 'sѕꜱ', 'tтτŧ', 'uυսʋ', 'vѵνᴠ', 'wԝωѡш', 'xхχ', 'yуүγ', 'zᴢʐ',
  ].flatMap((set) => {
    const [latin = '', ...others] = Array.from(set)
    return others.map((letter) => [letter, latin] as const)
  }),
) // biome-ignore format: a table
