import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net'
import { GomodError } from '@mirrorwatch/gomod/errors'

/**
 * Keeps requests for attacker-chosen URLs (go-import tags, redirects, feeds) away from the network that we run in. Only
 * globally routed unicast addresses pass; the ranges are IANA's special-purpose registries for IPv4 and IPv6.
 */

/** Hosts that may have any address: all (`true`), none, or `host`, `host:port`, `*.domain` (either with a port). */
export type AllowPrivateHosts = boolean | readonly string[]

const FORBIDDEN: [network: string, prefix: number, what: string][] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade NAT'],
  ['127.0.0.0', 8, 'loopback'],
  // Holds the cloud metadata services, 169.254.169.254.
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'special-purpose'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, '6to4 relay'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['::ffff:0:0', 96, 'IPv4-mapped'],
  ['64:ff9b::', 96, 'NAT64'],
  ['64:ff9b:1::', 48, 'NAT64'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['ff00::', 8, 'multicast'],
  // Teredo and others that can wrap an IPv4 address.
  ['2001::', 23, 'special-purpose'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4'],
  ['3fff::', 20, 'documentation'],
]

const RULES = FORBIDDEN.map(([network, prefix, what]) => ({
  list: subnet(network, prefix),
  version: isIP(network),
  what,
}))
/** All of IPv6 that is handed out for global unicast. */
const GLOBAL_UNICAST = subnet('2000::', 3)

/** Why `address` (an IP address, perhaps with a zone) may not be contacted; null where it may. */
export function addressFault(address: string): string | null {
  const [bare = ''] = address.split('%', 1)
  const version = isIP(bare)
  if (version === 0) return 'not an IP address'
  const family = version === 4 ? 'ipv4' : 'ipv6'
  // Without the version, a BlockList takes every IPv4 address for an IPv4-mapped one.
  const rule = RULES.find((candidate) => candidate.version === version && candidate.list.check(bare, family))
  if (rule) return rule.what
  return version === 6 && !GLOBAL_UNICAST.check(bare, 'ipv6') ? 'not globally routed' : null
}

/** Reports whether a host (without brackets) and port may have a private address. */
export function isAllowedHost(allow: AllowPrivateHosts, host: string, port: string): boolean {
  if (typeof allow === 'boolean') return allow
  const name = bareHost(host)
  return allow.some((pattern) => {
    const match = /^(\*\.)?(\[[^\]]*\]|[^:]*|[0-9a-f:]+)(?::([0-9]+))?$/i.exec(pattern.trim())
    const wanted = bareHost(match?.[2] ?? '')
    if (!match || wanted === '' || (match[3] !== undefined && match[3] !== port)) return false
    return match[1] === undefined ? name === wanted : name.endsWith(`.${wanted}`)
  })
}

/** Throws `forbidden-address` for a URL that is not http(s), or whose host is written as a forbidden IP address. */
export function checkUrl(url: URL, allow: AllowPrivateHosts): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new GomodError('forbidden-address', `${url.protocol} URLs are not allowed`)
  }
  const host = bareHost(url.hostname)
  if (isIP(host) !== 0 && !isAllowedHost(allow, host, portOf(url))) throwIfForbidden(host, host)
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80')
}

/** Name to addresses; the system's resolver unless a test brings its own. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

/**
 * A `lookup` for sockets that fails with `forbidden-address` where any address of the name is forbidden. The socket connects
 * to exactly the addresses that were checked, so a name server that answers differently the next time gains nothing.
 */
export function createGuardedLookup(resolve: Resolve = systemResolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        try {
          for (const { address } of addresses) throwIfForbidden(hostname, address)
        } catch (error) {
          callback(toError(error), '')
          return
        }
        const [first] = addresses
        if (options.all) callback(null, addresses)
        else if (first) callback(null, first.address, first.family)
        else callback(new Error(`${hostname} has no address`), '')
      },
      (error: unknown) => callback(toError(error), ''),
    )
  }
}

/** Throws `forbidden-address` where a socket must not be opened to this literal address. */
export function throwIfForbidden(host: string, address: string): void {
  const fault = addressFault(address)
  if (fault === null) return
  const where = host === address ? address : `${host} (${address})`
  throw new GomodError('forbidden-address', `${where} is not a public address: ${fault}`)
}

function systemResolve(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    dnsLookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)))
  })
}

function bareHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
    .replace(/\.$/, '')
}

function subnet(network: string, prefix: number): BlockList {
  const list = new BlockList()
  list.addSubnet(network, prefix, isIPv4(network) ? 'ipv4' : 'ipv6')
  return list
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
