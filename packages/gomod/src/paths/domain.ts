import { COUNTRY_SECOND_LEVELS, SHARED_DOMAINS } from './vanity-hosts.ts'

/** Returns the label that carries a host's name: `starlark` of `go.starlark.net`, `example` of `example.co.uk`. */
export function hostLabel(host: string): string {
  return registrableDomain(host).split('.')[0] ?? host
}

/**
 * Returns the part of a host name that one party holds: `uber.org` of `go.uber.org`, `alice.github.io`. Approximates the
 * public suffix list; correct for the hosts that serve modules.
 */
export function registrableDomain(host: string): string {
  const labels = host.split('.')
  if (labels.length <= 2) return host
  const lastTwo = labels.slice(-2).join('.')
  const [second = '', top = ''] = labels.slice(-2)
  const byCountry = top.length === 2 && COUNTRY_SECOND_LEVELS.has(second)
  return SHARED_DOMAINS.has(lastTwo) || byCountry ? labels.slice(-3).join('.') : lastTwo
}
