import type { GomodError, GomodErrorCode } from '@mirrorwatch/gomod/errors'
import { errorCode } from '@mirrorwatch/gomod/errors'

/**
 * What is made of a failure, once the HTTP client's own tries within seconds (`retry.ts` of gomod) are over:
 *
 * - `later`: it may go away; the row is tried again after {@link retryAt}'s wait.
 * - `never`: asking again gets the same answer; for an inspection such an answer is a fact, or the question was wrong.
 */
export type WhatNext = 'later' | 'never'

/** The one table of it; docs/operations.md shows it to people. */
const SORTED: Readonly<Record<GomodErrorCode, WhatNext>> = {
  'retry-later': 'later',
  // A captive portal, a proxy that is being set up: what answers today is not what will answer.
  'bad-response': 'later',
  'not-trusted': 'later',
  'git-failed': 'later',
  // Ours to configure: credentials, MIRRORWATCH_ALLOW_PRIVATE_HOSTS.
  unauthorized: 'later',
  'access-denied': 'later',
  'forbidden-address': 'later',
  'not-found': 'never',
  gone: 'never',
  'not-cached': 'never',
  blocked: 'never',
  'invalid-path': 'never',
  'invalid-version': 'never',
  malformed: 'never',
  'too-large': 'never',
}

export function whatNext(error: GomodError): WhatNext {
  return SORTED[error.code]
}

/** Deepest chain of causes that is followed. */
const MAX_CAUSES = 5

/**
 * True where a host's name does not exist, as its name servers say (ENOTFOUND); not where they cannot be asked (EAI_AGAIN).
 * Whoever has no network at all may be told the same: believe it only where others could be reached.
 */
export function isNoSuchHost(error: unknown): boolean {
  let cause = error
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    if (errorCode(cause) === 'ENOTFOUND') return true
    cause = cause.cause
  }
  return false
}
