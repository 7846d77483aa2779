import { BlockList, isIPv4 } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import type { WebConfig } from '@mirrorwatch/pipeline/config/web-config'
import type { Person } from '../context.ts'
import { roleOf } from './roles.ts'

/** Longest name that a header may give. */
const MAX_NAME = 200

/** Returns the person that a trusted proxy's headers name, or null. */
export type ProxyPerson = (incoming: HttpBindings['incoming']) => Person | null

/**
 * Creates the reader of a reverse proxy's headers. They count only from the configured networks, and only once each: a second
 * header of the same name was sent by the client, through a proxy that adds rather than replaces.
 */
export function createProxyPerson({ proxy, groupRoles }: WebConfig): ProxyPerson {
  if (proxy === null) return () => null
  const trusted = new BlockList()
  for (const { address, prefix, family } of proxy.networks) trusted.addSubnet(address, prefix, family)
  return (incoming) => {
    const from = addressOf(incoming.socket.remoteAddress)
    if (!trusted.check(from, isIPv4(from) ? 'ipv4' : 'ipv6')) return null
    const name = single(incoming.rawHeaders, proxy.header)
    if (name === null || name === '' || name.length > MAX_NAME || /[^\x21-\x7e]/.test(name)) return null
    const groups = proxy.groupsHeader === null ? '' : single(incoming.rawHeaders, proxy.groupsHeader)
    if (groups === null) return null
    const role = roleOf(
      groups.split(',').map((group) => group.trim()),
      groupRoles,
    )
    return role === null ? null : { name, role, via: 'proxy' }
  }
}

/** Returns an IPv4 address without the form that a socket for both families gives it. */
export function addressOf(remoteAddress = ''): string {
  return remoteAddress.replace(/^::ffff:(?=\d+\.)/, '')
}

/** Returns the value of a header; the empty text without one, null with more than one. */
function single(rawHeaders: readonly string[], name: string): string | null {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
  return values.length > 1 ? null : (values[0]?.trim() ?? '')
}
