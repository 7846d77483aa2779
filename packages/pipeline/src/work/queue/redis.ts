import { within } from '@mirrorwatch/upstream/http/within'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { asError, PipelineError } from '../../errors.ts'
import { CONNECT_MS, DRAIN_DELAY_S, KEEP_EVENTS, MAX_RECONNECT_MS, PRODUCER_RETRIES } from './limits.ts'
import type { QueueConfig, QueueConnection, QueueOptions } from './types.ts'

const DEFAULT_PREFIX = 'mirrorwatch'

/**
 * Connects BullMQ to Redis (or Valkey, Dragonfly). The first connection must succeed within seconds; after a later outage it
 * reconnects indefinitely. Workers wait for Redis; calls of producers fail after a moment, and the sweep repeats them.
 *
 * @throws PipelineError `bad-config`, `upstream`
 */
export async function connectToRedis(
  { url, prefix = DEFAULT_PREFIX }: Extract<QueueConfig, { kind: 'redis' }>,
  { onError, telemetry }: QueueOptions,
): Promise<QueueConnection> {
  const where = describeUrl(url)
  await probe(url, where)
  let closing = false
  // BullMQ copies the clients with these options, so this also stops its copies.
  const retryStrategy = (times: number): number | null =>
    closing ? null : Math.min(times * 200, MAX_RECONNECT_MS)
  const producer = connect(url, PRODUCER_RETRIES, retryStrategy, onError)
  // Blocking commands must wait without a limit; BullMQ requires it.
  const consumer = connect(url, null, retryStrategy, onError)
  const options = { prefix, ...(telemetry === undefined ? {} : { telemetry }) }
  return {
    openQueue(name) {
      const events = { maxLen: KEEP_EVENTS }
      const queue = new Queue(name, { ...options, connection: producer, streams: { events } })
      queue.on('error', onError)
      return queue
    },
    openWorker: (name, processor, more) =>
      new Worker(name, processor, { ...more, ...options, connection: consumer, drainDelay: DRAIN_DELAY_S }),
    translate: (error) => unreachable(where, error),
    async close(closeQueues) {
      closing = true
      await closeQueues()
      // `quit` would wait for a Redis that is unreachable.
      producer.disconnect()
      consumer.disconnect()
    },
  }
}

function connect(
  url: string,
  maxRetriesPerRequest: number | null,
  retryStrategy: (times: number) => number | null,
  onError: (error: Error) => void,
): Redis {
  const client = new Redis(url, { connectTimeout: CONNECT_MS, retryStrategy, maxRetriesPerRequest })
  client.on('error', onError)
  return client
}

/** Connects once and sends one command, so that a wrong URL is an error at start instead of a waiting worker. */
async function probe(url: string, where: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, retryStrategy: () => null })
  let failure: Error | undefined
  client.on('error', (error: Error) => {
    failure ??= error
  })
  try {
    // The driver's own timeout covers only the connection, not a server that accepts it and never answers.
    await within(CONNECT_MS, client.connect())
    await within(CONNECT_MS, client.ping())
  } catch (error) {
    throw unreachable(where, failure ?? error)
  } finally {
    client.disconnect()
  }
}

function unreachable(where: string, error: unknown): PipelineError {
  return new PipelineError('upstream', `Cannot use the Redis at ${where}: ${asError(error).message}`, {
    todo: 'Check that it runs and that REDIS_URL names it; without REDIS_URL the queue lives in Postgres.',
    cause: error,
  })
}

/** Describes host, port and database, never user or password. */
function describeUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !['redis:', 'rediss:'].includes(parsed.protocol)) {
    throw new PipelineError('bad-config', 'REDIS_URL is not a Redis URL', {
      todo: 'It should look like redis://127.0.0.1:6379 or rediss://user:password@host:6380/0.',
    })
  }
  return `${parsed.hostname}:${parsed.port || '6379'}${parsed.pathname === '/' ? '' : parsed.pathname}`
}
