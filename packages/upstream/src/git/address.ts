import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { GomodError } from '@mirrorwatch/gomod/errors'
import {
  type AllowPrivateHosts,
  isAllowedHost,
  type Resolve,
  throwIfForbidden,
} from '../http/address-guard.ts'
import type { AddressResolver } from './remote.ts'

/**
 * The address that git is pinned to for a host: all addresses of the name are checked as those of any other request are, and
 * IPv4 is preferred, for curl is given one address and not all machines have IPv6.
 *
 * The resolver throws GomodError `forbidden-address`, or `retry-later` where the name cannot be resolved now.
 */
export function createAddressResolver(
  allow: AllowPrivateHosts,
  resolve: Resolve = systemResolve,
): AddressResolver {
  return async (hostname, port) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const allowed = isAllowedHost(allow, host, String(port))
    if (isIP(host) !== 0) {
      if (!allowed) throwIfForbidden(host, host)
      return host
    }
    const addresses = await resolveOrThrow(resolve, host)
    if (!allowed) for (const { address } of addresses) throwIfForbidden(host, address)
    const chosen = addresses.find(({ family }) => family === 4) ?? addresses[0]
    if (chosen === undefined) throw new GomodError('retry-later', `${host} has no address`)
    return chosen.address
  }
}

async function resolveOrThrow(resolve: Resolve, host: string): ReturnType<Resolve> {
  try {
    return await resolve(host)
  } catch (error) {
    throw new GomodError('retry-later', `the name ${host} cannot be resolved`, { cause: error })
  }
}

function systemResolve(hostname: string): ReturnType<Resolve> {
  return lookup(hostname, { all: true })
}
