import type { Config } from '../config/config.ts'

/**
 * Classes of upstreams. Hosts come from module paths and pages, so a host as a metric's label would let an attacker create
 * unlimited metrics.
 */
export const HOST_CLASSES = [
  'index',
  'proxy',
  'sumdb',
  'github',
  'gitlab',
  'bitbucket',
  'googlesource',
  'other',
] as const

export type HostClass = (typeof HOST_CLASSES)[number]

const CODE_HOSTS: Record<string, HostClass> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket',
  'go.googlesource.com': 'googlesource',
}

/** Sorts hosts (`host` or `host:port`) into {@link HOST_CLASSES}. */
export function createHostClass(
  config: Pick<Config, 'indexUrl' | 'proxyUrl' | 'sumdbUrl'>,
): (untrustedHost: string) => HostClass {
  const known = new Map<string, HostClass>(Object.entries(CODE_HOSTS))
  const configured: [HostClass, string | null][] = [
    ['sumdb', config.sumdbUrl],
    ['proxy', config.proxyUrl],
    ['index', config.indexUrl],
  ]
  for (const [name, url] of configured) if (url !== null) known.set(new URL(url).host, name)
  return (untrustedHost) => known.get(untrustedHost.toLowerCase()) ?? 'other'
}
