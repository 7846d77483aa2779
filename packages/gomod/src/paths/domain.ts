import { COUNTRY_SECOND_LEVELS, SHARED_DOMAINS } from './vanity-hosts.ts'

/** The label that carries a host's name: `starlark` of `go.starlark.net`, `example` of `example.co.uk`. */
export function hostLabel(host: string): string {
  return registrableDomain(host).split('.')[0] ?? host
}

/**
 * The part of a host name that one party holds: `uber.org` of `go.uber.org`, `alice.github.io`. An approximation of the
 * public suffix list that is right for the hosts that modules live on.
 */
export function registrableDomain(host: string): string {
  const labels = host.split('.')
  if (labels.length <= 2) return host
  const lastTwo = labels.slice(-2).join('.')
  const [second = '', top = ''] = labels.slice(-2)
  const byCountry = top.length === 2 && COUNTRY_SECOND_LEVELS.has(second)
  return SHARED_DOMAINS.has(lastTwo) || byCountry ? labels.slice(-3).join('.') : lastTwo
}
