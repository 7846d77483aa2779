import { printable } from '../parse/quote.ts'
import type { NetworkPlace } from '../types.ts'

const URL = /\b(?:https?|ftp|wss?|tcp|udp):\/\/[^\s"'`<>\\{}|^]+/gi
const ADDRESS = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.])/g
/** A whole string that is a host name; only endings that hosts of droppers and beacons have been seen under. */
const DOMAIN =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+(?:com|net|org|io|dev|app|xyz|top|icu|ru|cn|info|biz|site|online|club|shop|live|me|co|cc|tk|ml|ga|cf|gq|pw|su|fun|space|store|tech|cloud|host|link|click|work|to|in|us|uk|de|fr|eu|oast\.\w+)\.?(?::\d{1,5})?$/i

/** Longest text searched; a place stands near the start of a command or is one. */
const MAX_SEARCHED = 16_384
const MAX_PLACE = 200

/** Places on the network that a string names. `wholeDomain`: a bare host name counts too. */
export function placesIn(text: string, wholeDomain: boolean): Pick<NetworkPlace, 'kind' | 'defanged'>[] {
  const searched = text.slice(0, MAX_SEARCHED)
  const places: Pick<NetworkPlace, 'kind' | 'defanged'>[] = []
  const urls = searched.match(URL) ?? []
  for (const url of urls) places.push({ kind: 'url', defanged: defang(url) })
  const rest = searched.replace(URL, ' ')
  for (const address of rest.match(ADDRESS) ?? [])
    if (isAddress(address)) places.push({ kind: 'address', defanged: defang(address) })
  if (wholeDomain && DOMAIN.test(searched.trim()))
    places.push({ kind: 'domain', defanged: defang(searched.trim()) })
  return places
}

/** An address or URL that no program makes a link of: `hxxps://evil[.]example/x`. */
function defang(place: string): string {
  const cut = place.slice(0, MAX_PLACE).replace(/^http/i, 'hxxp').replace(/^ftp/i, 'fxp')
  const scheme = /^[a-z]+:\/\//i.exec(cut)?.[0] ?? ''
  const hostEnd = cut.slice(scheme.length).search(/[/?#]/)
  const end = hostEnd < 0 ? cut.length : scheme.length + hostEnd
  return printable(scheme + cut.slice(scheme.length, end).replaceAll('.', '[.]') + cut.slice(end))
}

/** Versions such as 1.2.3.4 start with 0 or have parts over 255 less often than not; the rest is worth a look. */
function isAddress(text: string): boolean {
  const parts = (text.split(':')[0] ?? '').split('.').map(Number)
  return parts.every((part) => part <= 255) && parts[0] !== 0
}
