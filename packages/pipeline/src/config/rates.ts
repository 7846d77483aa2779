import type { Config } from './config.ts'

/** Kind of upstream with a separate rate limit. Every host other than the first three is a code host. */
type HostClass = 'index' | 'proxy' | 'sumdb' | 'code'

/**
 * Default requests per second to one host: polite and sufficient. A day's new versions (40,000) cost the mirror some 2 requests
 * a second with all later inspections, and the code hosts together as many.
 */
const DEFAULT_RATES: Readonly<Record<HostClass, number>> = { index: 2, proxy: 10, sumdb: 5, code: 5 }

/**
 * Returns the function for requests per second to `host`, all workers together. Null, for no limit, only for this machine's own
 * services and only if no limit is configured. A host with several tasks has the lowest of their limits.
 */
export function ratesOf(config: Pick<Config, UrlName | 'rates'>): (host: string) => number | null {
  const classes: [string | null, HostClass][] = [
    [config.indexUrl, 'index'],
    [config.proxyUrl, 'proxy'],
    [config.sumdbUrl, 'sumdb'],
  ]
  const known = new Map<string, number | null>()
  for (const [url, hostClass] of classes) {
    const host = url === null ? '' : new URL(url).host
    if (host !== '') known.set(host, lower(known.get(host) ?? null, rateOf(config, hostClass, host)))
  }
  return (host) => known.get(host) ?? rateOf(config, 'code', host)
}

type UrlName = 'indexUrl' | 'proxyUrl' | 'sumdbUrl'

function rateOf({ rates }: Pick<Config, 'rates'>, hostClass: HostClass, host: string): number | null {
  const configured = rates[hostClass] ?? rates.all
  return configured ?? (isLoopback(host) ? null : DEFAULT_RATES[hostClass])
}

function lower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host)
}
