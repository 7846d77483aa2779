import { GomodError } from '@mirrorwatch/gomod/errors'
import { cleanText, displayUrl } from '@mirrorwatch/gomod/untrusted-text'
import type { HttpResponse } from '../http/types.ts'

/** Text of a refusal that is searched; block pages put their reason near the top. */
const MAX_SEARCHED_CHARS = 64 * 1024

/**
 * What the Go team's mirror says where it refuses a module for what it is. Only these words are a verdict about a module:
 * any proxy between us and the mirror may answer 403 for other reasons.
 */
const VERDICTS: readonly { words: RegExp; source: string }[] = [
  {
    words: /considers (?:this|the) module (?:to be )?malicious/i,
    source: 'answers of proxy.golang.org for modules that were taken down (2025, 2026)',
  },
  {
    words: /module\b.{0,80}\bblocked for security reasons/is,
    source: 'the mirror’s maintainers on its 403 answers, https://go.dev/issue/80655',
  },
]

interface AccessReason {
  /** Completes "access was refused: …". */
  says: string
  /** Advice for the reader. */
  todo: string
  words: RegExp
  /** A header that only such an answer has. */
  header?: string
}

/** Why a server refuses a client rather than a module, most certain first. */
const ACCESS_REASONS: readonly AccessReason[] = [
  {
    says: 'the proxy wants you to sign in',
    todo: 'put credentials into MIRRORWATCH_PROXY_URL or a netrc file',
    words: /\b(?:sign[ -]?in|log[ -]?in|authenticat\w+|unauthori[sz]ed|credentials?|access token|api key)\b/i,
    header: 'www-authenticate',
  },
  {
    says: 'the proxy refuses clients from this place',
    todo: 'ask from a network in another country, or through a proxy that may',
    words:
      /\b(?:your (?:country|region|location)|sanction(?:s|ed)|embargo|export control|not available in|tor exit|client does not have permission to get url)\b/i,
  },
  {
    says: 'the proxy is being asked too often',
    todo: 'lower MIRRORWATCH_PROXY_REQUESTS_PER_SECOND',
    words: /\b(?:rate[ -]?limit\w*|too many requests|quota|throttl\w+|abuse detection)\b/i,
  },
  {
    says: 'a network policy forbids it',
    todo: 'allow the proxy’s host in the firewall or the egress rules',
    words:
      /\b(?:polic(?:y|ies)|firewall|web ?filter|content ?filter|egress|vpc service controls|blocked by|category|administrator|squid|zscaler|netskope|forti(?:guard|gate)|umbrella|blue ?coat)\b/i,
    header: 'x-squid-error',
  },
]

/**
 * Turns a proxy's answer that is not the file asked for into an error that says why, with the proxy's own words.
 *
 * Codes: `blocked` (the mirror's verdict about the module), `access-denied` and `unauthorized` (about the client),
 * `retry-later`, `not-cached` or `not-found`, `bad-response`.
 */
export function refusalOf(response: HttpResponse, cachedOnly: boolean): GomodError {
  const { status, url, body } = response
  const untrustedText = body.toString('utf8').slice(0, MAX_SEARCHED_CHARS)
  const words = cleanText(withoutMarkup(untrustedText))
  const message = `${displayUrl(url)}: HTTP ${status}${words === '' ? '' : `: ${words}`}`
  if (status === 401 || status === 407)
    return new GomodError('unauthorized', `the proxy wants you to sign in (${message})`)
  if (status === 403 || status === 451) return forbidden(response, untrustedText, message)
  if (status >= 300 && status < 400)
    return new GomodError('bad-response', `the proxy redirects too often (${message})`)
  if (status !== 404 && status !== 410) return new GomodError('bad-response', message)
  // The mirror says "not found" also where its own fetching took too long.
  if (words.includes('fetch timed out')) return new GomodError('retry-later', message)
  return new GomodError(cachedOnly ? 'not-cached' : 'not-found', message)
}

function forbidden({ status, headers }: HttpResponse, untrustedText: string, message: string): GomodError {
  const text = withoutMarkup(untrustedText)
  if (VERDICTS.some(({ words }) => words.test(text))) return new GomodError('blocked', message)
  const reason = ACCESS_REASONS.find(
    ({ words, header }) => (header !== undefined && headers[header] !== undefined) || words.test(text),
  )
  if (reason !== undefined)
    return new GomodError('access-denied', `${reason.says}: ${reason.todo} (${message})`)
  const why = status === 451 ? 'refused for legal reasons' : 'access is refused without a reason'
  return new GomodError('access-denied', `${why} (${message})`)
}

/** Returns a block page's text; a plain answer stays as it is. */
function withoutMarkup(untrustedText: string): string {
  if (!untrustedText.includes('<')) return untrustedText
  return untrustedText.replaceAll(
    /<(?:script|style)[^>]{0,2000}>[^<]*<\/(?:script|style)>|<[^>]{0,2000}>/gi,
    ' ',
  )
}
