import type { ProxyClient } from '@mirrorwatch/upstream/proxy/proxy'
import type { SumdbClient } from '@mirrorwatch/upstream/sumdb/sumdb'

/** Module proxy, asked only for versions that it has cached. */
export type VersionSource = Pick<ProxyClient, 'info' | 'mod' | 'zip' | 'zipDirectory'>

/** Checksum database, asked only for versions that the mirror is known to have. */
export type SumSource = Pick<SumdbClient, 'zipSum'>
