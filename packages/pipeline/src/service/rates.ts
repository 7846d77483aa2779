import type { Config } from '../config/config.ts'

/** The kinds of upstream that have a limit of their own. Whatever is none of the first three is a code host. */
type HostClass = 'index' | 'proxy' | 'sumdb' | 'code'

/**
 * Requests a second to one host where nothing is configured: polite, and enough. What appears in a day (40,000 versions) takes
 * the mirror some 2 requests a second with all later looks, and the code hosts together as many.
 */
const DEFAULT_RATES: Readonly<Record<HostClass, number>> = { index: 2, proxy: 10, sumdb: 5, code: 5 }

/**
 * Requests a second to `host`, all workers together. Null, for no limit, only on this machine and only where no limit is
 * configured: its services are shared with nobody. A host with several tasks has the lowest of their limits.
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
