import { rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultKind } from '@mirrorwatch/world/serve/faults'
import type { World } from '@mirrorwatch/world/world'
import { Redis } from 'ioredis'
import type { OwnServer } from './databases.ts'
import type { Fleet } from './fleet.ts'

/** Everything that can be disturbed. */
export interface Stage {
  world: World
  fleet: Fleet
  redis: OwnServer
  postgres: OwnServer
  /** The processes' data folder; on a small separate disk if `ownDisk`. */
  folder: string
  ownDisk: boolean
  random: () => number
}

export interface Disturbance {
  name: string
  /** Ends when the disturbance is over. */
  strike: (stage: Stage) => Promise<void>
  needsOwnDisk?: true
}

/** Duration of each outage. */
const OUTAGE_MS = Number(process.env['MIRRORWATCH_CHAOS_OUTAGE_MS'] ?? 1_500)

export const DISTURBANCES: readonly Disturbance[] = [
  { name: 'SIGKILL to a worker', strike: async ({ fleet, random }) => fleet.kill('worker', random) },
  { name: 'SIGKILL to the crawler', strike: async ({ fleet, random }) => fleet.kill('crawler', random) },
  { name: 'Redis FLUSHALL', strike: flushall },
  { name: 'Redis down', strike: async ({ redis }) => await away(redis, OUTAGE_MS) },
  { name: 'Postgres restarted', strike: async ({ postgres }) => await away(postgres, 0) },
  { name: 'proxy answers 500', strike: proxyFault({ do: 'status', status: 500 }) },
  { name: 'proxy answers 429', strike: proxyFault({ do: 'status', status: 429, retryAfter: 1 }) },
  { name: 'proxy answers garbage', strike: proxyFault({ do: 'garbage' }) },
  { name: 'proxy does not answer', strike: proxyFault({ do: 'hang' }) },
  { name: 'disk full', strike: fillDisk, needsOwnDisk: true },
]

async function flushall({ redis }: Stage): Promise<void> {
  const client = new Redis(redis.url)
  await client.flushall()
  await client.quit()
}

async function away(server: OwnServer, ms: number): Promise<void> {
  await server.stop()
  await sleep(ms)
  await server.start()
}

function proxyFault(kind: FaultKind): Disturbance['strike'] {
  return async ({ world }) => {
    using _fault = world.faults.add({ service: 'proxy', kind })
    await sleep(OUTAGE_MS)
  }
}

/** Leaves no byte on the disk of the data folder for a while. */
async function fillDisk({ folder }: Stage): Promise<void> {
  const filler = path.join(folder, 'filler')
  const { bavail, bsize } = await statfs(folder)
  try {
    await writeFile(filler, Buffer.alloc(bavail * bsize))
  } catch (error) {
    // The others write there too: it is full a little sooner.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
  await sleep(OUTAGE_MS)
  await rm(filler)
}
